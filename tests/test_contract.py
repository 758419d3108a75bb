"""Documented = served: every operation × answer of /openapi.json has a check here that shows it over the wire, its body has the documented
form, and the server's access log of the run shows each (route, status). docs/answers.md is the table; SI_UPDATE=1 writes it anew."""
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import sqlite3
import socket
import subprocess
import threading
import time
import urllib.parse
import uuid
from pathlib import Path
from urllib.parse import quote, urlencode, urlparse

import jsonschema
import pytest
from support import ROOT, Server, wait_for

KEY = "the-key"
MARKDOWN = b"# Rain\n\nIn May fell 31 mm of rain. " + b"The gauge stands behind the mill. " * 40
PARAMS = "id: {id}\nname: Mine\nconfig:\n  chunk:\n    chunk_size: 128\n{more}"
FORM = "application/x-www-form-urlencoded"
UNKNOWN = "sha256-" + "0" * 64


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.headers.get('Content-Type')} {self.body[:300]!r}"


class World:
    """A server with a key, and what the checks ask about: a batch with one good and one bad document, run to the end."""

    def __init__(self, server):
        self.server = server
        self.document = self.get("/openapi.json").json()
        self.operations = {o["operationId"]: (method.upper(), path, o)
                           for path, methods in self.document["paths"].items() for method, o in methods.items()}

    # --- calls
    def ask(self, method, path, body=None, key=KEY, timeout=60, **headers):
        connection = http.client.HTTPConnection(urlparse(self.server.url).netloc, timeout=timeout)
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if key:
            headers["Authorization"] = "Bearer " + key
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        result = Answer(answer.status, answer.headers, answer.read())
        connection.close()
        return result

    def get(self, path, **query):
        return self.ask("GET", path + ("?" + urlencode(query) if query else ""))

    def delete(self, path, **query):
        return self.ask("DELETE", path + ("?" + urlencode(query) if query else ""))

    def form(self, path, method="POST", **fields):
        return self.ask(method, path, urlencode(fields), Content_Type=FORM)

    def upload(self, batch_id, source_uri, data=MARKDOWN, **fields):
        fields = {"source": "contract", "source_uri": source_uri, "batch_id": batch_id, **fields}
        mark = uuid.uuid4().hex
        body = b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items())
        if data is not None:
            body += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'.encode() + data + b"\r\n"
        return self.ask("POST", "/api/v1/document/ingest-document", body + f"--{mark}--\r\n".encode(),
                        Content_Type=f"multipart/form-data; boundary={mark}")

    def new_batch(self, source="contract"):
        answer = self.form("/api/v1/batch/", source=source, name="batch")
        assert answer.status == 201, answer
        return answer.json()["batch_id"]

    def start(self, batch, **fields):
        return self.form("/api/v1/batch/start-workflows", batch_id=batch, **fields)

    def new_group(self):
        """A run group of its own, which a check may delete."""
        batch = self.new_batch()
        self.upload(batch, uuid.uuid4().hex, b"# " + uuid.uuid4().hex.encode())
        return self.start(batch).json()["run_group"]

    def param_set(self, more=""):
        name = "set_" + uuid.uuid4().hex[:12]
        answer = self.form("/api/v1/workflow/param-sets", yaml_content=PARAMS.format(id=name, more=more))
        assert answer.status == 201, answer
        return name

    def wait(self, group):
        def ended():
            status = self.get(f"/api/v1/workflow/run_groups/{group}").json()["status"]
            return status in ("COMPLETED", "FAILED")
        wait_for(f"run group {group} to end", ended, 120, 0.1)

    def fill(self):
        self.batch = self.new_batch()
        self.hash = self.upload(self.batch, "rain.md").json()["document_hash"]
        assert self.upload(self.batch, "bad.pdf", b"%PDF-1.7 and nothing else", mime_type="application/pdf").status == 201
        self.group = self.start(self.batch).json()["run_group"]
        self.wait(self.group)
        runs = self.get("/api/v1/workflow/runs", batch_id=self.batch).json()
        assert sorted(r["status"] for r in runs) == ["COMPLETED", "FAILED"], runs
        self.run = next(r["id"] for r in runs if r["status"] == "COMPLETED")
        return self

    # --- what the document says
    def path_with(self, path, value="1"):
        return re.sub(r"\{\w+\}", value, path)

    def documented(self):
        return {(name, int(status)) for name, (_, _, o) in self.operations.items() for status in o["responses"]}

    def conforms(self, name, status, answer):
        """The answer has a documented content type and its body the documented form."""
        documented = self.operations[name][2]["responses"][str(status)].get("content", {})
        if not documented:
            assert not answer.body, (name, answer)
            return
        content_type = answer.headers["Content-Type"].split(";")[0]
        if "*/*" in documented:
            return  # a document's own type
        assert content_type in documented, (name, status, answer)
        if content_type != "application/json" or status == 206:
            return
        schema = dict(documented[content_type].get("schema", {}), components=self.document["components"])
        jsonschema.Draft202012Validator(schema, format_checker=TIMES).validate(answer.json())
        # Clients take any body that has this key for a failure.
        assert (status >= 400) == ("error" in answer.json()), (name, answer)


