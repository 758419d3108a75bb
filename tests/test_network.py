"""The server on a network: who may call, what stands in front, what a client may take, and how it stops."""
import gzip
import http.client
import json
import os
import resource
import socket
import ssl
import subprocess
import threading
import time
from urllib.parse import unquote, urlencode, urlparse

import pytest
from support import SI_CLI, Server, environment, wait_for

KEYED = {"API_KEY_ENABLED": "true", "API_KEY": "right"}
CLOSED = ["/api/v1/batch/", "/api/v1/document/?source=x", "/api/v1/lancedb/list", "/v1/models"]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def connection(server):
    return http.client.HTTPConnection(urlparse(server.url).netloc, timeout=20)


def ask(server, path, method="GET", body=None, **headers):
    """(status, headers, body); header names with _ for -."""
    c = connection(server)
    c.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = c.getresponse()
    return answer.status, answer.headers, answer.read()


def raw(server):
    url = urlparse(server.url)
    return socket.create_connection((url.hostname, url.port), timeout=20)


def logged(server, text):
    """The log's line with the text: it is written when the answer is out."""
    def line():
        return next((x for x in reversed(server.log_text().splitlines()) if text in x), None)
    return wait_for(f"'{text}' in the log", line, 10)


def fill(server, batches=60):
    """Makes the list of batches a large one."""
    for i in range(batches):
        server.post("/batch/", source=f"source-{i}", name="a name that is long enough to be worth the bytes")


# --- who may call

@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("keyed"), **KEYED) as running:
        yield running


def test_without_a_key_nothing_but_documentation_and_health_is_open(keyed):
    for path in CLOSED + ["/metrics"]:
        status, headers, body = ask(keyed, path)
        if path == "/metrics" and status == 404:
            continue
        assert (status, headers["WWW-Authenticate"]) == (401, "Bearer"), path
        assert json.loads(body)["status_code"] == 401
    for path in ["/health", "/docs", "/redoc", "/openapi.json"]:
        assert ask(keyed, path)[0] == 200, path


def test_a_wrong_key_is_refused(keyed):
    for wrong in ["Bearer wrong", "Bearer ", "Bearer rightx", "Basic right", "right", "bearer"]:
        assert ask(keyed, CLOSED[0], Authorization=wrong)[0] == 401, wrong


def test_the_right_key_opens_everything_and_is_named_in_the_log(keyed):
    for path in CLOSED:
        assert ask(keyed, path, Authorization="Bearer right", X_Request_ID="key-" + path.split("/")[2])[0] == 200, path
    logged(keyed, "user=api-key id=key-v1")
    assert "right" not in keyed.log_text()


def test_a_run_group_says_who_started_it(keyed):
    def call(path, **form):
        status, _, body = ask(keyed, "/api/v1" + path, "POST", urlencode(form), Authorization="Bearer right",
                              Content_Type="application/x-www-form-urlencoded")
        assert status == 201, body
        return json.loads(body)
    batch = call("/batch/", source="s", name="n")["batch_id"]
    group = call("/batch/start-workflows", batch_id=batch)["run_group"]
    _, _, body = ask(keyed, f"/api/v1/workflow/run-groups/{group}", Authorization="Bearer right")
    assert json.loads(body)["status_meta"] == {"started_by": "api-key"}


def test_metrics_are_open_when_a_setting_says_so(tmp_path):
    with Server(tmp_path, METRICS_OPEN="true", **KEYED) as server:
        assert ask(server, "/metrics")[0] != 401
        assert ask(server, CLOSED[0])[0] == 401


# --- what stands in front

def test_a_proxy_names_the_user_only_when_it_is_trusted(tmp_path):
    user = {"X_Auth_Request_User": "ann"}
    with Server(tmp_path, **KEYED) as server:
        assert ask(server, CLOSED[0], **user)[0] == 401, "switched off"
    with Server(tmp_path, AUTH_TRUST_PROXY_HEADERS="true") as server:
        assert ask(server, CLOSED[0])[0] == 401, "no user named"
        assert ask(server, CLOSED[0], **user)[0] == 200
        assert ask(server, CLOSED[0], X_Forwarded_Email="ann@example.org")[0] == 200
        logged(server, "user=ann ")
    with Server(tmp_path, AUTH_TRUST_PROXY_HEADERS="true", FORWARDED_ALLOW_IPS="10.0.0.1") as server:
        assert ask(server, CLOSED[0], **user)[0] == 401, "a foreign peer"


