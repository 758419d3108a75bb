"""What is inside, out again: detail, downloads, sync state."""
import json
import urllib.parse
import uuid

import pytest

import make_inputs

HASH = "sha256-" + "0" * 64


def stored(server, uri="folder/Bericht äöü.html"):
    """Batch, hash and bytes of a document that no other test has."""
    batch = server.batch(source="test")
    data = make_inputs.html(1, marker=f"a marker {uuid.uuid4()}")
    status, answer = server.upload(batch, f"{batch}/{uri}", data)
    assert status == 201
    server.start_batch(batch)
    server.wait_batch(batch)
    return batch, answer["document_hash"], data


def download(server, hash, what, query="", **headers):
    return server.exchange("GET", f"/api/v1/document/{hash}/{what}{query}", headers=headers)


def test_detail_tells_all(shared):
    batch, hash, data = stored(shared)
    assert shared.upload(batch, str(batch), data)[0] == 201
    detail = shared.get(f"/document/{hash}")
    assert detail["document"]["hash"] == hash and detail["document"]["file_size"] == len(data)
    assert [uri["uri"] for uri in detail["uris"]] == [f"{batch}/folder/Bericht äöü.html", str(batch)]
    assert [h["action"] for h in detail["uris"][0]["history"]] == ["create"]
    assert detail["total_runs"] == 1 and detail["runs"][0]["status"] == "COMPLETED"
    assert isinstance(detail["diagnostics"], list)
    assert {a["artifact_type"] for a in detail["artifacts"]} >= {"document", "parsed_markdown", "parsed_json", "chunks"}
    assert [s["data_dir"] for s in detail["stored"]] == ["default"]
    assert shared.call("GET", f"/api/v1/document/{HASH}")[0] == 404


def test_downloads(shared):
    _, hash, data = stored(shared)
    for what, content_type, name, check in (
            ("original", "text/html", "Bericht äöü.html", lambda b: b == data),
            ("markdown", "text/markdown; charset=utf-8", "Bericht äöü.md", lambda b: b"# Document 1" in b),
            ("json", "application/json", "Bericht äöü.json", lambda b: json.loads(b)["schema_name"] == "DoclingDocument"),
            ("chunks", "application/json", "Bericht äöü.chunks.json", lambda b: json.loads(b))):
        status, headers, body = download(shared, hash, what)
        assert status == 200 and check(body), what
        assert headers["Content-Type"] == content_type
        # A stranger's HTML must not run in our origin.
        assert headers["Content-Disposition"].startswith("attachment; ") and headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["Content-Disposition"].endswith("filename*=UTF-8''" + urllib.parse.quote(name))


def test_ranges_head_and_etags(shared):
    batch = shared.batch()
    data = bytes(range(256)) * 4000
    hash = shared.upload(batch, "big.bin", data)[1]["document_hash"]
    status, headers, body = download(shared, hash, "original", Range="bytes=1000-1999")
    assert (status, body) == (206, data[1000:2000]) and headers["Content-Range"] == f"bytes 1000-1999/{len(data)}"
    assert download(shared, hash, "original", Range="bytes=-5")[2] == data[-5:]
    assert download(shared, hash, "original", Range=f"bytes={len(data)}-")[0] == 416
    status, headers, body = shared.exchange("HEAD", f"/api/v1/document/{hash}/original")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(data)))
    status, headers, body = download(shared, hash, "original", **{"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"")


def test_a_configuration_can_be_chosen(shared):
    batch, hash, _ = stored(shared)
    yaml = shared.call("GET", "/api/v1/workflow/param-sets/default")[1].decode()
    yaml = "\n".join("id: small" if line.startswith("id:") else line for line in yaml.splitlines() if not line.startswith("source:"))
    shared.post("/workflow/param-sets", yaml_content=yaml.replace("chunk_size: 254", "chunk_size: 32"))
    shared.start_batch(batch, params="small")
    shared.wait_batch(batch)
    newest = json.loads(download(shared, hash, "chunks")[2])
    runs = shared.get("/workflow/", batch_id=batch, include_steps="true")
    first = min(run["workflow_run"]["id"] for run in runs)
    older = json.loads(download(shared, hash, "chunks", f"?run_id={first}")[2])
    assert newest != older
    config = next(step["step_config_id"] for run in runs for step in run["steps"] if run["workflow_run"]["id"] == first and step["step_type"] == "chunk")
    assert json.loads(download(shared, hash, "chunks", f"?step_config_id={config}")[2]) == older
    for query in ("?run_id=99", "?step_config_id=99"):
        assert download(shared, hash, "chunks", query)[0] == 404


@pytest.mark.parametrize("path, expect", [
    (f"{HASH}/original", 404), (f"{HASH}/markdown", 404), (f"{HASH}/everything", 404), ("x/original", 404),
    ("..%2f..%2fetc%2fpasswd/original", 404), (f"{HASH}/markdown?run_id=x", 400), (f"{HASH}/chunks?step_config_id=0", 400)])
def test_what_is_not_there(shared, path, expect):
    status, body = shared.call("GET", f"/api/v1/document/{path}")
    assert (status, json.loads(body)["status_code"]) == (expect, expect)


def test_nothing_is_made_of_it_yet(shared):
    hash = shared.upload(shared.batch(), "a.txt", b"text")[1]["document_hash"]
    status, _, body = download(shared, hash, "markdown")
    assert status == 404 and "parse step" in json.loads(body)["error"]
    assert download(shared, hash, "original")[2] == b"text"


def test_a_mime_type_cannot_break_out_of_its_header(shared):
    batch = shared.batch()
    for number, mime in enumerate(("text/html\r\nX-Evil: 1", "nonsense", "text/ht\u00e4ml")):
        hash = shared.upload(batch, f"{number}", f"bytes {number}".encode(), mime_type=mime)[1]["document_hash"]
        status, headers, _ = download(shared, hash, "original")
        assert status == 200 and headers["Content-Type"] == "application/octet-stream" and headers["X-Evil"] is None
    assert shared.upload(batch, "long", b"bytes", mime_type="a/" + "b" * 500)[0] == 400
    hash = shared.upload(batch, 'a"b\\c\r\nX-Evil: 1', b"more")[1]["document_hash"]
    headers = download(shared, hash, "original")[1]
    assert headers["X-Evil"] is None and headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("source", ["plain", "gitea:admin:handbook", "github:owner/name", "webdav:https://host/dav//x", "mit Leerzeichen/ä"])
@pytest.mark.parametrize("safe", ["/:", ""])
def test_sync_state(shared, source, safe):
    path = "/sync-state/" + urllib.parse.quote(source, safe=safe)

    def put(**form):
        return shared.call("PUT", "/api/v1" + path, urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded")

    assert shared.call("GET", "/api/v1" + path)[0] == 404
    status, body = put(commit_sha="abc", branch="main", metadata='{"files": 3, "old": 1}')
    assert status == 200
    state = shared.get(path)
    assert json.loads(body) == state
    assert (state["source_id"], state["last_commit_sha"], state["branch"]) == (source, "abc", "main")
    assert state["sync_metadata"] == {"files": 3, "old": 1} and state["last_sync_date"].startswith("20")
    assert put(commit_sha="def", metadata='{"files": 4}')[0] == 200
    assert shared.get(path)["sync_metadata"] == {"files": 4, "old": 1}
    assert put(branch="main")[0] == 400 and put(commit_sha="x", metadata="[1]")[0] == 400
    assert shared.get(path)["last_commit_sha"] == "def"
    assert shared.call("DELETE", "/api/v1" + path)[0] == 200
    assert shared.call("DELETE", "/api/v1" + path)[0] == 404