TIMES = jsonschema.FormatChecker(formats=())


@TIMES.checks("date-time-local")
def is_local_time(value):
    return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?", value) is not None


def conflicting_embeddings():
    """An OpenAI-compatible endpoint whose vectors have four numbers; its address."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
            body = json.dumps({"object": "list", "model": asked["model"], "usage": {"prompt_tokens": 1, "total_tokens": 1},
                               "data": [{"object": "embedding", "index": i, "embedding": [1, 0, 0, 0]} for i in range(len(texts))]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/v1"


def silent_host(w):
    """A document of a host that takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as host:
        return w.upload(w.batch, uuid.uuid4().hex, None, input_uri=f"http://127.0.0.1:{host.getsockname()[1]}/x")


def other_model(w):
    """A parameter set that embeds with another model into a database of its own, or into `default`."""
    embed = f"  embed:\n    provider: openai\n    model: four\n    vector_dim: 4\n    base_url: {conflicting_embeddings()}\n"
    return lambda data_dir: w.param_set(embed + f"  store:\n    data_dir: {data_dir}\n")


def search_of_other_model(w):
    batch = w.new_batch()
    w.upload(batch, uuid.uuid4().hex)
    group = w.start(batch, param_id=other_model(w)("other"), workflow_definition_id="batch_split").json()["run_group"]
    w.wait(group)
    return w.get("/api/v1/lancedb/search", db="other", query="rain")


def used_set(w):
    name = w.param_set()
    batch = w.new_batch()
    w.upload(batch, uuid.uuid4().hex)
    assert w.start(batch, param_id=name, workflow_definition_id="batch_split").status == 201
    return w.delete(f"/api/v1/workflow/param-sets/{name}")


def elsewhere(w):
    name = uuid.uuid4().hex
    assert w.upload(w.new_batch(), name).status == 201
    return w.upload(w.new_batch(), name)


def removed_uri(w):
    name = uuid.uuid4().hex
    w.upload(w.new_batch(), name, name.encode())
    return w.delete("/api/v1/document/by-uri", uri=name, source="contract")


def sync_state(w, method):
    path = f"/api/v1/sync-state/gitea:{method}/handbook"
    if method == "GET" and (there := w.get(path)).status != 404:
        return there
    put = w.form(path, "PUT", commit_sha="abc", branch="main", metadata='{"a": 1}')
    return put if method == "PUT" else w.ask(method, path)


def download(kind):
    path = f"/api/v1/document/{{}}/{kind}"
    name = f"download_document_{kind}"
    return {
        (name, 200): lambda w: w.get(path.format(w.hash)),
        (name, 206): lambda w: w.ask("GET", path.format(w.hash), Range="bytes=0-4"),
        (name, 404): lambda w: w.get(path.format(UNKNOWN)),
        (name, 416): lambda w: w.ask("GET", path.format(w.hash), Range="bytes=99999999-"),
    }


