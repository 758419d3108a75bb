"""Documents made to do harm: each ends as a FAILED run with a message, in bounded time; the others complete."""
import time

import make_inputs


def test_hostile_documents_fail_alone_and_with_reasons(server):
    batch = server.batch()
    hostile = make_inputs.hostile()
    for name, (data, _) in hostile.items():
        status, answer = server.upload(batch, name, data)
        assert status == 201, (name, answer)
    for number in range(5):
        assert server.upload(batch, f"good{number}.html", make_inputs.html(number))[0] == 201
    began = time.monotonic()
    server.start_batch(batch)
    runs = server.wait_batch(batch, 180)
    for name, (_, part) in hostile.items():
        run = runs[name]["workflow_run"]
        assert run["status"] == "FAILED", (name, run)
        assert len(run["status_message"]) > 10 and part in run["status_message"].lower(), (name, run["status_message"])
        print(f"{name:24} {run['status_message']}")
    for number in range(5):
        assert runs[f"good{number}.html"]["workflow_run"]["status"] == "COMPLETED"
    print(f"all ended within {time.monotonic() - began:.1f} s")
    assert server.call("GET", "/health")[0] == 200
