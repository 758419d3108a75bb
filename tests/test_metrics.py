"""/metrics and /health of the real server."""
import json
import os
import time

import make_inputs
import pytest
from prometheus import parse, value
from support import Server


def scrape(server):
    status, body = server.call("GET", "/metrics")
    assert status == 200, body
    return parse(body.decode())


@pytest.mark.parametrize("text", ["a 1\n", "# HELP a x\n# TYPE a counter\na 1\n", "# HELP a x\n# TYPE a gauge\na{b=\"c} 1\n",
                                  "# HELP a x\n# TYPE a gauge\na 1\na 1\n", "# HELP a x\n# TYPE a gauge\na one\n", "# HELP a x\n# TYPE a gauge\na 1",
                                  '# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 3\nh_bucket{le="+Inf"} 2\nh_sum 1\nh_count 2\n'])
def test_the_reader_of_metrics_is_strict(text):
    with pytest.raises(Exception):
        parse(text)


def test_metrics_count_what_happens(server):
    before = scrape(server)
    batch = server.batch()
    for number in range(3):
        server.upload(batch, f"{number}.html", make_inputs.html(number))
    server.upload(batch, "bad.pdf", b"")
    assert server.call("GET", "/api/v1/workflow/runs/999")[0] == 404
    server.call("GET", "/nowhere/at/all")
    server.start_batch(batch)
    server.wait_batch(batch)
    server.batch(name='a "name"\nwith\\signs')
    after = scrape(server)
    route = "/api/v1/document/ingest-document"
    assert value(after, "ingester_http_requests_total", method="POST", route=route, status="201") == 4
    assert value(after, "ingester_http_requests_total", method="GET", route="/api/v1/workflow/runs/{workflow_id}", status="404") == 1
    assert value(after, "ingester_http_requests_total", status="404") == 2, "unknown paths are one series"
    assert not [k for k in after["ingester_http_requests_total"].samples if "nowhere" in str(k)]
    assert value(after, "ingester_http_request_duration_seconds", "_count", route=route) == 4
    for step in ("parse", "chunk", "embed", "store"):
        assert value(after, "ingester_step_duration_seconds", "_count", step_type=step) == 3, step
        assert value(after, "ingester_step_duration_seconds", "_sum", step_type=step) > 0
    assert value(after, "ingester_step_failures_total") == 1
    assert value(after, "ingester_events_total", kind="item_end") == 3
    assert value(after, "ingester_leases", state="held") == 0
    assert value(after, "ingester_removals_open") == 0
    for name in ("process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds"):
        assert value(after, name) > 0, name
    assert abs(value(after, "process_start_time_seconds") - time.time()) < 300
    assert abs(value(after, "process_resident_memory_bytes") / server.memory() - 1) < 0.3
    for name, family in before.items():  # counters never fall
        if family.type == "counter":
            for key, earlier in family.samples.items():
                assert after[name].samples[key] >= earlier, key


def test_the_queue_shows_what_waits(tmp_path):
    with Server(tmp_path, WORKER_TASK_COUNT=0) as server:
        batch = server.batch()
        for number in range(5):
            server.upload(batch, f"{number}.html", make_inputs.html(number))
        server.start_batch(batch)
        time.sleep(2.1)
        families = scrape(server)
        assert value(families, "ingester_queue_steps", status="PENDING") == 5, "one step of each run waits"
        assert 2 <= value(families, "ingester_queue_oldest_age_seconds", status="PENDING") < 60


def test_health_says_yes(server):
    for path in ("/health", "/health/live", "/health/ready"):
        status, body = server.call("GET", path)
        assert (status, json.loads(body)["status"], json.loads(body)["reasons"]) == (200, "ok", []), (path, body)


def test_health_says_what_is_wrong(tmp_path):
    with Server(tmp_path, MIN_FREE_DISK_MB=1000000) as server:
        status, body = server.call("GET", "/health/ready")
        answer = json.loads(body)
        assert status == 503 and answer["status_code"] == 503 and "not ready" in answer["error"]
        assert [reason.split(":")[0] for reason in answer["reasons"]] == ["disk"], answer
        assert server.call("GET", "/health")[0] == 503
        assert server.call("GET", "/health/live")[0] == 200


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_health_sees_a_folder_that_cannot_be_written(tmp_path):
    with Server(tmp_path) as server:
        incoming = tmp_path / "file_store" / ".incoming"
        server.call("GET", "/health")
        time.sleep(2.1)
        incoming.chmod(0o500)
        try:
            status, body = server.call("GET", "/health/ready")
            assert status == 503 and "artifacts" in json.loads(body)["error"]
        finally:
            incoming.chmod(0o700)