# What each operation answers by itself.
CHECKS = {
    ("list_documents", 200): lambda w: w.get("/api/v1/document/", batch_id=w.batch),
    ("list_documents", 400): lambda w: w.get("/api/v1/document/"),
    ("get_source_status", 200): lambda w: w.form("/api/v1/source-status", source="contract", hashes=json.dumps({"rain.md": w.hash, "new": "x"})),
    ("get_source_status", 400): lambda w: w.form("/api/v1/source-status", source="contract", hashes="[]"),
    ("ingest_document", 201): lambda w: w.upload(w.batch, uuid.uuid4().hex, uuid.uuid4().bytes),
    ("ingest_document", 203): elsewhere,
    ("ingest_document", 400): lambda w: w.upload(w.batch, "neither", None),
    ("ingest_document", 404): lambda w: w.upload(999999, "x"),
    ("ingest_document", 504): silent_host,
    ("delete_document_uri", 200): removed_uri,
    ("delete_document_uri", 400): lambda w: w.delete("/api/v1/document/by-uri", uri="x"),
    ("delete_document_uri", 404): lambda w: w.delete("/api/v1/document/by-uri", uri="nowhere", source="contract"),
    ("clean_up_orphans", 200): lambda w: w.form("/api/v1/document/cleanup-orphans"),
    ("get_document", 200): lambda w: w.get(f"/api/v1/document/{w.hash}"),
    ("get_document", 404): lambda w: w.get(f"/api/v1/document/{UNKNOWN}"),
    **download("original"), **download("markdown"), **download("json"), **download("chunks"),
    ("get_sync_state", 200): lambda w: sync_state(w, "GET"),
    ("get_sync_state", 404): lambda w: w.get("/api/v1/sync-state/nobody"),
    ("put_sync_state", 200): lambda w: sync_state(w, "PUT"),
    ("put_sync_state", 400): lambda w: w.form("/api/v1/sync-state/x", "PUT", branch="main"),
    ("delete_sync_state", 200): lambda w: sync_state(w, "DELETE"),
    ("delete_sync_state", 404): lambda w: w.delete("/api/v1/sync-state/nobody"),
    ("list_batches", 200): lambda w: w.get("/api/v1/batch/"),
    ("create_batch", 201): lambda w: w.form("/api/v1/batch/", source="contract", name="one"),
    ("create_batch", 400): lambda w: w.form("/api/v1/batch/", source="contract"),
    ("start_workflows", 201): lambda w: w.start(w.new_batch()),
    ("start_workflows", 400): lambda w: w.start(w.batch, priority="high"),
    ("start_workflows", 404): lambda w: w.start(999999),
    ("start_workflows", 409): lambda w: w.start(w.batch, param_id=other_model(w)("default")),
    ("get_batch_status", 200): lambda w: w.get("/api/v1/batch/status", batch_id=w.batch),
    ("get_batch_status", 404): lambda w: w.get("/api/v1/batch/status", batch_id=999999),
    ("list_batch_steps", 200): lambda w: w.get(f"/api/v1/batch/{w.batch}/steps"),
    ("list_batch_steps", 404): lambda w: w.get("/api/v1/batch/999999/steps"),
    ("list_workflow_runs", 200): lambda w: w.get("/api/v1/workflow/", batch_id=w.batch, include_steps="true", include_doc_info="true", page=1),
    ("start_workflow_run", 201): lambda w: w.form("/api/v1/workflow/", doc_id=w.hash, workflow_definiton_id="batch"),
    ("start_workflow_run", 404): lambda w: w.form("/api/v1/workflow/", doc_id=UNKNOWN),
    ("start_workflow_run", 409): lambda w: w.form("/api/v1/workflow/", doc_id=w.hash, param_id=other_model(w)("default")),
    ("list_workflow_runs_by_status", 200): lambda w: w.get("/api/v1/workflow/by-status", status="FAILED"),
    ("list_workflow_runs_by_status", 400): lambda w: w.get("/api/v1/workflow/by-status", status="LOST"),
    ("list_batch_runs", 200): lambda w: w.get("/api/v1/workflow/runs", batch_id=w.batch),
    ("list_batch_runs", 404): lambda w: w.get("/api/v1/workflow/runs", batch_id=999999),
    ("get_workflow_run", 200): lambda w: w.get(f"/api/v1/workflow/runs/{w.run}"),
    ("get_workflow_run", 404): lambda w: w.get("/api/v1/workflow/runs/999999"),
    ("list_run_lifecycle", 200): lambda w: w.get(f"/api/v1/workflow/runs/{w.run}/lifecycle"),
    ("list_run_lifecycle", 400): lambda w: w.get("/api/v1/workflow/runs/first/lifecycle"),
    ("list_run_lifecycle", 404): lambda w: w.get("/api/v1/workflow/runs/999999/lifecycle"),
    ("list_steps", 200): lambda w: w.get("/api/v1/workflow/steps", status="COMPLETED"),
    ("list_run_groups", 200): lambda w: w.get("/api/v1/workflow/run-groups", batch_id=w.batch),
    ("get_run_group", 200): lambda w: w.get(f"/api/v1/workflow/run_groups/{w.group}"),
    ("get_run_group", 404): lambda w: w.get("/api/v1/workflow/run-groups/999999"),
    ("delete_run_group", 200): lambda w: w.delete(f"/api/v1/workflow/run_groups/{w.new_group()}"),
    ("delete_run_group", 404): lambda w: w.delete("/api/v1/workflow/run_groups/999999"),
    ("get_run_group_stats", 200): lambda w: w.get(f"/api/v1/workflow/run_groups/{w.group}/stats"),
    ("get_run_group_stats", 404): lambda w: w.get("/api/v1/workflow/run_groups/999999/stats"),
    ("retry_run_group", 201): lambda w: w.form("/api/v1/workflow/retry", run_group_id=w.group),
    ("retry_run_group", 404): lambda w: w.ask("POST", "/api/v1/workflow/retry?run_group_id=999999"),
    ("get_step_durations", 200): lambda w: w.get("/api/v1/stats/durations", run_group_id=w.group),
    ("get_step_durations", 404): lambda w: w.get("/api/v1/stats/durations", run_group_id=999999),
    ("get_step_stats", 200): lambda w: w.get("/api/v1/stats/step-stats", run_group_id=w.group),
    ("get_step_stats", 404): lambda w: w.get("/api/v1/stats/step-stats", run_group_id=999999),
    ("cancel_workflow_run", 200): lambda w: w.form(f"/api/v1/workflow/runs/{w.run}/cancel", reason="enough"),
    ("cancel_workflow_run", 404): lambda w: w.form("/api/v1/workflow/runs/999999/cancel"),
    ("cancel_run_group", 200): lambda w: w.form(f"/api/v1/workflow/run_groups/{w.group}/cancel"),
    ("cancel_run_group", 404): lambda w: w.form("/api/v1/workflow/run_groups/999999/cancel"),
    ("cancel_batch", 200): lambda w: w.form(f"/api/v1/batch/{w.batch}/cancel"),
    ("cancel_batch", 404): lambda w: w.form("/api/v1/batch/999999/cancel"),
    ("list_workflow_definitions", 200): lambda w: w.get("/api/v1/workflow/definitions"),
    ("get_workflow_definition", 200): lambda w: w.get("/api/v1/workflow/definitions/batch"),
    ("get_workflow_definition", 400): lambda w: w.get("/api/v1/workflow/definitions/..%2fbatch"),
    ("get_workflow_definition", 404): lambda w: w.get("/api/v1/workflow/definitions/none"),
    ("list_param_sets", 200): lambda w: w.get("/api/v1/workflow/param-sets"),
    ("upload_param_set", 201): lambda w: w.form("/api/v1/workflow/param-sets", yaml_content=PARAMS.format(id="s" + uuid.uuid4().hex, more="")),
    ("upload_param_set", 400): lambda w: w.form("/api/v1/workflow/param-sets", yaml_content="id: x\nconfig:\n  chunk:\n    chunk_size: many\n"),
    ("upload_param_set", 409): lambda w: w.form("/api/v1/workflow/param-sets", yaml_content=PARAMS.format(id="default", more="")),
    ("get_param_set", 200): lambda w: w.get("/api/v1/workflow/param-sets/default"),
    ("get_param_set", 404): lambda w: w.get("/api/v1/workflow/param-sets/none"),
    ("delete_param_set", 200): lambda w: w.delete("/api/v1/workflow/param-sets/" + w.param_set()),
    ("delete_param_set", 403): used_set,
    ("delete_param_set", 404): lambda w: w.delete("/api/v1/workflow/param-sets/none"),
    ("list_param_sets_of_target", 200): lambda w: w.get("/api/v1/workflow/param_sets/target/default"),
    ("list_databases", 200): lambda w: w.get("/api/v1/lancedb/list"),
    ("get_database_info", 200): lambda w: w.get("/api/v1/lancedb/info", db="default"),
    ("get_database_info", 400): lambda w: w.get("/api/v1/lancedb/info", db="../secrets"),
    ("get_database_info", 404): lambda w: w.get("/api/v1/lancedb/info", db="none"),
    ("vacuum_database", 200): lambda w: w.get("/api/v1/lancedb/vacuum", db="default"),
    ("vacuum_database", 404): lambda w: w.get("/api/v1/lancedb/vacuum", db="none"),
    ("list_database_documents", 200): lambda w: w.get("/api/v1/lancedb/documents", db="default", limit=5, filter="uri LIKE '%rain%'"),
    ("list_database_documents", 400): lambda w: w.get("/api/v1/lancedb/documents", db="default", filter="uri LIKE"),
    ("list_database_documents", 404): lambda w: w.get("/api/v1/lancedb/documents", db="none"),
    ("search_database", 200): lambda w: w.get("/api/v1/lancedb/search", db="default", query="how much rain?"),
    ("search_database", 400): lambda w: w.get("/api/v1/lancedb/search", db="default", query="rain", mode="psychic"),
    ("search_database", 404): lambda w: w.get("/api/v1/lancedb/search", db="none", query="rain"),
    ("search_database", 409): search_of_other_model,
    ("follow_events", 200): lambda w: w.get("/api/v1/events", **{"from": 0, "follow": "false"}),
    ("follow_events", 404): lambda w: w.get("/api/v1/events", batch_id=999999),
    ("create_embeddings", 200): lambda w: w.ask("POST", "/v1/embeddings", json.dumps({"input": ["rain", "sun"]}), Content_Type="application/json"),
    ("create_embeddings", 400): lambda w: w.ask("POST", "/v1/embeddings", '{"input": 7}', Content_Type="application/json"),
    ("create_embeddings", 404): lambda w: w.ask("POST", "/v1/embeddings", '{"input": "x", "model": "y"}', Content_Type="application/json"),
    ("list_models", 200): lambda w: w.get("/v1/models"),
    ("get_health", 200): lambda w: w.get("/health"),
    ("get_health_live", 200): lambda w: w.get("/health/live"),
    ("get_health_ready", 200): lambda w: w.get("/health/ready"),
    ("get_metrics", 200): lambda w: w.get("/metrics"),
    **{(name, 200): (lambda path: lambda w: w.get(path))(path) for name, path in {
        "get_openapi_json": "/openapi.json", "get_docs": "/docs", "get_redoc": "/redoc", "get_docs_start_js": "/docs/start.js",
        "get_docs_swagger_ui_css": "/docs/swagger-ui.css", "get_docs_swagger_ui_bundle_js": "/docs/swagger-ui-bundle.js",
        "get_docs_favicon_32x32_png": "/docs/favicon-32x32.png", "get_redoc_redoc_standalone_js": "/redoc/redoc.standalone.js"}.items()},
}

