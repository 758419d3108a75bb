"""The main job through the real binaries."""
import json
import subprocess

import make_inputs
from support import ROOT, SI_CLI, database_settings, environment

SAMPLES = ROOT / "samples" / "documents"


def ingest(folder, *arguments):
    return subprocess.run([SI_CLI, "ingest", *map(str, arguments)], cwd=folder, env=environment(**database_settings(folder)), capture_output=True, text=True, timeout=300)


def test_samples_are_found_by_questions_in_other_words(server):
    done = ingest(server.folder, SAMPLES, "--source", "samples", "--batch", "one")
    assert done.returncode == 0, done.stdout + done.stderr
    documents = server.documents()
    assert len(documents) == len(list(SAMPLES.iterdir()))
    right = 0
    for line in (ROOT / "samples" / "questions.tsv").read_text().splitlines():
        question, expected = line.split("\t")
        hits = server.search(question)
        right += bool(hits) and hits[0]["uri"].endswith(expected)
    assert right >= 9


def test_a_second_batch_computes_nothing_again(server):
    assert ingest(server.folder, SAMPLES, "--source", "a", "--batch", "a").returncode == 0
    again = ingest(server.folder, SAMPLES, "--source", "b", "--batch", "b")
    assert again.returncode == 0
    steps = {step["step_type"]: step for step in server.get("/workflow/run-groups/2/stats")["steps"]}
    count = len(list(SAMPLES.iterdir()))
    for name in ("parse", "chunk", "embed"):
        assert steps[name]["reused"] == count, steps
    assert len(server.documents()) == count, "known bytes are one document, whatever they are called"


def test_other_chunks_leave_the_parsed_documents_alone(server):
    assert ingest(server.folder, SAMPLES / "chess.html", "--batch", "a").returncode == 0
    yaml = server.call("GET", "/api/v1/workflow/param-sets/default")[1].decode()
    yaml = "\n".join("id: small" if line.startswith("id:") else line for line in yaml.splitlines() if not line.startswith("source:"))
    uploaded = server.post("/workflow/param-sets", yaml_content=yaml.replace("chunk_size: 254", "chunk_size: 64"))
    assert (server.folder / "config" / "params" / "user_small.yaml").exists(), "among the server's files, not the program's: " + str(uploaded)
    before = server.documents()[0]
    batch = server.get("/batch/")[0]["id"]
    server.start_batch(batch, params="small")
    server.wait_batch(batch)
    steps = {step["step_type"]: step for step in server.get("/workflow/run-groups/2/stats")["steps"]}
    assert steps["parse"]["reused"] == 1 and steps["chunk"]["reused"] == 0, steps
    after = server.documents()[0]
    assert after["id"] == before["id"] and after["chunk_count"] > before["chunk_count"]


def test_without_a_server_ingest_and_search_do_the_whole_job(tmp_path):
    page = tmp_path / "in" / "page.html"
    page.parent.mkdir()
    page.write_bytes(make_inputs.html(1, marker="The zeppelin landed on the frozen lake"))
    done = ingest(tmp_path, page)
    assert done.returncode == 0, done.stdout + done.stderr
    found = subprocess.run([SI_CLI, "search", "airship on ice", "--json"], cwd=tmp_path, env=environment(**database_settings(tmp_path)), capture_output=True, text=True, timeout=60)
    assert "zeppelin" in json.loads(found.stdout)["results"][0]["content"]


def test_a_failure_is_told_with_its_reason_and_tried_again(server):
    folder = server.folder / "in"
    folder.mkdir()
    (folder / "good.html").write_bytes(make_inputs.html(1))
    (folder / "bad.pdf").write_bytes(b"")
    first = ingest(server.folder, folder)
    assert first.returncode == 1 and "FAILED" in first.stdout and "the file is empty" in first.stdout, first.stdout
    assert "1 documents completed, 1 failed" in first.stdout
    second = ingest(server.folder, folder)
    assert second.returncode == 1 and "trying 1 documents again" in second.stdout, second.stdout


def test_a_new_version_of_a_uri_replaces_the_old_one(server):
    batch = server.batch()
    assert server.upload(batch, "a.html", make_inputs.html(1, marker="the old aardvark"))[0] == 201
    server.start_batch(batch)
    server.wait_batch(batch)
    assert server.upload(batch, "a.html", make_inputs.html(2, marker="the new flamingo"))[0] == 201
    server.start_batch(batch, only_unparsed=True)
    server.wait_batch(batch)
    assert len(server.documents()) == 1
    assert "flamingo" in server.search("flamingo", mode="fts")[0]["content"]
    assert not server.search("aardvark", mode="fts")


def test_parse_is_pure(tmp_path):
    for to, part in (("md", "# Two Rook Endings"), ("json", "DoclingDocument"), ("chunks", "Lucena")):
        done = subprocess.run([SI_CLI, "parse", SAMPLES / "chess.html", "--to", to], cwd=tmp_path, env=environment(), capture_output=True, text=True)
        assert done.returncode == 0 and part in done.stdout, (to, done.stderr)
    assert not list(tmp_path.iterdir()), "no database, no files"


def test_openai_clients_can_embed(server):
    body = json.dumps({"model": "sentence-transformers/all-MiniLM-L6-v2", "input": ["a", "b"]}).encode()
    status, answer = server.call("POST", "/v1/embeddings", body, "application/json")
    vectors = [row["embedding"] for row in json.loads(answer)["data"]]
    assert status == 200 and [len(v) for v in vectors] == [384, 384]
    assert all(abs(sum(x * x for x in v) - 1) < 1e-3 for v in vectors)
    assert json.loads(server.call("GET", "/v1/models")[1])["data"][0]["id"] == "sentence-transformers/all-MiniLM-L6-v2"


def test_errors_have_one_form(server):
    for method, path, expect in (("GET", "/nothing", 404), ("DELETE", "/api/v1/batch/", 405), ("GET", "/api/v1/batch/status", 400),
                                 ("GET", "/api/v1/batch/status?batch_id=x", 400), ("GET", "/api/v1/batch/status?batch_id=99", 404),
                                 ("GET", "/api/v1/workflow/by-status?status=GOOD", 400), ("GET", "/api/v1/document/", 400),
                                 ("GET", "/api/v1/lancedb/info?db=../x", 400), ("GET", "/api/v1/lancedb/info?db=none", 404),
                                 ("GET", "/api/v1/lancedb/search?db=none&query=x", 404), ("GET", "/api/v1/workflow/runs/99", 404)):
        status, body = server.call(method, path)
        answer = json.loads(body)
        assert (status, answer["status_code"]) == (expect, expect), (path, answer)
        assert answer["error"]
