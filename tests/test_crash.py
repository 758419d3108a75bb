"""Power cuts and stops in the middle of work. SI_CRASH_ROUNDS (default 1) says how often each."""
import os
import signal
import subprocess
import time

import make_inputs
from support import SI_CLI, Server, database_settings, environment, wait_for

ROUNDS = int(os.environ.get("SI_CRASH_ROUNDS", "1"))
DOCUMENTS = 120


def fill(server, name):
    batch = server.batch(name=name)
    for number in range(DOCUMENTS):
        status, _ = server.upload(batch, f"{name}/{number}.html", make_inputs.html(f"{name}{number}", marker=f"marker {name}"))
        assert status == 201
    server.start_batch(batch)
    return batch


def completed(server, batch):
    return sum(run["workflow_run"]["status"] == "COMPLETED" for run in server.runs(batch))


def check_whole(server, batch, name):
    runs = server.wait_batch(batch, 120)
    assert len(runs) == DOCUMENTS
    bad = {uri: run["workflow_run"]["status_message"] for uri, run in runs.items() if run["workflow_run"]["status"] != "COMPLETED"}
    assert not bad, bad
    stored = [d for d in server.documents() if (d["uri"] or "").startswith(name + "/")]
    assert sorted(d["uri"] for d in stored) == sorted(runs), "each document once"
    assert all(d["chunk_count"] > 0 for d in stored)


def below(server, part):
    return [pid for pid, command in server.children().items() if part in command]


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def interrupted(tmp_path, name, strike, restart):
    """Rounds of: fill, wait until some documents are done, strike, (restart,) everything completes."""
    server = Server(tmp_path, LEASE_SECONDS=5).start()
    try:
        for round_number in range(ROUNDS):
            label = f"{name}{round_number}"
            batch = fill(server, label)
            wait_for("some documents to be done", lambda: completed(server, batch) >= 5 + 7 * round_number % 60, 60)
            strike(server)
            if restart:
                server.start()
            check_whole(server, batch, label)
    finally:
        server.stop()


def test_kill_the_server(tmp_path):
    def strike(server):
        children = list(server.children())
        assert children
        server.kill()
        wait_for("engine and parsers to end with the server", lambda: not any(alive(pid) for pid in children), 5)
    interrupted(tmp_path, "server", strike, restart=True)


def test_kill_the_engine(tmp_path):
    interrupted(tmp_path, "engine", lambda server: kill_all(below(server, "main.mjs")), restart=False)


def test_kill_a_parser(tmp_path):
    interrupted(tmp_path, "parser", lambda server: kill_all(below(server, "si-parse")[:1]), restart=False)


def test_kill_everything(tmp_path):
    def strike(server):
        children = list(server.children())
        server.process.send_signal(signal.SIGKILL)
        kill_all(children)
        server.process.wait()
    interrupted(tmp_path, "all", strike, restart=True)


def test_stopped_past_its_leases_and_continued(tmp_path):
    """What a worker finishes after its lease has ended is refused, and done again under a new attempt."""
    with Server(tmp_path, LEASE_SECONDS=2) as server:
        batch = fill(server, "stopped")
        wait_for("some documents to be done", lambda: completed(server, batch) >= 10, 60)
        server.process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        server.process.send_signal(signal.SIGCONT)
        check_whole(server, batch, "stopped")


def test_sigterm_gives_back_and_repeats_nothing(tmp_path):
    server = Server(tmp_path, DRAIN_SECONDS=5).start()
    try:
        batch = fill(server, "term")
        wait_for("some documents to be done", lambda: completed(server, batch) >= 10, 60)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 5 + 10, "within the stated time"
        server.start()
        done = {s["id"]: (s["start_date"], s["completed_date"]) for s in server.get(f"/batch/{batch}/steps") if s["status"] == "COMPLETED"}
        check_whole(server, batch, "term")
        after = {s["id"]: (s["start_date"], s["completed_date"]) for s in server.get(f"/batch/{batch}/steps")}
        assert {step: after[step] for step in done} == done, "what was done was not done again"
    finally:
        server.stop()


def test_a_second_server_on_the_same_folder_is_refused(tmp_path):
    with Server(tmp_path):
        second = subprocess.run([SI_CLI, "serve", "--port", "0"], cwd=tmp_path, env=environment(**database_settings(tmp_path)), capture_output=True, text=True, timeout=20)
        assert second.returncode == 1 and "in use by process" in second.stderr, second.stderr