# Documented as every operation's, but what these use cannot fail while the server runs.
CANNOT_FAIL = {
    "get_openapi_json": "a text in memory", "get_docs": "a text in memory", "get_redoc": "a text in memory", "get_docs_start_js": "a text in memory",
    "list_models": "a name in memory", "create_embeddings": "the model in memory",
    "list_workflow_definitions": "files that cannot be read are listed with their fault", "list_param_sets": "as list_workflow_definitions",
    "get_workflow_definition": "a file that is gone is 404", "get_param_set": "as get_workflow_definition",
    "list_param_sets_of_target": "lists what can be read",
    "list_databases": "a folder that is not there holds no databases",
    "get_health": "says 503 when something fails", "get_health_live": "a text in memory", "get_health_ready": "as get_health",
}


ASSETS = {"get_docs_swagger_ui_css", "get_docs_swagger_ui_bundle_js", "get_docs_favicon_32x32_png", "get_redoc_redoc_standalone_js"}


# --- the rest: answers that follow from the route, shown for every operation that has them
def malformed(w, name):
    method, path, _ = w.operations[name]
    return w.ask(method, w.path_with(path) + "?%zz")


def without_key(w, name):
    method, path, _ = w.operations[name]
    return w.ask(method, w.path_with(path), key="wrong")