def test_forwarded_addresses_are_believed_from_proxies_only(tmp_path):
    def remote(*arguments):
        name = f"forwarded-{os.urandom(4).hex()}"
        with Server(tmp_path, "--port", "0", *arguments) as server:
            ask(server, "/health", X_Forwarded_For="9.9.9.9, 8.8.8.8", X_Request_ID=name)
            return logged(server, f"id={name}").split("remote=")[1].split()[0]
    assert remote("--proxy-headers") == "8.8.8.8"
    assert remote("--no-proxy-headers") == "127.0.0.1"
    assert remote() == "127.0.0.1"
    assert remote("--proxy-headers", "--forwarded-allow-ips", "10.0.0.0/8") == "127.0.0.1"
    assert remote("--proxy-headers", "--forwarded-allow-ips", "127.0.0.1,8.8.8.8") == "9.9.9.9"


def test_cors_is_off_unless_set(tmp_path):
    asks = {"Origin": "https://ui.example", "Access_Control_Request_Method": "POST"}
    with Server(tmp_path) as server:
        assert "Access-Control-Allow-Origin" not in ask(server, "/health", Origin="https://ui.example")[1]
        assert "Access-Control-Allow-Origin" not in ask(server, "/api/v1/batch/", "OPTIONS", **asks)[1]
    with Server(tmp_path, CORS_ALLOW_ORIGINS="https://ui.example", **KEYED) as server:
        status, headers, _ = ask(server, "/api/v1/batch/", "OPTIONS", **asks)
        assert (status, headers["Access-Control-Allow-Origin"]) == (204, "https://ui.example"), "a preflight has no key"
        assert "POST" in headers["Access-Control-Allow-Methods"]
        assert "Authorization" in headers["Access-Control-Allow-Headers"]
        status, headers, _ = ask(server, "/api/v1/batch/", Origin="https://ui.example")
        assert (status, headers["Access-Control-Allow-Origin"]) == (401, "https://ui.example"), "errors can be read too"
        assert "Access-Control-Allow-Origin" not in ask(server, "/health", Origin="https://evil.example")[1]


def test_below_a_root_path(tmp_path):
    with Server(tmp_path, "--port", "0", "--root-path", "/ingester") as server:
        assert ask(server, "/ingester/health")[0] == 200
        assert ask(server, "/health")[0] == 200, "a proxy may take the prefix off"
        assert ask(server, "/ingesterx/health")[0] == 404


# --- where it listens

@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)
    return folder


def test_tls(tmp_path, certificate):
    with Server(tmp_path, "--port", "0", "--ssl-certfile", certificate / "cert.pem", "--ssl-keyfile", certificate / "key.pem") as server:
        assert server.url.startswith("https://127.0.0.1:")
        trust = ssl.create_default_context(cafile=certificate / "cert.pem")
        c = http.client.HTTPSConnection(urlparse(server.url).netloc, context=trust, timeout=10)
        for _ in range(2):
            c.request("GET", "/health")
            assert json.loads(c.getresponse().read())["status"] == "ok"
        assert c.sock.version() in ("TLSv1.2", "TLSv1.3")
        with raw(server) as plain:
            plain.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"HTTP/1.1 200" not in plain.recv(4096)
        old = subprocess.run(["openssl", "s_client", "-tls1_1", "-connect", urlparse(server.url).netloc], input=b"", capture_output=True)
        assert old.returncode != 0, "TLS 1.1 is refused"
        c.request("GET", "/api/v1/batch/", headers={"Connection": "close"})
        assert c.getresponse().read() == b"[]"


