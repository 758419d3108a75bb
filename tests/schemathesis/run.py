#!/usr/bin/env python3
"""Runs schemathesis (all checks, all phases, stateful) over the served OpenAPI document against a server of its own, with real ids, and
counts in the server's access log what came of it. See CONTRIBUTING.md.

    python3 -m venv VENV && VENV/bin/pip install schemathesis==4.32.5
    VENV/bin/python tests/schemathesis/run.py [examples per operation [seconds]]
"""
import collections
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from support import Server  # noqa: E402
from test_contract import KEY, World  # noqa: E402


def seed(w):
    w.fill()
    return {"url": w.server.url, "key": KEY, "batch_id": w.batch, "run_group_id": w.group, "workflow_id": w.run, "hash": w.hash,
            "db": "default", "set_id": "default", "workflow": "batch_split", "model": w.get("/v1/models").json()["data"][0]["id"]}


def main():
    examples, seconds = (sys.argv[1:] + ["100", "240"][len(sys.argv) - 1:])[:2]
    with tempfile.TemporaryDirectory() as folder, Server(folder, "--port", "0", "--access-log", API_KEY_ENABLED="true", API_KEY=KEY,
                                                         LOG_FORMAT="json", MAX_UPLOAD_MB=8) as server:
        w = World(server)
        env = {**os.environ, "SI_SEED": json.dumps(seed(w)), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
        run = subprocess.run([Path(sys.executable).parent / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run", server.url + "/openapi.json",
                              "-H", f"Authorization: Bearer {KEY}", "-c", "all", "-n", examples, "--continue-on-failure",
                              "--generation-database", "none", "--generation-allow-x00", "false", "--max-time", seconds], env=env, cwd=folder)
        answers = collections.Counter()
        for line in server.log_text().splitlines():
            if line.startswith("{") and '"route"' in line:
                record = json.loads(line)
                answers[record["method"], record["route"].replace("*}", "}"), record["status"]] += 1
        few = report(w, answers)
    return run.returncode or few


def report(w, answers):
    few = 0
    for name, (method, path, _) in w.operations.items():
        of = {status: n for (m, p, status), n in sorted(answers.items()) if (m, p) == (method, path)}
        good = sum(n for status, n in of.items() if status < 400)
        few += good < 20 or any(status >= 500 for status in of)
        print(f"{name:32} {good:6} successes  {of}{'' if good >= 20 else '   FEW'}")
    print(f"{sum(answers.values())} requests, {sum(n for (_, _, s), n in answers.items() if s >= 500)} answers from 500 on")
    return few


if __name__ == "__main__":
    sys.exit(main())
