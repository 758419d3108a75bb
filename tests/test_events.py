"""GET /api/v1/events over the wire: order, resumption, filter, heartbeat."""
import json
import random
import sqlite3
import threading
import time

import make_inputs
from sse import Stream
from support import Server


def table(server, after=0):
    """(id, kind) of every event, as the database holds them."""
    with sqlite3.connect(f"file:{server.folder}/db/documents.db?mode=ro", uri=True) as database:
        return database.execute("SELECT id, kind FROM event WHERE id > ? ORDER BY id", (after,)).fetchall()


def work(server, documents, name="work"):
    batch = server.batch(name=name)
    for number in range(documents):
        assert server.upload(batch, f"{name}/{number}.html", make_inputs.html(f"{name}{number}"))[0] == 201
    server.start_batch(batch)
    return batch


def test_a_stream_tells_the_whole_story_in_order(server):
    with Stream(server) as stream:
        batch = work(server, 3)
        events = stream.read_until(lambda e: e.kind == "batch_completed")
    assert [(e.id, e.kind) for e in events] == table(server)[:len(events)]
    assert events[0].kind == "batch_created" and events[0].data["batch_id"] == batch
    for event in events:
        assert event.data["id"] == event.id and event.data["kind"] == event.kind
    ended = [e.data for e in events if e.kind == "step_end"]
    assert len(ended) == 3 * len({e["data"]["step_type"] for e in ended})
    assert all(e["data"]["status"] == "COMPLETED" for e in ended)
    assert [e.data["data"]["uri"] for e in events if e.kind == "document_ingested"] == [f"work/{n}.html" for n in range(3)]


def test_cuts_leave_no_gap_and_repeat_nothing(server):
    """One reader is cut again and again while work goes on; what it saw is the table, row by row."""
    generator = random.Random(1)
    seen, last_id, cuts = [], 0, 0
    done = threading.Event()

    def load():
        for number in range(2):
            server.wait_batch(work(server, 5, f"load{number}"))
        done.set()

    loader = threading.Thread(target=load)
    loader.start()
    while not (done.is_set() and last_id == table(server)[-1][0]):
        with Stream(server, last_id=last_id, heartbeat=1) as stream:
            for _ in range(generator.randrange(1, 60)):
                event = stream.read(or_heartbeat=True)
                if event is None:
                    break
                seen.append((event.id, event.kind))
                last_id = event.id
        cuts += 1
    loader.join()
    print(f"{len(seen)} events over {cuts} connections")
    assert cuts > 3
    assert seen == table(server)


def test_a_cut_before_the_first_event_loses_nothing(server):
    server.batch(name="before")
    with Stream(server) as stream:
        greeting = dict(stream.block())
    server.batch(name="while away")
    with Stream(server, last_id=int(greeting["id"])) as stream:
        assert stream.read().kind == "batch_created"


def test_a_stream_of_one_batch(server):
    first, second = work(server, 2, "one"), work(server, 2, "two")
    server.wait_batch(first)
    server.wait_batch(second)
    with Stream(server, batch_id=first, follow="false", **{"from": "0"}) as stream:
        events = stream.read_all()
    assert events and {e.data["batch_id"] for e in events} == {first}
    with sqlite3.connect(f"file:{server.folder}/db/documents.db?mode=ro", uri=True) as database:
        rows = database.execute("SELECT id FROM event WHERE batch_id = ? ORDER BY id", (first,)).fetchall()
    assert [e.id for e in events] == [row[0] for row in rows]
    assert Stream(server, batch_id=999).status == 404


def test_heartbeats_come_and_carry_where_the_stream_is(server):
    quiet = server.batch(name="quiet")
    with Stream(server, batch_id=quiet, heartbeat=1) as stream:
        greeting = int(dict(stream.block())["id"])
        server.batch(name="another batch, not in this stream")
        began = time.monotonic()
        beat = stream.block()
        assert dict(beat)[""] == "heartbeat"
        assert 0.5 < time.monotonic() - began < 3
        assert int(dict(beat)["id"]) == greeting + 1, "so that a later cut does not go back to what is pruned"


def test_waking_is_quick(server):
    with Stream(server) as stream:
        stream.block()
        delays = []
        for number in range(20):
            time.sleep(0.03)
            began = time.monotonic()
            server.batch(name=str(number))
            assert stream.read().kind == "batch_created"
            delays.append(time.monotonic() - began)
    delays.sort()
    print(f"from request to event: median {delays[10] * 1000:.1f} ms, worst {delays[-1] * 1000:.1f} ms")
    assert delays[10] < 0.5, "woken by the commit, not by the poll"


def test_an_id_that_cannot_be_gone_on_after_is_told(server):
    server.batch()
    for path, headers in (("last_event_id=500", {}), ("", {"last_id": 500})):
        query = dict([path.split("=")]) if path else {}
        with Stream(server, **headers, **query, follow="false") as stream:
            events = stream.read_all()
        assert [(e.kind, e.data["last_event_id"], e.data["newest"]) for e in events] == [("reset", 500, 1)]
    with sqlite3.connect(server.folder / "db" / "documents.db") as database:  # as after a month
        database.execute("UPDATE event SET event_date = '2020-01-01 00:00:00.000000'")
    for number in range(3):
        server.batch(name=str(number))
    with sqlite3.connect(server.folder / "db" / "documents.db") as database:
        database.execute("DELETE FROM event WHERE id < 3")
    with Stream(server, last_id=0, follow="false") as stream:
        events = stream.read_all()
    assert [e.kind for e in events] == ["reset"] and events[0].data["oldest"] == 3 and events[0].id == 4
    with Stream(server, last_id=2, follow="false") as stream:
        assert [e.id for e in stream.read_all()] == [3, 4], "nothing is missing after 2"
    with Stream(server, follow="false", **{"from": "0"}) as stream:
        assert [e.id for e in stream.read_all()] == [3, 4]


def test_wrong_arguments_are_refused(server):
    for query in ("last_event_id=x", "last_event_id=-1", "from=yesterday", "heartbeat=0", "batch_id=x"):
        status, body = server.call("GET", "/api/v1/events?" + query)
        assert status == 400 and query.split("=")[0] in json.loads(body)["error"], (query, body)
    status, _ = server.call("GET", "/api/v1/events?follow=maybe")
    assert status == 400


def test_streams_hold_no_thread(server):
    """More streams than the server has handler threads; all get the event, and other requests are answered."""
    streams = [Stream(server) for _ in range(40)]
    for stream in streams:
        stream.block()
    server.batch(name="for all")
    for stream in streams:
        assert stream.read().kind == "batch_created"
    assert server.get("/batch/")
    for stream in streams:
        stream.cut()


def test_the_server_stops_although_somebody_follows(tmp_path):
    with Server(tmp_path) as running:
        stream = Stream(running)
        stream.block()
        began = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - began < 10
        assert stream.read() is None


def test_a_restart_is_bridged(tmp_path):
    with Server(tmp_path) as running:
        with Stream(running) as stream:
            running.batch(name="one")
            last = stream.read().id
        running.batch(name="two")
    with Server(tmp_path) as running:
        running.batch(name="three")
        with Stream(running, last_id=last) as stream:
            events = stream.read_until(lambda e: e.kind == "batch_created" and e.data["batch_id"] == 3)
        assert [(e.id, e.kind) for e in events] == table(running, last)
