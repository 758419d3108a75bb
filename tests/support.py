"""What the tests of the real binaries share: a server of their own in a folder of their own, and a small client."""
import hashlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(os.environ.get("SI_BIN", ROOT / "build" / "bin"))
SI_CLI = BIN / "si-cli"


def environment(**more):
    """The machine's environment without settings of ours that somebody left in it."""
    ours = ("DOC_", "FILE_STORE", "LANCEDB_", "WORK", "PARAM_", "DEFAULT_", "LOG_", "API_KEY", "PARSE", "EMBED", "LEASE", "DRAIN", "INGEST",
            "AUTH_", "METRICS_", "FORWARDED_", "CORS_", "SSL_CERTFILE", "SSL_KEYFILE", "HTTP_", "MAX_")
    env = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    env.update({k: str(v) for k, v in more.items()})
    return env


def wait_for(what, condition, seconds=60, pause=0.05):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(pause)
    raise AssertionError(f"not within {seconds} s: {what}")


def postgres_database(folder):
    """The URL of a database of the folder's own, made when it is new, on the server that scripts/with_postgres.sh has started."""
    server = os.environ["SI_TEST_POSTGRES"]
    name = "si_" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    found = subprocess.run(["psql", server, "-Atc", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"], check=True, capture_output=True, text=True)
    if not found.stdout.strip():
        subprocess.run(["psql", server, "-qc", f"CREATE DATABASE {name}"], check=True)
    return server.replace("/postgres?", f"/{name}?")


def database_settings(folder):
    """What makes commands in `folder` use its database, for artifacts too: nothing with SQLite and files."""
    return {"DOC_DB_URL": postgres_database(folder), "FILE_STORE_TARGET": "db"} if "SI_TEST_POSTGRES" in os.environ else {}


class Server:
    """`si-cli serve` in `folder`, on a free port of loopback unless `arguments` say otherwise; on PostgreSQL where the tests run beside
    a server."""

    def __init__(self, folder, *arguments, inherit=(), **settings):
        self.folder = Path(folder)
        self.arguments = arguments or ("--port", "0")
        self.inherit = inherit  # descriptors
        self.settings = {**database_settings(folder), **settings}
        self.process = None
        self.url = None

    def start(self, seconds=30):
        self.log = open(self.folder / "server.log", "ab")
        self.process = subprocess.Popen([SI_CLI, "serve", *self.arguments], cwd=self.folder, env=environment(**self.settings),
                                        stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, pass_fds=self.inherit)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError("the server ended:\n" + self.log_text()[-3000:])
            found = subprocess.run([SI_CLI, "address"], cwd=self.folder, env=environment(**self.settings), capture_output=True, text=True)
            if found.returncode == 0:
                self.url = found.stdout.strip()
                return self
            time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def log_text(self):
        return (self.folder / "server.log").read_text(errors="replace")

    def kill(self):
        """As a power cut would: no chance to say goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=60):
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            if self.process.poll() is None:
                self.kill()

    # --- processes
    def children(self, pid=None):
        """Process ids below the server, with their command lines."""
        pid = pid or self.process.pid
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                stat = (entry / "stat").read_text()
                parent = int(stat.rsplit(")", 1)[1].split()[1])
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except (OSError, IndexError, ValueError):
                continue
            if parent == pid:
                found[int(entry.name)] = command
                found.update(self.children(int(entry.name)))
        return found

    def memory(self):
        """Resident bytes of the server alone."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024
        return 0

    # --- calls
    def exchange(self, method, path, body=None, headers=None, timeout=120):
        """(status, headers, body)"""
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def call(self, method, path, body=None, content_type=None, timeout=120):
        status, _, answer = self.exchange(method, path, body, {"Content-Type": content_type} if content_type else None, timeout)
        return status, answer

    def get(self, path, **query):
        text = ("?" + urllib.parse.urlencode(query)) if query else ""
        status, body = self.call("GET", "/api/v1" + path + text)
        assert status == 200, (path, status, body[:500])
        return json.loads(body)

    def post(self, path, expect=201, **form):
        status, body = self.call("POST", "/api/v1" + path, urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded")
        assert status == expect, (path, status, body[:500])
        return json.loads(body)

    def batch(self, source="test", name="batch"):
        return self.post("/batch/", source=source, name=name)["batch_id"]

    def upload(self, batch, uri, data, source="test", mime_type=None):
        """(status, answer)"""
        boundary = uuid.uuid4().hex
        fields = {"source": source, "source_uri": uri, "batch_id": str(batch)}
        if mime_type:
            fields["mime_type"] = mime_type
        body = b"".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items())
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{uri.rsplit("/", 1)[-1]}"\r\n'.encode()
        body += b"Content-Type: binary/octet-stream\r\n\r\n" + data + f"\r\n--{boundary}--\r\n".encode()
        status, answer = self.call("POST", "/api/v1/document/ingest-document", body, f"multipart/form-data; boundary={boundary}")
        return status, json.loads(answer)

    def start_batch(self, batch, params="default", workflow="batch_split", only_unparsed=False):
        return self.post("/batch/start-workflows", batch_id=batch, param_id=params, workflow_definition_id=workflow,
                         **({"only_unparsed": "true"} if only_unparsed else {}))

    def runs(self, batch):
        return self.get("/workflow/", batch_id=batch, include_steps="true", include_doc_info="true")

    def wait_batch(self, batch, seconds=120):
        """Until every run of the batch is COMPLETED or FAILED; {uri: run item}."""
        def done():
            runs = self.runs(batch)
            ended = all(r["workflow_run"]["status"] in ("COMPLETED", "FAILED") for r in runs)
            groups = self.get("/workflow/run-groups", batch_id=batch)
            return runs if ended and runs and all(g["status"] in ("COMPLETED", "FAILED") for g in groups) else None
        try:
            runs = wait_for("the batch to end", done, seconds, 0.1)
        except AssertionError:
            open_runs = [r for r in self.runs(batch) if r["workflow_run"]["status"] not in ("COMPLETED", "FAILED")]
            raise AssertionError(f"{len(open_runs)} runs are open: {json.dumps(open_runs[:2])[:1500]}\n{self.log_text()[-2000:]}")
        return {r["document_info"]["uri"]: r for r in runs}

    def search(self, query, mode="hybrid", limit=5, db="default"):
        return self.get("/lancedb/search", db=db, query=query, mode=mode, limit=limit)["results"]

    def documents(self, db="default"):
        return self.get("/lancedb/documents", db=db, limit=10000)["documents"]
