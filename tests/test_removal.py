"""Deleting documents: rows at once, artifacts and LanceDB rows after it, also through kills."""
import json
import sqlite3
import urllib.parse

import make_inputs
from support import Server, wait_for


def delete(server, uri, source="test"):
    status, body = server.call("DELETE", "/api/v1/document/by-uri?" + urllib.parse.urlencode({"uri": uri, "source": source}))
    return status, json.loads(body)


def fill(server, *uris):
    """A batch with these documents, stored; {uri: hash}."""
    batch = server.batch()
    hashes = {}
    for number, uri in enumerate(uris):
        status, answer = server.upload(batch, uri, make_inputs.html(number, marker=f"marker {uri}"))
        assert status == 201
        hashes[uri] = answer["document_hash"]
    server.start_batch(batch)
    runs = server.wait_batch(batch)
    assert {run["workflow_run"]["status"] for run in runs.values()} == {"COMPLETED"}
    return batch, hashes


def files_of(server, hash):
    return sorted(str(path.relative_to(server.folder)) for path in (server.folder / "file_store").rglob(hash))


def open_orders(server):
    with sqlite3.connect(f"file:{server.folder}/db/documents.db?mode=ro", uri=True) as db:
        return db.execute("SELECT count(*) FROM removalorder WHERE done_date IS NULL").fetchone()[0]


def test_the_last_uri_takes_the_document_and_all_that_was_made_of_it(server):
    batch, hashes = fill(server, "a.html", "b.html")
    assert len(files_of(server, hashes["a.html"])) >= 4
    steps = len(server.get("/workflow/", batch_id=batch, include_steps="true")[0]["steps"])
    status, answer = delete(server, "a.html")
    assert status == 200
    assert (answer["message"], answer["uri"], answer["source"]) == ("DocumentURI deleted successfully", "a.html", "test")
    statistics = answer["statistics"]
    assert statistics["deleted_document_uris"] == statistics["deleted_uri_history"] == statistics["deleted_documents"] == 1
    assert statistics["deleted_workflow_runs"] == 1 and statistics["deleted_run_steps"] == steps
    assert statistics["deleted_lifecycle_history"] > 0
    assert statistics["deleted_lancedb_documents"] == 1
    assert statistics["total_deleted"] == sum(n for name, n in statistics.items() if name not in ("total_deleted", "deleted_lancedb_documents"))
    wait_for("the artifacts to go", lambda: not files_of(server, hashes["a.html"]), 20)
    wait_for("the rows to go", lambda: [d["uri"] for d in server.documents()] == ["b.html"], 20)
    assert not server.search("marker a.html", mode="fts") or all(hit["uri"] == "b.html" for hit in server.search("marker a.html", mode="fts"))
    assert [uri["uri"] for uri in server.get("/document/", batch_id=batch)] == ["b.html"]
    assert len(files_of(server, hashes["b.html"])) >= 4, "the other document keeps its own"
    status, answer = delete(server, "a.html")
    assert (status, answer["status_code"]) == (404, 404)


def test_a_document_with_another_uri_stays(server):
    batch = server.batch()
    for uri in ("one", "two"):
        assert server.upload(batch, uri, b"the same bytes")[0] == 201
    status, answer = delete(server, "one")
    assert status == 200 and answer["statistics"]["deleted_documents"] == 0
    assert (answer["statistics"]["deleted_document_uris"], answer["statistics"]["deleted_uri_history"]) == (1, 1)
    assert [uri["uri"] for uri in server.get("/document/", batch_id=batch)] == ["two"]
    assert files_of(server, server.get("/document/", batch_id=batch)[0]["doc_hash"])


def test_missing_parameters_are_named(server):
    for query, name in (("", "uri"), ("uri=a", "source"), ("source=a", "uri")):
        status, body = server.call("DELETE", f"/api/v1/document/by-uri?{query}")
        assert status == 400 and f"'{name}'" in json.loads(body)["error"]