def too_large(w, name):
    """Only announced: the server answers before anything is sent."""
    method, path, operation = w.operations[name]
    connection = http.client.HTTPConnection(urlparse(w.server.url).netloc, timeout=20)
    connection.putrequest(method, w.path_with(path))
    connection.putheader("Authorization", "Bearer " + KEY)
    connection.putheader("Content-Length", str(1 << 50))
    content = next(iter(operation["requestBody"]["content"]))
    connection.putheader("Content-Type", content + ("; boundary=x" if "multipart" in content else ""))
    connection.endheaders()
    answer = connection.getresponse()
    result = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return result


def no_form(w, name):
    method, path, _ = w.operations[name]
    return w.ask(method, w.path_with(path), "hello", Content_Type="text/plain")


def unchanged(w, name):
    """The check's own request again, with the condition added; what other checks have started may still change the answer."""
    plain = w.ask
    for _ in range(50):
        first = CHECKS[name, 200](w)
        assert first.status == 200 and first.headers["ETag"], (name, first)
        w.ask = lambda *a, **k: plain(*a, **{**k, "If_None_Match": first.headers["ETag"]})
        again = CHECKS[name, 200](w)
        w.ask = plain
        if again.status == 304:
            break
        time.sleep(0.1)
    return again


def last_request(w, name, **headers):
    """The request of the operation's success, as it went out (with `headers`, which other requests of the check do not get)."""
    sent = []
    plain = w.ask
    pattern = re.compile(re.sub(r"\{\w+\}", "[^?]+", w.operations[name][1]) + r"(\?.*)?")

    def ask(method, path, *a, **k):
        own = method == w.operations[name][0] and pattern.fullmatch(path)
        sent.append(((method, path, *a), k))
        return plain(method, path, *a, **k, **(headers if own else {}))
    w.ask = ask
    CHECKS[name, 201 if (name, 201) in CHECKS else 200](w)
    w.ask = plain
    return sent[-1]


