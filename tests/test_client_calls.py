"""The calls of the existing clients (they push folders, repositories and WebDAV shares), in their order and their form: from an empty
server to stored documents and back to "matched"."""
import hashlib
import http.client
import json
import uuid
from urllib.parse import quote, urlencode, urlparse

import pytest
from support import Server, wait_for

SOURCE = "gitea:admin/handbook"
FILES = {"docs/rain.md": b"# Rain\n\nIn May fell 31 mm of rain.\n", "docs/mill.md": b"# Mill\n\nThe mill was built in 1790.\n"}


class Client:
    """What they do with every call: the key, their name, and any body that has a key `error` is a failure."""

    def __init__(self, url):
        self.address = urlparse(url).netloc

    def call(self, method, path, body=None, content_type=None):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        headers = {"Authorization": "Bearer secret", "User-Agent": "soliplex-agent"}
        if content_type:
            headers["Content-Type"] = content_type
        connection.request(method, "/api/v1" + path, body, headers)
        answer = connection.getresponse()
        value = json.loads(answer.read())
        assert answer.status < 300 or answer.status >= 400, "clients do not follow redirects"
        assert ("error" in value) == (answer.status >= 400), (answer.status, value)
        return answer.status, value

    def form(self, method, path, **fields):
        return self.call(method, path, urlencode(fields), "application/x-www-form-urlencoded")

    def upload(self, batch, uri, data):
        mark = uuid.uuid4().hex
        fields = {"source": SOURCE, "source_uri": uri, "batch_id": batch, "doc_meta": json.dumps({"path": uri}), "mime_type": "text/markdown"}
        body = b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items())
        body += (f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{uri.rsplit("/", 1)[-1]}"\r\n'
                 "Content-Type: binary/octet-stream\r\n\r\n").encode() + data + f"\r\n--{mark}--\r\n".encode()
        return self.call("POST", "/document/ingest-document", body, f"multipart/form-data; boundary={mark}")

    def status(self, files):
        code, answer = self.form("POST", "/source-status", source=SOURCE,
                                 hashes=json.dumps({uri: hashlib.sha256(data).hexdigest() for uri, data in files.items()}))
        assert code == 200
        return {uri: entry["status"] for uri, entry in answer.items()}


@pytest.mark.parametrize("slash", ["", "/"])
def test_from_an_empty_server_to_matched(tmp_path, slash):
    with Server(tmp_path, API_KEY_ENABLED="true", API_KEY="secret") as server:
        client = Client(server.url)
        # 1. the first batch of this source, or a new one
        assert client.call("GET", f"/batch{slash}") == (200, [])
        code, created = client.form("POST", f"/batch{slash}", source=SOURCE, name="handbook")
        assert code == 201
        batch = created["batch_id"]
        assert [b["id"] for b in client.call("GET", f"/batch{slash}")[1] if b["source"] == SOURCE] == [batch]
        # 2. and 3. what is new is uploaded
        assert client.status(FILES) == dict.fromkeys(FILES, "new")
        for uri, data in FILES.items():
            code, answer = client.upload(batch, uri, data)
            assert (code, answer["document_uri"], answer["batch_id"]) == (201, uri, batch)
        # 4. the work
        wanted = dict(batch_id=batch, priority=0, only_unparsed="true", param_id="default", workflow_definition_id="batch_split")
        code, started = client.form("POST", "/batch/start-workflows", **wanted)
        assert (code, started["workflows"], type(started["run_group"])) == (201, 2, int)
        assert client.form("POST", "/batch/start-workflows", **wanted)[1]["workflows"] == 0, "the same again starts nothing"
        wait_for("all to be parsed", lambda: client.call("GET", f"/batch/status?batch_id={batch}")[1]["remaining"] == 0, 120, 0.2)
        # 5. how far the repository was read
        path = "/sync-state/" + quote(SOURCE, safe="" if slash else ":/")
        assert client.call("GET", path)[0] == 404
        code, state = client.form("PUT", path, commit_sha="4b825dc", branch="main", metadata=json.dumps({"files": 2}))
        assert (code, state["last_commit_sha"], state["branch"], state["sync_metadata"]) == (200, "4b825dc", "main", {"files": 2})
        again = client.call("GET", path)[1]
        assert (again["source_id"], again["last_commit_sha"]) == (SOURCE, "4b825dc") and again["last_sync_date"]
        # back again: everything is matched, a change is seen, what is gone is named
        assert client.status(FILES) == dict.fromkeys(FILES, "matched")
        changed = {"docs/rain.md": FILES["docs/rain.md"] + b"And in June 12.\n"}
        assert client.status(changed) == {"docs/rain.md": "mismatch", "docs/mill.md": "deleted"}
        assert client.upload(batch, "docs/rain.md", changed["docs/rain.md"])[0] == 201
        code, started = client.form("POST", "/batch/start-workflows", **wanted)
        assert (code, started["workflows"]) == (201, 1)
        assert client.status({**FILES, **changed}) == dict.fromkeys(FILES, "matched")
        wait_for("the change to be found", lambda: any("June" in hit["content"] for hit in client.call(
            "GET", "/lancedb/search?" + urlencode({"db": "default", "query": "June"}))[1]["results"]), 120, 0.2)
        assert client.call("DELETE", path)[0] == 200
        assert client.call("DELETE", path)[0] == 404, "accepted by them"