def test_open_runs_are_cancelled_and_the_group_ends(server):
    batch = server.batch()
    for number in range(40):
        assert server.upload(batch, f"{number}.html", make_inputs.html(number, paragraphs=40))[0] == 201
    group = server.start_batch(batch)["run_group"]
    for number in range(40):
        assert delete(server, f"{number}.html")[0] == 200
    assert server.get("/workflow/", batch_id=batch) == []
    wait_for("the group to end", lambda: server.get(f"/workflow/run-groups/{group}")["status"] == "COMPLETED", 60)
    wait_for("the orders to be carried out", lambda: open_orders(server) == 0, 90, 0.5)
    # The database exists only if a document got as far as being stored.
    names = [entry["name"] for entry in server.get("/lancedb/list")["databases"]]
    assert "default" not in names or server.documents() == []


def test_orphans_are_swept(server):
    batch, hashes = fill(server, "a.html")
    assert server.post("/document/cleanup-orphans", expect=200)["statistics"]["deleted_documents"] == 0
    assert server.upload(batch, "a.html", make_inputs.html(99, marker="new"))[0] == 201
    assert server.post("/document/cleanup-orphans", expect=200)["statistics"]["deleted_documents"] == 0, "its successor cannot be found yet"
    server.start_batch(batch, only_unparsed=True)
    server.wait_batch(batch)
    answer = server.post("/document/cleanup-orphans", expect=200)
    assert answer["message"] == "Orphaned documents cleaned up"
    assert answer["statistics"]["deleted_documents"] == 1 and answer["statistics"]["deleted_history"] == 1
    wait_for("the artifacts to go", lambda: not files_of(server, hashes["a.html"]), 20)
    assert len(server.documents()) == 1


def test_deleted_documents_can_be_uploaded_again(server):
    batch, hashes = fill(server, "a.html")
    data = make_inputs.html(0, marker="marker a.html")
    for _ in range(20):
        assert delete(server, "a.html")[0] == 200
        answer = server.upload(batch, "a.html", data)
        for _ in range(50):  # while the same bytes are being removed: 503, send again
            if answer[0] != 503:
                break
            answer = server.upload(batch, "a.html", data)
        assert answer[0] == 201, answer
        assert files_of(server, hashes["a.html"]), "acknowledged bytes are there"
    wait_for("the orders to be carried out", lambda: open_orders(server) == 0, 20)
    assert any("/raw/" in "/" + name for name in files_of(server, hashes["a.html"]))


def test_a_kill_between_rows_and_removal_loses_no_order(tmp_path):
    server = Server(tmp_path).start()
    try:
        _, hashes = fill(server, "a.html", "b.html")
        raw = next((tmp_path / "file_store" / "raw").rglob(hashes["a.html"]))
        raw.unlink()
        raw.mkdir()  # cannot be removed as a file: the store fails
        assert delete(server, "a.html")[0] == 200
        wait_for("a failed try", lambda: "a removal failed and is tried again" in server.log_text(), 30)
        assert open_orders(server) == 1
        server.kill()
        raw.rmdir()
        raw.write_bytes(b"back again")
        server.start()
        wait_for("the order to be carried out", lambda: open_orders(server) == 0, 60)
        assert not files_of(server, hashes["a.html"])
        assert [d["uri"] for d in server.documents()] == ["b.html"]
    finally:
        server.stop()


def test_a_kill_right_after_the_answer_loses_no_order(tmp_path):
    server = Server(tmp_path).start()
    try:
        uris = [f"{number}.html" for number in range(12)]
        _, hashes = fill(server, *uris)
        for uri in uris[:10]:
            assert delete(server, uri)[0] == 200
        server.kill()
        server.start()
        wait_for("the orders to be carried out", lambda: open_orders(server) == 0, 60)
        assert sorted(d["uri"] for d in server.documents()) == sorted(uris[10:])
        assert not any(files_of(server, hashes[uri]) for uri in uris[:10])
        assert all(files_of(server, hashes[uri]) for uri in uris[10:])
    finally:
        server.stop()
