"""Uploads: memory does not grow with the file, what is answered 2xx is kept, races give one document."""
import http.client
import threading
import uuid
from urllib.parse import urlparse

import make_inputs


def stream_upload(server, batch, name, total, block=1 << 20):
    boundary = uuid.uuid4().hex
    head = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
                   for k, v in {"source": "test", "source_uri": name, "batch_id": batch}.items())
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    tail = f"\r\n--{boundary}--\r\n"
    connection = http.client.HTTPConnection(urlparse(server.url).netloc, timeout=300)
    connection.putrequest("POST", "/api/v1/document/ingest-document")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={boundary}")
    connection.putheader("Content-Length", str(len(head) + total + len(tail)))
    connection.endheaders()
    connection.send(head.encode())
    most, data = server.memory(), bytes(range(256)) * (block // 256)
    for _ in range(total // block):
        connection.send(data)
        most = max(most, server.memory())
    connection.send(tail.encode())
    status = connection.getresponse().status
    return status, max(most, server.memory())


def test_a_gigabyte_does_not_stay_in_memory(server):
    batch = server.batch()
    assert stream_upload(server, batch, "small.bin", 8 << 20)[0] == 201
    before = server.memory()
    status, most = stream_upload(server, batch, "large.bin", 1 << 30)
    print(f"1 GiB upload: memory grew by {(most - before) / 2**20:.1f} MiB")
    assert status == 201
    assert most - before < 32 << 20


def test_the_rules_of_names_and_batches(server):
    first, second = server.batch(name="one"), server.batch(name="two")
    page, other = make_inputs.html(1), make_inputs.html(2)
    assert server.upload(first, "a.html", page)[0] == 201
    assert server.upload(first, "a.html", page)[0] == 201
    status, answer = server.upload(second, "a.html", page)
    assert (status, answer["batch_id"]) == (203, first), "known, unchanged, elsewhere"
    status, answer = server.upload(second, "a.html", other)
    assert (status, answer["batch_id"]) == (201, second), "other bytes: the URI moves"
    assert server.upload(second, "b.html", other)[0] == 201, "the same bytes under another name"
    documents = server.get("/document/", batch_id=second)
    assert {(d["uri"], d["version"]) for d in documents} == {("a.html", 2), ("b.html", 1)}
    assert server.upload(999, "a.html", page)[0] == 404
    status = server.post("/source-status", expect=200, source="test", hashes='{"a.html": "' + documents[0]["doc_hash"] + '", "new.html": "00"}')
    assert {k: v["status"] for k, v in status.items()} == {"a.html": "matched", "new.html": "new", "b.html": "deleted"}


def test_the_same_bytes_at_once_are_one_document(server):
    batch = server.batch()
    page, answers = make_inputs.html(1), []
    threads = [threading.Thread(target=lambda n=n: answers.append(server.upload(batch, f"{n % 2}.html", page))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [201] * 8
    assert len({answer["document_hash"] for _, answer in answers}) == 1
    assert len(server.get("/document/", batch_id=batch)) == 2


def test_an_upload_cut_off_leaves_nothing(server):
    batch = server.batch()
    connection = http.client.HTTPConnection(urlparse(server.url).netloc, timeout=10)
    connection.putrequest("POST", "/api/v1/document/ingest-document")
    connection.putheader("Content-Type", "multipart/form-data; boundary=B")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders()
    connection.send(b'--B\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n' + b"x" * 10000)
    connection.close()
    assert server.get("/document/", batch_id=batch) == []
    import support
    support.wait_for("the temporary file to go", lambda: not list((server.folder / "file_store" / ".incoming").iterdir()), 10)