def refused(folder, *arguments, **settings):
    """The message with which `serve` ends."""
    ended = subprocess.run([SI_CLI, "serve", *arguments], cwd=folder, env=environment(**settings), capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    return [line for line in ended.stderr.splitlines() if line.startswith("error")][-1]


def test_what_cannot_work_is_said_at_the_start(tmp_path, certificate):
    cert, key = str(certificate / "cert.pem"), str(certificate / "key.pem")
    (tmp_path / "file").write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = refused(tmp_path, "--port", str(port))
        assert f"127.0.0.1:{port}" in message and "in use" in message
    assert "not an IP address" in refused(tmp_path, "--host", "nonsense")
    assert "nothing.pem" in refused(tmp_path, "--ssl-certfile", "nothing.pem", "--ssl-keyfile", key)
    assert "cannot be used" in refused(tmp_path, "--ssl-certfile", key, "--ssl-keyfile", key)
    assert "needs both" in refused(tmp_path, SSL_CERTFILE=cert)
    assert "no/such/folder" in refused(tmp_path, "--uds", "no/such/folder/socket")
    assert "not a socket" in refused(tmp_path, "--uds", "file")
    assert "descriptor 77" in refused(tmp_path, "--fd", "77")
    assert "--forwarded-allow-ips" in refused(tmp_path, "--forwarded-allow-ips", "localhost")
    assert "FORWARDED_ALLOW_IPS" in refused(tmp_path, FORWARDED_ALLOW_IPS="10.0.0.0/99")


def test_unix_socket(tmp_path):
    path = tmp_path / "ingester.sock"
    server = Server(tmp_path, "--uds", str(path))
    with server:
        assert unquote(server.url) == f"http+unix://{path}"
        assert path.stat().st_mode & 0o777 == 0o660
        c = UnixConnection(str(path))
        c.request("GET", "/health")
        assert c.getresponse().status == 200
        listed = subprocess.run([SI_CLI, "list-batches"], cwd=tmp_path, env=environment(), capture_output=True, text=True)
        assert listed.returncode == 0, listed.stderr
        server.kill()
        assert path.exists(), "left behind"
    with Server(tmp_path, "--uds", str(path)):
        c = UnixConnection(str(path))
        c.request("GET", "/health")
        assert c.getresponse().status == 200, "a stale file is replaced"
    assert not path.exists()


def test_inherited_socket(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with Server(tmp_path, "--fd", str(listening.fileno()), inherit=(listening.fileno(),)) as server:
            assert server.url == "http://127.0.0.1:%d" % listening.getsockname()[1]
            assert ask(server, "/health")[0] == 200


# --- answers

def test_etag_and_304(server):
    fill(server, 3)
    status, headers, body = ask(server, "/api/v1/batch/")
    tag = headers["ETag"]
    assert status == 200 and tag.startswith('"')
    status, headers, nothing = ask(server, "/api/v1/batch/", If_None_Match=f'"other", {tag}')
    assert (status, headers["ETag"], nothing) == (304, tag, b"")
    fill(server, 1)
    status, headers, _ = ask(server, "/api/v1/batch/", If_None_Match=tag)
    assert status == 200 and headers["ETag"] != tag, "another list, another tag"


def test_gzip_when_the_client_wants_it(server):
    fill(server)
    _, headers, plain = ask(server, "/api/v1/batch/")
    assert headers["Vary"] == "Accept-Encoding" and "Content-Encoding" not in headers
    _, headers, packed = ask(server, "/api/v1/batch/", Accept_Encoding="deflate, gzip;q=0.8")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain and len(packed) < len(plain) / 4
    assert ask(server, "/api/v1/batch/", Accept_Encoding="gzip", If_None_Match=headers["ETag"])[0] == 304
    assert "Content-Encoding" not in ask(server, "/api/v1/batch/", Accept_Encoding="gzip;q=0")[1]
    _, head, nothing = ask(server, "/api/v1/batch/", "HEAD", Accept_Encoding="gzip")
    assert (head["Content-Length"], nothing) == (str(len(packed)), b"")


def test_ranges_of_a_download(server):
    text = "".join(f"line {i}\n" for i in range(20_000)).encode()
    status, answer = server.upload(server.batch(), "a.txt", text)
    assert status == 201
    path = f"/api/v1/document/{answer['document_hash']}/original"
    status, headers, body = ask(server, path)
    assert (status, body == text, headers["Accept-Ranges"]) == (200, True, "bytes")
    status, part_headers, part = ask(server, path, Range="bytes=100-199")
    assert (status, part) == (206, text[100:200])
    assert part_headers["Content-Range"] == f"bytes 100-199/{len(text)}"
    assert ask(server, path, Range="bytes=-5")[2] == text[-5:]
    assert ask(server, path, Range="bytes=5-", If_Range=headers["ETag"])[2] == text[5:]
    assert ask(server, path, Range="bytes=5-", If_Range='"another"')[0] == 200
    status, end_headers, _ = ask(server, path, Range=f"bytes={len(text)}-")
    assert (status, end_headers["Content-Range"]) == (416, f"bytes */{len(text)}")
    assert ask(server, path, If_None_Match=headers["ETag"])[0] == 304


def test_request_ids_are_taken_or_made_and_logged(server):
    assert ask(server, "/health", X_Request_ID="mine-1")[1]["X-Request-ID"] == "mine-1"
    made = [ask(server, "/health", X_Request_ID="not sane")[1]["X-Request-ID"] for _ in range(2)]
    assert made[0] != made[1] and " " not in made[0]
    for name in ["mine-1", *made]:
        logged(server, f"id={name}")


# --- what a client may take

def test_too_many_headers_and_fields(server):
    many = {f"X-{i}": "y" for i in range(150)}
    assert ask(server, "/health", **many)[0] == 431
    assert ask(server, "/health", X_Large="y" * 40_000)[0] == 431
    fields = "&".join(f"f{i}=1" for i in range(1500))
    status, _, body = ask(server, "/api/v1/batch/", "POST", fields, Content_Type="application/x-www-form-urlencoded")
    assert status == 400 and "1000 fields" in json.loads(body)["error"]
    large = b"name=" + b"x" * (17 << 20)
    status, _, body = ask(server, "/api/v1/batch/", "POST", large, Content_Type="application/x-www-form-urlencoded")
    assert status == 413 and json.loads(body)["status_code"] == 413


def test_a_slow_head_and_a_slow_body_are_cut_off(tmp_path):
    with Server(tmp_path, HTTP_HEADER_TIMEOUT="1", HTTP_BODY_GRACE="2", HTTP_IDLE_TIMEOUT="2") as server:
        def trickle(head, seconds):
            with raw(server) as s:
                s.sendall(head)
                began = time.monotonic()
                s.settimeout(0.2)
                answer = b""
                while time.monotonic() - began < seconds + 5:
                    try:
                        s.sendall(b"x")
                        got = s.recv(4096)
                    except TimeoutError:
                        continue
                    except OSError:
                        break
                    answer += got
                    if not got:
                        break
                return answer, time.monotonic() - began
        answer, took = trickle(b"GET /health HTTP/1.1\r\nX-Slow: ", 1)
        assert answer.startswith(b"HTTP/1.1 408") and took < 4
        answer, took = trickle(b"POST /api/v1/batch/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nname=", 2)
        assert answer.startswith(b"HTTP/1.1 408") and took < 6
        with raw(server) as idle:
            idle.settimeout(10)
            assert idle.recv(10) == b"", "an idle connection is closed without a word"


def test_a_thousand_slow_clients_do_not_stop_the_next(server):
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    slow = [raw(server) for _ in range(1000)]
    for i, s in enumerate(slow):
        s.sendall(b"GET /hea" if i % 2 else b"POST /api/v1/batch/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nn")
    for _ in range(2):
        for s in slow:
            s.sendall(b"l")
        began = time.monotonic()
        assert ask(server, "/api/v1/batch/")[0] == 200
        assert time.monotonic() - began < 2
        time.sleep(1)
    for s in slow:
        s.close()


def test_idle_connections_cost_little(server):
    count = 2000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(count + 500, hard), hard))
    before = server.memory()
    idle = [raw(server) for _ in range(count)]
    for first in range(0, count, 100):  # more at once than may wait would be answered 503
        some = idle[first:first + 100]
        for s in some:
            s.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        for s in some:
            assert s.recv(4096).startswith(b"HTTP/1.1 200")
    grown = server.memory() - before
    print(f"{count} idle connections: {grown / count / 1024:.1f} KiB each")
    assert grown < count * 20 * 1024, "10,000 of them in 200 MB"
    for s in idle:
        s.close()


