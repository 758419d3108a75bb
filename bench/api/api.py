#!/usr/bin/env python3
"""The API against a FastAPI + SQLite sketch of the same endpoints, and uploads against the bare loop, in one run.

usage: api.py --python PYTHON_WITH_FASTAPI [--folder FOLDER] [--seconds 4] [--growth REQUESTS]

Wants `make build` and the target api_load. For each endpoint and number of connections: both servers one after the other, the same
load. --growth sends that many requests to the API and prints how its memory grew after the first tenth.
"""
import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from support import Server, wait_for  # noqa: E402

LOAD = ROOT / "build" / "release" / "bin" / "api_load"
CONNECTIONS = (1, 8, 64)
BATCHES = 50
WARM_UP = 2000  # uploads after which the store has made its folders


def load(*arguments):
    done = subprocess.run([LOAD, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"api_load {arguments}: {done.stderr}{done.stdout}")
    return json.loads(done.stdout)


class Sketch:
    def __init__(self, python, folder):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([python, Path(__file__).parent / "sketch.py", folder, str(port)])
        wait_for("the sketch", lambda: self.answers(), 30)

    def answers(self):
        try:
            return urllib.request.urlopen(self.url + "/api/v1/batch/").status == 200
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()


def prepare(url):
    """Batches to list; the id of one to upload to."""
    for i in range(BATCHES):
        form = urllib.parse.urlencode({"source": "load", "name": f"batch {i}"}).encode()
        answer = json.load(urllib.request.urlopen(url + "/api/v1/batch/", form))
    return answer["batch_id"]


def start(url, batch):
    """A run of each document of the batch, to be listed."""
    form = urllib.parse.urlencode({"batch_id": batch, "workflow_definition_id": "batch", "param_id": "default"}).encode()
    urllib.request.urlopen(url + "/api/v1/batch/start-workflows", form).read()


def measured(url, batch, seconds):
    """{(endpoint, connections): numbers}; each with as many requests as fit into the time."""
    where, found = urllib.parse.urlparse(url).netloc, {}
    upload = "/api/v1/document/ingest-document"
    load("post", where, upload, 8, WARM_UP, batch)
    start(url, batch)
    endpoints = {"list": ("get", "/api/v1/batch/", ()), "status": ("get", f"/api/v1/batch/status?batch_id={batch - 1}", ()),
                 "page": ("get", "/api/v1/workflow/?page=40&rows_per_page=20", ()),
                 "by-status": ("get", "/api/v1/workflow/by-status?status=PENDING&page=1&rows_per_page=20", ()),
                 "upload": ("post", upload, (batch,))}
    for name, (kind, path, more) in endpoints.items():
        for connections in CONNECTIONS:
            probe = load(kind, where, path, connections, 2 * connections + 20, *more)
            requests = max(int(probe["per_second"] * seconds), 4 * connections)
            found[name, connections] = load(kind, where, path, connections, requests, *more)
    return found


def grown(server, requests):
    """MiB of memory between the first tenth and the end."""
    where = urllib.parse.urlparse(server.url).netloc
    load("get", where, "/api/v1/batch/", 64, requests // 10)
    before = server.memory()
    load("get", where, "/api/v1/batch/", 64, requests - requests // 10)
    return (server.memory() - before) / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True)
    parser.add_argument("--folder", help="where both keep their data (default: a temporary folder)")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--growth", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        for part in ("ours", "sketch", "bare", "bare2"):
            (folder / part).mkdir()
        bare = [load("bare", folder / "bare", 1000)["per_second"]]
        with Server(folder / "ours", "--port", "0", "--no-access-log", WORKER_TASK_COUNT="0", LOG_LEVEL="warning") as server:
            ours = measured(server.url, prepare(server.url), options.seconds)
            growth = grown(server, options.growth) if options.growth else None
        sketch = Sketch(options.python, folder / "sketch")
        try:
            theirs = measured(sketch.url, prepare(sketch.url), options.seconds)
        finally:
            sketch.stop()
        bare.append(load("bare", folder / "bare2", 1000)["per_second"])
    loop = sum(bare) / len(bare)
    print("| endpoint | connections | ours /s | p50 ms | p99 ms | sketch /s | p99 ms | ratio |\n|---|---|---|---|---|---|---|---|")
    for (endpoint, connections), a in ours.items():
        b = theirs[endpoint, connections]
        print(f"| {endpoint} | {connections} | {a['per_second']:.0f} | {a['p50_ms']:.2f} | {a['p99_ms']:.2f} | {b['per_second']:.0f} | "
              f"{b['p99_ms']:.2f} | {a['per_second'] / b['per_second']:.1f} |")
    print(f"\nbare loop of durable writes: {loop:.0f} /s (before and after: {bare[0]:.0f}, {bare[1]:.0f})")
    for connections in CONNECTIONS:
        print(f"upload at {connections} connections: {100 * ours['upload', connections]['per_second'] / loop:.0f} % of it")
    if growth is not None:
        print(f"memory between request {options.growth // 10} and {options.growth}: {growth:+.1f} MiB")


if __name__ == "__main__":
    main()
