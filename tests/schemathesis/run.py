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

ENOUGH = 20
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
        env = {**os.environ, "SI_SEED": json.dumps(seed(w)), "SI_KEY": KEY, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}

        def run(*more):
            return subprocess.run([Path(sys.executable).parent / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run",
                                   server.url + "/openapi.json", "-c", "all", "-n", examples, "--continue-on-failure", "--generation-database", "none",
                                   "--generation-allow-x00", "false", *more], env=env, cwd=folder).returncode
        failed = run("--max-time", seconds)
        # What takes no parameters is tried a few times only in one run.
        for _ in range(8):
            few = [name for name, of in answers(w).items() if successes(of) < ENOUGH]
            if few:
                failed += run(*(word for name in few for word in ("--include-operation-id", name)))
        return failed + report(w)


def answers(w):
    """{operation: {status: how often}}, from the server's access log."""
    seen = collections.Counter()
    for line in w.server.log_text().splitlines():
        if line.startswith("{") and '"route"' in line:
            record = json.loads(line)
            seen[record["method"], record["route"].replace("*}", "}"), record["status"]] += 1
    return {name: {status: n for (m, p, status), n in sorted(seen.items()) if (m, p) == (method, path)}
            for name, (method, path, _) in w.operations.items()}


def successes(of):
    return sum(n for status, n in of.items() if status < 400)


def report(w):
    wrong = 0
    for name, of in answers(w).items():
        wrong += successes(of) < ENOUGH or any(status >= 500 for status in of)
        print(f"{name:32} {successes(of):6} successes  {of}")
    every = [(status, n) for of in answers(w).values() for status, n in of.items()]
    print(f"{sum(n for _, n in every)} requests, {sum(n for status, n in every if status >= 500)} answers from 500 on")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
