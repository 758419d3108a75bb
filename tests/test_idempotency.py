"""Requests that are sent twice: with a key, without one, one after the other and at once."""
import json
import threading
import urllib.parse
import uuid

import make_inputs
from support import Server

FORM = "application/x-www-form-urlencoded"


def post(server, path, key=None, **form):
    headers = {"Content-Type": FORM, **({"Idempotency-Key": key} if key else {})}
    status, headers, body = server.exchange("POST", "/api/v1" + path, urllib.parse.urlencode(form).encode(), headers)
    return status, headers, json.loads(body)


def upload(server, batch, uri, data, key=None, source="test"):
    boundary = uuid.uuid4().hex
    body = b"".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
                    for k, v in {"source": source, "source_uri": uri, "batch_id": batch}.items())
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", **({"Idempotency-Key": key} if key else {})}
    status, headers, answer = server.exchange("POST", "/api/v1/document/ingest-document", body, headers)
    return status, headers, json.loads(answer)


def at_once(count, call):
    """What `count` threads get that start together."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(index):
        barrier.wait()
        results[index] = call(index)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def new_key():
    return str(uuid.uuid4())


def test_a_replay_gives_the_same_answer(shared):
    key = new_key()
    first = post(shared, "/batch/", key, source="s", name="n")
    again = post(shared, "/batch/", key, source="s", name="n")
    assert first[0] == again[0] == 201 and first[2] == again[2]
    assert first[1]["Idempotent-Replayed"] is None and again[1]["Idempotent-Replayed"] == "true"
    assert again[1]["Content-Type"] == "application/json"
    assert sum(b["source"] == "s" for b in shared.get("/batch/")) == 1
    assert post(shared, "/batch/", new_key(), source="s", name="n")[2] != first[2]


def test_another_request_with_the_key_is_refused(shared):
    key = new_key()
    assert post(shared, "/batch/", key, source="s", name="n")[0] == 201
    for path, form in (("/batch/", {"source": "s", "name": "other"}), ("/source-status", {"source": "s", "hashes": "{}"})):
        status, _, answer = post(shared, path, key, **form)
        assert (status, answer["status_code"]) == (422, 422) and "another request" in answer["error"]


def test_a_wrong_key_is_refused(shared):
    for key in ("k" * 256, "with blank"):
        assert post(shared, "/batch/", key, source="s", name="n")[0] == 400


def test_what_was_refused_can_be_sent_again(shared):
    key = new_key()
    assert post(shared, "/batch/start-workflows", key, batch_id=9999)[0] == 404
    assert post(shared, "/batch/", key, source="s", name="n")[0] == 201, "a refused request leaves no key"


def test_uploads_are_known_by_their_bytes(shared):
    batch, key = shared.batch(), new_key()
    first = upload(shared, batch, "a", b"one", key)
    assert first[0] == 201
    again = upload(shared, batch, "a", b"one", key)
    assert (again[0], again[1]["Idempotent-Replayed"], again[2]) == (201, "true", first[2])
    assert upload(shared, batch, "a", b"two", key)[0] == 422
    assert upload(shared, batch, "b", b"one", key)[0] == 422
    assert [u["uri"] for u in shared.get("/document/", batch_id=batch)] == ["a"]
    assert not list((shared.folder / "file_store" / ".incoming").iterdir()), "refused bytes leave nothing"


def test_answers_survive_a_restart(tmp_path):
    server, key = Server(tmp_path).start(), new_key()
    try:
        first = post(server, "/batch/", key, source="s", name="n")
        server.kill()
        server.start()
        again = post(server, "/batch/", key, source="s", name="n")
        assert again[2] == first[2] and again[1]["Idempotent-Replayed"] == "true"
    finally:
        server.stop()


def test_a_key_that_is_sent_many_times_at_once_is_carried_out_once(shared):
    key, source = new_key(), new_key()
    answers = at_once(12, lambda _: post(shared, "/batch/", key, source=source, name="n"))
    assert {status for status, _, _ in answers} <= {201, 409}
    assert len({answer["batch_id"] for status, _, answer in answers if status == 201}) == 1
    assert all(headers["Retry-After"] for status, headers, _ in answers if status == 409)
    assert sum(b["source"] == source for b in shared.get("/batch/")) == 1


def test_the_same_upload_at_once_is_one_document(shared):
    source = new_key()
    batch = shared.batch(source=source)
    data = make_inputs.html(7, paragraphs=200)
    answers = at_once(12, lambda _: upload(shared, batch, "same", data, source=source))
    assert {status for status, _, _ in answers} == {201}
    assert len({json.dumps(answer, sort_keys=True) for _, _, answer in answers}) == 1
    uris = shared.get("/document/", source=source)
    assert [(u["uri"], u["version"]) for u in uris] == [("same", 1)]
    detail = shared.get(f"/document/{uris[0]['doc_hash']}")
    assert [h["action"] for h in detail["uris"][0]["history"]] == ["create"]


def test_the_same_bytes_under_many_uris_at_once_are_one_document(shared):
    source = new_key()
    batch = shared.batch(source=source)
    data = f"bytes of {source}".encode()
    answers = at_once(12, lambda i: upload(shared, batch, f"uri {i}", data, source=source))
    assert {status for status, _, _ in answers} == {201}
    assert len({answer["document_hash"] for _, _, answer in answers}) == 1
    assert len(shared.get(f"/document/{answers[0][2]['document_hash']}")["uris"]) == 12


def test_starting_twice_at_once_does_not_double_runs(shared):
    batch = shared.batch()
    for number in range(5):
        assert upload(shared, batch, f"{batch}/{number}", make_inputs.html(1000 * batch + number))[0] == 201
    form = {"batch_id": batch, "workflow_definition_id": "batch", "param_id": "default", "only_unparsed": "true"}
    answers = at_once(8, lambda _: post(shared, "/batch/start-workflows", **form))
    assert {status for status, _, _ in answers} == {201}
    assert sum(answer["workflows"] for _, _, answer in answers) == 5
    assert len({answer["run_group"] for _, _, answer in answers}) == 1
    assert len(shared.get("/workflow/", batch_id=batch)) == 5


def test_a_key_keeps_a_start_without_only_unparsed_from_doubling(shared):
    batch, key = shared.batch(), new_key()
    assert upload(shared, batch, f"{batch}/x", make_inputs.html(5000 + batch))[0] == 201
    form = {"batch_id": batch, "workflow_definition_id": "batch", "param_id": "default"}
    answers = at_once(6, lambda _: post(shared, "/batch/start-workflows", key, **form))
    assert {status for status, _, _ in answers} <= {201, 409}
    assert len(shared.get("/workflow/", batch_id=batch)) == 1


def test_who_starts_is_recorded(tmp_path):
    with Server(tmp_path, API_KEY_ENABLED="true", API_KEY="secret") as server:
        auth = {"Authorization": "Bearer secret", "Content-Type": FORM}

        def send(path, **form):
            return json.loads(server.exchange("POST", "/api/v1" + path, urllib.parse.urlencode(form).encode(), auth)[2])

        batch = send("/batch/", source="s", name="n")["batch_id"]
        group = send("/batch/start-workflows", batch_id=batch)["run_group"]
        shown = json.loads(server.exchange("GET", f"/api/v1/workflow/run-groups/{group}", headers=auth)[2])
        assert shown["status_meta"] == {"started_by": "api-key"}
