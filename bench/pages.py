"""Times pages of a list of a million runs: first, middle, last, of all, of a batch, of a status; and /metrics.

  SI_BIN=build/release/bin python3 bench/pages.py [runs]

The rows are written by SQL into a fresh database; the times are those of whole requests, best of five."""
import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from support import SI_CLI, Server, environment  # noqa: E402

import subprocess  # noqa: E402

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
NUMBERS = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {RUNS}) "
DATE = "'2025-01-15 10:00:00.000000'"


def fill(path):
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA synchronous = OFF")
        for batch in (1, 2):
            db.execute(f"INSERT INTO documentbatch (id, name, source, start_date, batch_params) VALUES ({batch}, 'b', 's', {DATE}, '{{}}')")
            db.execute("INSERT INTO rungroup (id, name, workflow_definition_id, param_definition_id, batch_id, created_date, start_date, status, status_date, status_meta) "
                       f"VALUES ({batch}, 'g', 'batch', 'default', {batch}, {DATE}, {DATE}, 'COMPLETED', {DATE}, '{{}}')")
        db.execute("INSERT INTO document (hash, mime_type, file_size, doc_meta) VALUES ('sha256-x', 'text/plain', 1, '{}')")
        db.execute("INSERT INTO stepconfig (id, step_type, config_json, cuml_config_json) VALUES (1, 'PARSE', '{}', '{}')")
        status = "CASE WHEN i % 100 = 0 THEN 'FAILED' WHEN i % 100 = 1 THEN 'PENDING' ELSE 'COMPLETED' END"
        db.execute(NUMBERS + "INSERT INTO workflowrun (id, workflow_definition_id, run_group_id, batch_id, doc_id, priority, created_date, start_date, "
                   "completed_date, status, status_date, status_meta, run_params) "
                   f"SELECT i, 'batch', 1 + i % 2, 1 + i % 2, 'sha256-x', 0, {DATE}, {DATE}, {DATE}, {status}, {DATE}, '{{}}', "
                   "'{\"param_id\":\"default\",\"workflow_id\":\"batch\",\"source\":\"s\"}' FROM n")
        db.execute(NUMBERS + "INSERT INTO runstep (id, workflow_run_id, workflow_step_number, workflow_step_name, step_config_id, step_type, is_last_step, "
                   "created_date, priority, start_date, status_date, completed_date, retry, retries, status, status_meta, batch_id, run_group_id, ready, next_attempt_at) "
                   f"SELECT i, i, 1, 'parse', 1, 'PARSE', 1, {DATE}, 0, {DATE}, {DATE}, {DATE}, 0, 1, {status}, '{{}}', 1 + i % 2, 1 + i % 2, i % 100 = 1, "
                   f"CASE WHEN i % 100 = 1 THEN {DATE} END FROM n")


def best(server, path):
    times = []
    for _ in range(5):
        began = time.perf_counter()
        status, body = server.call("GET", path)
        times.append(time.perf_counter() - began)
        assert status == 200, (path, body)
    return min(times) * 1000, body


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([SI_CLI, "db-init"], cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL)
        began = time.perf_counter()
        fill(Path(folder) / "db" / "documents.db")
        print(f"{RUNS} runs and steps written in {time.perf_counter() - began:.0f} s")
        with Server(folder, WORKER_TASK_COUNT=0) as server:
            for name, path in (("all", "/api/v1/workflow/?"), ("of a batch", "/api/v1/workflow/?batch_id=1&"),
                               ("FAILED", "/api/v1/workflow/by-status?status=FAILED&"),
                               ("COMPLETED of a batch", "/api/v1/workflow/by-status?status=COMPLETED&batch_id=2&")):
                _, body = best(server, path + "page=1&rows_per_page=20")
                pages = json.loads(body)["total_pages"]
                times = [best(server, f"{path}page={page}&rows_per_page=20")[0] for page in (1, pages // 2, pages)]
                print(f"{name:<22} {json.loads(body)['total']:>8} runs: first {times[0]:6.1f} ms, middle {times[1]:6.1f} ms, last {times[2]:6.1f} ms")
            print(f"/metrics {best(server, '/metrics')[0]:.1f} ms")


main()
