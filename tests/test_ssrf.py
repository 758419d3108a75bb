"""input_uri: what the server fetches itself, and what it never touches."""
import http.server
import json
import os
import threading
import urllib.parse
import uuid

import pytest

from support import Server


class Site(http.server.BaseHTTPRequestHandler):
    """/file: a document; /to/X: a redirect to the URL X."""
    hits = []

    def do_GET(self):
        Site.hits.append((self.connection.getsockname()[0], self.path))
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", urllib.parse.unquote(self.path[4:]))
            self.end_headers()
            return
        self.send_response(200 if self.path == "/file.txt" else 404)
        self.end_headers()
        self.wfile.write(b"a document of another host")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    served = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Site)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served.server_address[1]
    served.shutdown()


@pytest.fixture(scope="module")
def fetching(tmp_path_factory):
    """May reach 127.0.0.1, which stands for the public; 127.0.0.2 stands for the inside."""
    folder = tmp_path_factory.mktemp("fetching")
    inputs = folder / "inputs"
    (inputs / "sub").mkdir(parents=True)
    (inputs / "sub" / "a.txt").write_text("a document of the input folder")
    (folder / "secret.txt").write_text("secret")
    (folder / "inputs-secret").mkdir()
    (folder / "inputs-secret" / "x.txt").write_text("secret")
    os.symlink(folder / "secret.txt", inputs / "link.txt")
    os.symlink(folder / "inputs-secret", inputs / "folder")
    os.mkfifo(inputs / "fifo")
    with Server(folder, INPUT_DIRS=inputs, INPUT_HTTP_ALLOWED="true", INPUT_HTTP_NETWORKS="127.0.0.1") as running:
        running.inputs = inputs
        yield running