def test_a_full_queue_is_answered_with_retry_after(tmp_path):
    with Server(tmp_path, HTTP_THREADS="1", MAX_QUEUED_REQUESTS="0", WORKER_TASK_COUNT="0") as server:
        fill(server, 50)
        answers = []

        def many():
            for _ in range(30):
                answers.append(ask(server, "/api/v1/batch/"))
        threads = [threading.Thread(target=many) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        busy = [headers for status, headers, _ in answers if status == 503]
        assert busy and all(h["Retry-After"] == "1" for h in busy)
        assert {status for status, _, _ in answers} == {200, 503}


# --- how it stops

def test_a_stop_under_load_loses_no_accepted_request(tmp_path):
    server = Server(tmp_path, WORKER_TASK_COUNT="0").start()
    created, lost, refused_connects = [], [], []

    def client(number):
        c = connection(server)
        try:
            c.connect()
        except OSError:
            return
        for i in range(100_000):
            name = f"{number}-{i}"
            try:
                c.request("POST", "/api/v1/batch/", f"source=s&name={name}", {"Content-Type": "application/x-www-form-urlencoded"})
                answer = c.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                lost.append((name, repr(error)))
                return
            assert answer.status == 201
            created.append(name)
            if answer.headers["Connection"] == "close":
                c.close()
                try:
                    c.connect()
                except OSError:
                    refused_connects.append(name)
                    return

    threads = [threading.Thread(target=client, args=(n,)) for n in range(24)]
    for t in threads:
        t.start()
    wait_for("the load", lambda: len(created) > 300, 30)
    assert server.stop() == 0
    for t in threads:
        t.join(30)
    assert not lost, lost[:3]
    assert len(refused_connects) == 24
    with Server(tmp_path, WORKER_TASK_COUNT="0") as again:
        stored = {b["name"] for b in again.get("/batch/")}
        assert set(created) == stored, "what was answered is stored, what is stored was answered"
