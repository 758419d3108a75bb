"""The commands over the API, against a real server."""
import json
import os
import signal
import subprocess
import time

import make_inputs
import pytest
from support import SI_CLI, Server, environment, wait_for


def cli(server, *arguments, expect=0, cwd=None, **env):
    done = subprocess.run([SI_CLI, *map(str, arguments)], cwd=cwd or server.folder, env=environment(**env), capture_output=True, text=True, timeout=120)
    assert done.returncode == expect, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout


def cli_json(server, *arguments, **more):
    return json.loads(cli(server, *arguments, "--json", **more))


def documents(folder, count):
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.html").write_bytes(make_inputs.html(number))
    return folder


def test_a_batch_from_command_to_command(server):
    files = documents(server.folder / "in", 3)
    batch = int(cli(server, "batch", "create", "--source", "files", "--name", "Q4"))
    assert "3 files uploaded" in cli(server, "batch", "ingest", batch, files)
    assert "3 documents, 0 parsed, 3 remaining" in cli(server, "batch", "status", batch)
    started = cli_json(server, "workflow", "start", batch)
    assert started["workflows"] == 3
    server.wait_batch(batch)
    group = started["run_group"]
    assert "COMPLETED, 3 runs" in cli(server, "workflow", "status", group)
    assert cli_json(server, "workflow", "status", "--batch", batch)[0]["id"] == group
    assert cli_json(server, "batch", "status", batch)["parsed"] == 3
    assert [b["id"] for b in cli_json(server, "batch", "list")] == [batch]
    assert "Q4" in cli(server, "list-batches")
    stats = cli_json(server, "stats", group)
    assert {row["step_type"] for row in stats["durations"]} >= {"parse", "chunk", "embed", "store"}
    assert "parse" in cli(server, "stats", group)
    report = cli_json(server, "validate-haiku", batch)
    assert report["documents"] == 3 and report["chunks"] >= 3 and report["faults"] == []


def test_what_is_missing_in_the_database_is_found(server):
    files = documents(server.folder / "in", 2)
    cli(server, "ingest", files, "--source", "s")
    batch = server.get("/batch/")[0]["id"]
    assert "0 faults" in cli(server, "validate-haiku", batch)
    server.stop()
    import sqlite3
    with sqlite3.connect(server.folder / "db" / "documents.db") as database:
        database.execute("UPDATE storeddocument SET chunk_count = 99")
    server.start()
    assert "99 were written" in cli(server, "validate-haiku", batch, expect=1)


def test_retry_and_a_failed_group(server):
    batch = server.batch()
    server.upload(batch, "bad.pdf", b"")
    group = server.start_batch(batch)["run_group"]
    server.wait_batch(batch)
    assert "FAILED" in cli(server, "workflow", "status", group, expect=1)
    assert cli_json(server, "workflow", "retry", group)["reset_runs"] == 1


def test_clean(server):
    cli(server, "ingest", documents(server.folder / "in", 1))
    answer = cli_json(server, "clean")
    assert answer["statistics"]["deleted_documents"] == 0 and answer["vacuumed"] == ["default"]
    assert cli_json(server, "clean", "--no-vacuum")["vacuumed"] == []


def test_globs_and_pruning(server):
    files = documents(server.folder / "in", 4)
    (files / "notes.txt").write_text("not this one")
    out = cli(server, "ingest", "in", "--source", "s", "--include", "*.html", "--exclude", "3.html")
    assert "3 documents completed, 0 failed" in out
    server.upload(server.batch(source="s", name="other"), "elsewhere/x.html", make_inputs.html("x"), source="s")
    assert "0 deleted" in cli(server, "ingest", "in", "--source", "s", "--include", "*.html", "--prune"), "3.html is new, nothing is gone"
    (files / "0.html").unlink()
    out = cli(server, "ingest", "in", "--source", "s", "--prune")
    assert "DELETED in/0.html" in out and "1 deleted" in out, out
    left = {d["uri"] for d in server.get("/document/", source="s")}
    assert "in/0.html" not in left and "elsewhere/x.html" in left, "another folder of the source is none of its business"