def ingest(server, uri, batch=None, name=None):
    form = {"source": "test", "source_uri": name or str(uuid.uuid4()), "batch_id": batch or server.batch(), "input_uri": uri}
    status, body = server.call("POST", "/api/v1/document/ingest-document", urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded")
    return status, json.loads(body)


def test_a_file_of_an_input_folder(fetching):
    status, answer = ingest(fetching, f"file://{fetching.inputs}/sub/a.txt")
    assert status == 201
    detail = fetching.get(f"/document/{answer['document_hash']}")
    assert detail["document"]["mime_type"] == "text/plain"
    assert fetching.call("GET", f"/api/v1/document/{answer['document_hash']}/original")[1] == b"a document of the input folder"


def test_a_document_over_http_also_through_a_redirect(fetching, site):
    for path in ("/file.txt", "/to/" + urllib.parse.quote(f"http://127.0.0.1:{site}/file.txt", safe="")):
        status, answer = ingest(fetching, f"http://127.0.0.1:{site}{path}")
        assert status == 201, answer
        assert fetching.call("GET", f"/api/v1/document/{answer['document_hash']}/original")[1] == b"a document of another host"


@pytest.mark.parametrize("path, expect", [
    ("/../secret.txt", 400), ("/sub/../../secret.txt", 400), ("/%2e%2e/secret.txt", 400), ("/..%2fsecret.txt", 400), ("/sub/a.txt%00.pdf", 400),
    ("/link.txt", 400), ("/folder/x.txt", 400), ("/fifo", 400), ("/sub", 400), ("", 400), ("-secret/x.txt", 400), ("/nothing.txt", 404)])
def test_no_path_leads_out(fetching, path, expect):
    status, answer = ingest(fetching, f"file://{fetching.inputs}{path}")
    assert (status, answer["status_code"]) == (expect, expect) and "input_uri" in answer["error"]


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "file:///proc/self/environ", "file://host/etc/passwd", "file://", "/etc/passwd", "s3://bucket/key",
                                 "ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "dict://127.0.0.1:11211/", "data:,x", "http://", "x"])
def test_no_other_place(fetching, uri):
    status, answer = ingest(fetching, uri)
    assert status == 400 and "input_uri" in answer["error"]


INSIDE = ["127.0.0.2", "127.2", "0x7f.0.0.2", "0177.0.0.2", "2130706434", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254",
          "168.63.129.16", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[64:ff9b::7f00:2]", "[2002:7f00:2::]",
          "[fe80::1]", "[fd00:ec2::254]", "[ff02::1]"]


@pytest.mark.parametrize("host", INSIDE)
def test_no_address_of_the_inside(fetching, site, host):
    before = len(Site.hits)
    status, answer = ingest(fetching, f"http://{host}:{site}/file.txt")
    assert status == 400 and "does not connect to" in answer["error"], answer
    assert len(Site.hits) == before


@pytest.mark.parametrize("target", ["http://127.0.0.2:{port}/file.txt", "http://169.254.169.254/latest/", "http://[::1]:{port}/file.txt", "file:///etc/passwd",
                                    "gopher://127.0.0.1:6379/_x", "//127.0.0.2:{port}/file.txt"])
def test_no_redirect_leads_inside(fetching, site, target):
    status, answer = ingest(fetching, f"http://127.0.0.1:{site}/to/" + urllib.parse.quote(target.format(port=site), safe=""))
    assert status == 400, answer
    assert ("127.0.0.2", "/file.txt") not in Site.hits


def test_a_name_that_resolves_to_the_inside(tmp_path, site):
    with Server(tmp_path, INPUT_HTTP_ALLOWED="true") as server:
        for host in ("localhost", "127.0.0.1"):
            status, answer = ingest(server, f"http://{host}:{site}/file.txt")
            assert status == 400 and "does not connect to" in answer["error"]


def test_redirects_end(fetching, site):
    url = f"http://127.0.0.1:{site}/file.txt"
    for _ in range(6):
        url = f"http://127.0.0.1:{site}/to/" + urllib.parse.quote(url, safe="")
    status, answer = ingest(fetching, url)
    assert status == 400 and "redirects more than 5 times" in answer["error"]


def test_what_the_other_host_refuses(fetching, site):
    status, answer = ingest(fetching, f"http://127.0.0.1:{site}/nothing")
    assert status == 400 and "status 404" in answer["error"]
    assert ingest(fetching, "http://127.0.0.1:1/")[0] == 503


def test_all_is_off_unless_it_is_switched_on(shared, site):
    for uri, name in (("file:///etc/passwd", "INPUT_DIRS"), (f"http://127.0.0.1:{site}/file.txt", "INPUT_HTTP_ALLOWED")):
        status, answer = ingest(shared, uri)
        assert status == 400 and name in answer["error"]
    assert not list((shared.folder / "file_store" / ".incoming").iterdir())


def test_one_of_file_and_input_uri(shared):
    status, answer = ingest(shared, "")
    assert status == 400 and "required" in answer["error"]
    assert ingest(shared, "file:///x", batch=9999)[0] == 404, "nothing is fetched for a batch that is not there"


def test_memory_does_not_grow_with_what_is_fetched(fetching):
    big = fetching.inputs / "big.bin"
    with open(big, "wb") as out:
        out.truncate(300 << 20)
    ingest(fetching, f"file://{fetching.inputs}/sub/a.txt")
    before = fetching.memory()
    status, answer = ingest(fetching, f"file://{big}")
    big.unlink()
    assert status == 201, answer
    assert fetching.memory() - before < 32 << 20


# Names of other things that must not lead out of their folders either.
@pytest.mark.parametrize("path", [
    "/lancedb/info?db=../x", "/lancedb/info?db=/etc", "/lancedb/info?db=a/../../x", "/lancedb/info?db=a%00b", "/lancedb/info?db=.", "/lancedb/info?db=a//b",
    "/lancedb/info?db=link", "/lancedb/documents?db=..%2f..", "/lancedb/vacuum?db=../x", "/lancedb/search?db=../x&query=a", "/lancedb/info?db=x.lance",
    "/workflow/param-sets/..%2f..%2fetc%2fpasswd", "/workflow/param-sets/a%00b", "/workflow/definitions/..%2fx", "/workflow/definitions/a%00b",
    "/workflow/param-sets/target/..%2f.."])
def test_no_name_leads_out_of_its_folder(shared, path):
    (shared.folder / "lancedb").mkdir(exist_ok=True)
    if not (shared.folder / "lancedb" / "link").is_symlink():
        os.symlink("/etc", shared.folder / "lancedb" / "link")
    status, body = shared.call("GET", "/api/v1" + path)
    assert status == 400, (path, body)


@pytest.mark.parametrize("id", ["../x", "/etc/x", "a/b", ".", "..", "a\\\\b", "a\x01b"])
def test_no_uploaded_parameter_set_leads_out_of_its_folder(shared, id):
    yaml = f'id: "{id}"\nname: x\nconfig:\n  parse: {{}}\n'
    status, body = shared.call("POST", "/api/v1/workflow/param-sets", urllib.parse.urlencode({"yaml_content": yaml}).encode(), "application/x-www-form-urlencoded")
    assert status == 400, body


@pytest.mark.parametrize("data_dir", ["../x", "/etc/x", "a/../../x", "."])
def test_no_data_dir_leads_out_of_the_databases(shared, data_dir):
    id = uuid.uuid4().hex
    yaml = f'id: {id}\nname: x\nconfig:\n  parse: {{}}\n  store:\n    data_dir: "{data_dir}"\n'
    status, body = shared.call("POST", "/api/v1/workflow/param-sets", urllib.parse.urlencode({"yaml_content": yaml}).encode(), "application/x-www-form-urlencoded")
    if status == 201:  # then the start refuses it
        batch = shared.batch()
        shared.upload(batch, id, id.encode())
        status, body = shared.call("POST", "/api/v1/batch/start-workflows", urllib.parse.urlencode({"batch_id": batch, "param_id": id}).encode(),
                                   "application/x-www-form-urlencoded")
    assert status == 400, body