def still_running(w, name):
    """The same request with the same key many times at once: it is carried out once, whoever comes meanwhile is told."""
    a, k = last_request(w, name)
    for _ in range(50):
        key, answers = uuid.uuid4().hex, []
        threads = [threading.Thread(target=lambda: answers.append(w.ask(*a, **k, Idempotency_Key=key))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for answer in answers:
            if answer.status == 409 and "being carried out" in answer.json()["error"]:
                return answer
    return answers[0]


def other_request(w, name):
    key = uuid.uuid4().hex
    (method, path, *rest), k = last_request(w, name, Idempotency_Key=key)
    return w.ask(method, path + "?other=1", *rest, **k, Idempotency_Key=key)


def long_headers(w, name):
    method, path, _ = w.operations[name]
    return w.ask(method, w.path_with(path), X_Long="x" * 40_000)


FOLLOWS = {431: long_headers, 304: unchanged, 400: malformed, 401: without_key, 409: still_running, 413: too_large, 415: no_form, 422: other_request}


def check_of(name, status):
    if (name, status) in CHECKS:
        return CHECKS[name, status]
    if status in FOLLOWS:
        return lambda w: FOLLOWS[status](w, name)
    return None


@pytest.fixture(scope="module")
def w(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contract")
    with Server(folder, "--port", "0", "--access-log", API_KEY_ENABLED="true", API_KEY=KEY, LOG_FORMAT="json",
                INPUT_HTTP_ALLOWED="true", INPUT_HTTP_NETWORKS="127.0.0.1", INPUT_HTTP_TIMEOUT=1) as server:
        yield World(server).fill()


def logged(server):
    """{(method, route, status)} of the access log."""
    seen = set()
    for line in server.log_text().splitlines():
        if line.startswith("{") and '"request"' in line:
            record = json.loads(line)
            if "route" in record:
                seen.add((record["method"], record["route"].replace("*}", "}"), record["status"]))
    return seen


def assert_logged(server, world, shown):
    # Headers that are too large are not read: the log cannot name their route.
    want = {(*world.operations[name][:2], status) for name, status in shown if status != 431}
    try:
        wait_for("the log", lambda: want <= logged(server), 5)
    except AssertionError:
        raise AssertionError(f"not in the access log: {sorted(want - logged(server))}")


def test_every_documented_answer_is_shown_and_logged(w):
    missing, wrong, shown = [], [], set()
    for name, status in sorted(w.documented()):
        check = check_of(name, status)
        if check is None:
            if status not in (500, 503):  # the next two tests
                missing.append((name, status))
            continue
        try:
            answer = check(w)
            assert answer.status == status, answer
            w.conforms(name, status, answer)
            shown.add((name, status))
        except (AssertionError, jsonschema.ValidationError, KeyError, OSError) as error:
            wrong.append(f"{name} {status}: {str(error)[:400]}")
    assert not missing, f"documented, but no check shows it: {missing}"
    assert not wrong, "\n".join(wrong)
    assert set(CHECKS) <= w.documented(), f"checked, but not documented: {set(CHECKS) - w.documented()}"
    assert_logged(w.server, w, shown)


def test_the_document_is_complete(w):
    """Nothing without words, a form and an example that has it."""
    names = [name for name, (_, _, o) in w.operations.items()]
    assert len(names) == len({o["operationId"] for methods in w.document["paths"].values() for o in methods.values()}) == sum(
        len(methods) for methods in w.document["paths"].values()), "operation ids are unique"
    tags = {tag["name"] for tag in w.document["tags"]}
    lacking = []
    for name, (_, _, operation) in w.operations.items():
        if not operation["summary"] or not set(operation["tags"]) <= tags:
            lacking.append(f"{name}: summary or tag {operation['tags']}")
        fields = [p for b in operation.get("requestBody", {}).get("content", {}).values() for p in b["schema"].get("properties", {}).items()]
        lacking += [f"{name}: description of {p['name']}" for p in operation["parameters"] if not p.get("description")]
        lacking += [f"{name}: description of {field}" for field, schema in fields if not schema.get("description") and name != "create_embeddings"]
        for status, answer in operation["responses"].items():
            for content_type, content in answer.get("content", {}).items():
                if content_type != "application/json" or name == "get_openapi_json":
                    continue
                if "schema" not in content:
                    lacking.append(f"{name} {status}: schema")
                elif "example" in content:
                    schema = dict(content["schema"], components=w.document["components"])
                    jsonschema.Draft202012Validator(schema, format_checker=TIMES).validate(content["example"])
    # A download's JSON is docling's, not ours.
    lacking = [what for what in lacking if not re.match(r"download_document_(json|chunks) 20[06]: schema|get_health", what)]
    assert not lacking, "\n".join(lacking)


def table(w):
    """docs/answers.md"""
    follows = {304: "If-None-Match with the ETag", 400: "malformed query", 401: "wrong key", 409: "same Idempotency-Key at once", 413: "announced body of 2^50 bytes",
               415: "text/plain", 422: "Idempotency-Key of another request", 431: "a header of 40,000 bytes", 503: "the only place is taken"}
    lines = ["# Operations and their answers", "",
             "Each is shown over the wire by tests/test_contract.py, whose server's access log names it: *own*, the operation's own check; otherwise what",
             "the test does to get it. `SI_UPDATE=1 python3 -m pytest tests/test_contract.py` writes this page anew.", "",
             "| operation | method and path | answers |", "|---|---|---|"]
    for name, (method, path, operation) in w.operations.items():
        shown = []
        for status in map(int, operation["responses"]):
            how = ("own" if (name, status) in CHECKS else follows.get(status)) if status != 500 else \
                f"not shown: {CANNOT_FAIL[name]}" if name in CANNOT_FAIL else "broken database, files or folder"
            shown.append(f"{status} {how}")
        lines.append(f"| `{name}` | {method} {path} | {'; '.join(shown)} |")
    return "\n".join(lines) + "\n"


def test_the_table_is_that_of_the_document(w):
    page = ROOT / "docs" / "answers.md"
    if os.environ.get("SI_UPDATE"):
        page.write_text(table(w))
    assert page.read_text() == table(w), "SI_UPDATE=1 writes docs/answers.md anew"


def test_every_operation_says_503_when_it_has_no_place(tmp_path):
    """One request may be handled, and that one waits for an engine that stands still."""
    settings = dict(API_KEY_ENABLED="true", API_KEY=KEY, LOG_FORMAT="json", HTTP_THREADS=1, MAX_QUEUED_REQUESTS=0)
    with Server(tmp_path, "--port", "0", "--access-log", **settings) as server:
        w = World(server)
        assert w.get("/api/v1/lancedb/info", db="any").status == 404  # starts the engine
        engine = next(pid for pid, command in server.children().items() if "main.mjs" in command)
        os.kill(engine, signal.SIGSTOP)
        def hold():
            while w.get("/api/v1/lancedb/info", db="any").status == 503 and not full.is_set():
                pass
        full = threading.Event()
        holder = threading.Thread(target=hold, daemon=True)
        holder.start()
        try:
            wait_for("the only place to be taken", lambda: w.get("/v1/models").status == 503, 10)
            full.set()
            names = sorted(w.operations)
            for name in names:
                method, path, operation = w.operations[name]
                content = next(iter(operation.get("requestBody", {}).get("content", {"": 0})))
                answer = w.ask(method, w.path_with(path), Content_Type=content + ("; boundary=x" if "multipart" in content else ""))
                assert (answer.status, answer.headers["Retry-After"]) == (503, "1"), (name, answer)
                w.conforms(name, 503, answer)
        finally:
            os.kill(engine, signal.SIGCONT)
            holder.join(60)
        assert_logged(server, w, {(name, 503) for name in names})


def without_folder(w, name, request):
    """What `request` answers while a file stands where the folder was."""
    folder = w.server.folder / name
    folder.rename(folder.with_suffix(".aside"))
    folder.write_text("not a folder")
    try:
        return request()
    finally:
        folder.unlink()
        folder.with_suffix(".aside").rename(folder)


# Where a check's own request would not come as far as the fault.
BROKEN = {
    "get_sync_state": lambda w: w.get("/api/v1/sync-state/x"),
    "put_sync_state": lambda w: w.form("/api/v1/sync-state/x", "PUT", commit_sha="abc"),
    "delete_sync_state": lambda w: w.delete("/api/v1/sync-state/x"),
    "ingest_document": lambda w: w.upload(w.batch, "x"),
    "start_workflows": lambda w: w.start(w.batch),
    "delete_document_uri": lambda w: w.delete("/api/v1/document/by-uri", uri="rain.md", source="contract"),
    "delete_run_group": lambda w: w.delete("/api/v1/workflow/run_groups/1"),
    "delete_param_set": lambda w: w.delete("/api/v1/workflow/param-sets/mine"),
    "upload_param_set": lambda w: without_folder(
        w, "config/params", lambda: w.form("/api/v1/workflow/param-sets", yaml_content=PARAMS.format(id="fresh", more=""))),
}


def break_database(server):
    """Renames every table away under the running server."""
    if "SI_TEST_POSTGRES" in os.environ:
        url = server.settings["DOC_DB_URL"]
        names = subprocess.run(["psql", url, "-Atc", "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"],
                               check=True, capture_output=True, text=True).stdout.split()
        subprocess.run(["psql", url, "-qc", "".join(f'ALTER TABLE "{n}" RENAME TO "broken_{n}";' for n in names)], check=True)
        return
    with sqlite3.connect(server.folder / "db" / "documents.db", timeout=30) as database:
        database.execute("PRAGMA legacy_alter_table = ON")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall():
            database.execute(f'ALTER TABLE "{name}" RENAME TO "broken_{name}"')


def break_vectors(server):
    """What a table's versions say is junk now, also for an engine that knew better."""
    for file in (server.folder / "lancedb" / "default").glob("*.lance/_versions/*"):
        file.write_bytes(b"junk")
    for pid, command in server.children().items():
        if "main.mjs" in command:
            os.kill(pid, signal.SIGKILL)


def resources(folder):
    """SI_RESOURCES of links, of which one can be cut."""
    deps = Path(os.environ.get("SI_DEPS_DIR", ROOT / ".deps"))
    links = {name: deps / name for name in ("node", "lancedb", "pdfium", "model", "web")}
    for name, target in {**links, "engine": ROOT / "lancedb" / "engine", "config": ROOT / "config"}.items():
        (folder / name).symlink_to(target)
    return folder


def test_internal_failures_answer_500_with_an_id_that_is_in_the_log(tmp_path):
    (tmp_path / "links").mkdir()
    settings = dict(API_KEY_ENABLED="true", API_KEY=KEY, LOG_FORMAT="json", SI_RESOURCES=resources(tmp_path / "links"))
    with Server(tmp_path, "--port", "0", "--access-log", **settings) as server:
        w = World(server).fill()
        w.form("/api/v1/workflow/param-sets", yaml_content=PARAMS.format(id="mine", more=""))
        break_database(server)
        (tmp_path / "links" / "web").unlink()
        break_vectors(server)
        broken = {**BROKEN, **{name: CHECKS[name, 200 if (name, 200) in CHECKS else 201] for name in w.operations if name not in BROKEN}}
        shown, wrong = set(), []
        for name in sorted(set(w.operations) - set(CANNOT_FAIL)):
            answer = broken[name](w)
            try:
                assert answer.status == 500, answer
                w.conforms(name, 500, answer)
                error = answer.json()["error"]
                found = re.search(r"request id ([\w-]+)$", error)
                assert found and found[1] == answer.headers["X-Request-ID"], error
                assert "table" not in error and "sql" not in error.lower() and "/" not in error, error
                shown.add((name, 500))
            except (AssertionError, jsonschema.ValidationError) as problem:
                wrong.append(f"{name}: {str(problem)[:300]}")
        assert not wrong, "\n".join(wrong)
        assert_logged(server, w, shown)
        text = server.log_text()
        assert "a request failed" in text and "no such table" in text or "does not exist" in text