def test_watching_follows_the_folder(server):
    files = documents(server.folder / "in", 1)
    log = open(server.folder / "watch.log", "w+")
    watch = subprocess.Popen([SI_CLI, "ingest", "in", "--source", "w", "--watch", "--prune", "--interval", "0.3"], cwd=server.folder,
                             env=environment(), stdout=log, stderr=log)
    try:
        uris = lambda: {d["uri"]: d["version"] for d in server.get("/document/", source="w")}
        wait_for("the first file", lambda: uris() == {"in/0.html": 1})
        (files / "1.html").write_bytes(make_inputs.html("new"))
        wait_for("a new file", lambda: "in/1.html" in uris())
        (files / "0.html").write_bytes(make_inputs.html("changed, and longer"))
        wait_for("a changed file", lambda: uris().get("in/0.html") == 2)
        (files / "1.html").unlink()
        wait_for("a file that is gone", lambda: "in/1.html" not in uris())
    finally:
        watch.send_signal(signal.SIGINT)
        code = watch.wait(30)
    log.seek(0)
    assert code == 0, log.read()


def test_progress_follows_events_instead_of_polling(server):
    files = documents(server.folder / "in", 20)
    done = cli(server, "ingest", files, "--server", server.url)
    assert "20 documents completed, 0 failed" in done
    used = 'ingester_http_requests_total{method="GET",route="/api/v1/events",status="200"} 1'
    wait_for("the server to notice that the stream has ended", lambda: used in server.call("GET", "/metrics")[1].decode(), 30, 0.5)


def test_the_server_and_the_key_come_from_the_environment(tmp_path):
    with Server(tmp_path, API_KEY_ENABLED="true", API_KEY="secret") as server:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        assert cli(server, "batch", "create", "--source", "s", cwd=elsewhere, SI_SERVER=server.url, API_KEY="secret").strip() == "1"
        assert len(json.loads(cli(server, "batch", "list", "--json", "--server", server.url, cwd=elsewhere, API_KEY="secret"))) == 1
        done = subprocess.run([SI_CLI, "batch", "list"], cwd=elsewhere, env=environment(SI_SERVER=server.url, API_KEY="wrong"), capture_output=True, text=True)
        assert done.returncode == 1 and "API key" in done.stderr, done.stderr
        assert not list(elsewhere.iterdir()), "no database of its own"


@pytest.mark.parametrize("arguments, code, says", [
    (["batch"], 2, "subcommand"), (["batch", "create"], 2, "--source"), (["batch", "status", "x"], 2, "batch"), (["nonsense"], 2, "subcommand"),
    (["completion", "tcsh"], 2, "tcsh"), (["batch", "status", "99"], 1, "no batch 99"), (["workflow", "retry", "99"], 1, "99"),
    (["stats", "99"], 1, "99"), (["ingest", "none"], 1, "none"), (["validate-haiku", "99"], 1, "no batch 99")])
def test_errors_have_codes_and_messages(shared, arguments, code, says):
    done = subprocess.run([SI_CLI, *arguments], cwd=shared.folder, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == code and says in done.stdout + done.stderr, (done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("shared")) as running:
        yield running


def test_init_haiku(tmp_path):
    run = lambda *more: subprocess.run([SI_CLI, "init-haiku", *more], cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert run("--json").returncode == 0
    text = (tmp_path / "haiku.rag.yaml").read_text()
    assert f"data_dir: '{tmp_path}/lancedb'" in text and "vector_dim: 384" in text and "base_url: http://127.0.0.1:8000/v1" in text
    again = run()
    assert again.returncode == 1 and "exists already" in again.stderr
    assert run("--force").returncode == 0


def test_version_and_completion(tmp_path):
    run = lambda *arguments: subprocess.run([SI_CLI, *arguments], cwd=tmp_path, capture_output=True, text=True)
    assert run("--version").stdout.strip()
    for shell in ("bash", "zsh", "fish"):
        script = run("completion", shell).stdout
        for word in ("validate-haiku", "retry", "prune", "workflow"):
            assert word in script, (shell, word)
    script = tmp_path / "completion"
    script.write_text(run("completion", "bash").stdout)
    complete = lambda *words: subprocess.run(["bash", "-c", f"source {script}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _si_cli; echo ${{COMPREPLY[@]}}"],
                                             capture_output=True, text=True).stdout.split()
    assert "batch" in complete("si-cli", "ba")
    assert complete("si-cli", "batch", "cr") == ["create"]
    assert complete("si-cli", "ingest", "--pru") == ["--prune"]
