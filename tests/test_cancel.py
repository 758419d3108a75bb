"""Cancelling runs while they wait and while they work."""
import json
import time

import make_inputs


def cancel(server, path, expect=200, **form):
    return server.post(path + "/cancel", expect=expect, **form)


def waiting_batch(server, documents=40):
    batch = server.batch()
    for n in range(documents):
        status, _ = server.upload(batch, f"{n}.html", make_inputs.html(n, 60))
        assert status == 201
    return batch, server.start_batch(batch)["run_group"]


def test_a_batch_is_cancelled_within_a_second(server):
    batch, group = waiting_batch(server)
    began = time.monotonic()
    answer = cancel(server, f"/batch/{batch}", reason="wrong files")
    assert answer["cancelled_runs"] > 0
    runs = server.runs(batch)
    assert time.monotonic() - began < 5
    assert all(r["workflow_run"]["status"] in ("COMPLETED", "FAILED") for r in runs)
    failed = [r["workflow_run"] for r in runs if r["workflow_run"]["status"] == "FAILED"]
    assert len(failed) == answer["cancelled_runs"]
    assert failed[0]["status_meta"]["cancelled"] is True
    assert failed[0]["status_message"] == "cancelled: wrong files"
    ended = {r["workflow_run"]["id"]: json.dumps(r) for r in runs}
    time.sleep(1.5)
    assert {r["workflow_run"]["id"]: json.dumps(r) for r in server.runs(batch)} == ended, "what is cancelled stays as it is"
    assert cancel(server, f"/workflow/run_groups/{group}")["cancelled_runs"] == 0


def test_one_run_is_cancelled_and_can_be_retried(server):
    batch, group = waiting_batch(server, 6)
    last = server.runs(batch)[-1]["workflow_run"]["id"]
    assert cancel(server, f"/workflow/runs/{last}")["cancelled_runs"] in (0, 1)
    server.wait_batch(batch)
    server.post("/workflow/retry", run_group_id=group)
    assert all(r["workflow_run"]["status"] == "COMPLETED" for r in server.wait_batch(batch).values())


def test_what_is_not_there_cannot_be_cancelled(server):
    for path in ("/batch/99", "/workflow/run_groups/99", "/workflow/runs/99"):
        assert "99" in cancel(server, path, expect=404)["error"]
