"""A reader of server-sent events for tests: strict about the form, knows every block."""
import http.client
import json
import socket
import time
from urllib.parse import urlencode, urlparse


class Event:
    def __init__(self, id, kind, data):
        self.id, self.kind, self.data = id, kind, data

    def __repr__(self):
        return f"{self.id} {self.kind} {self.data}"


class Stream:
    """An open stream of GET /api/v1/events. `last_id` is what a browser would send when it connects again."""

    def __init__(self, server, last_id=None, timeout=30, **query):
        self.connection = http.client.HTTPConnection(urlparse(server.url).netloc, timeout=timeout)
        headers = {"Accept": "text/event-stream"}
        if last_id is not None:
            headers["Last-Event-ID"] = str(last_id)
        self.connection.request("GET", "/api/v1/events" + ("?" + urlencode(query) if query else ""), headers=headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.last_id = last_id
        if self.status == 200:
            assert self.answer.getheader("Content-Type").startswith("text/event-stream")

    def block(self):
        """The next block as a list of (field, value); None at the end."""
        fields = []
        while True:
            line = self.answer.readline()
            if not line.endswith(b"\n"):
                return None  # cut
            line = line[:-1].decode("utf-8")
            if not line:
                return fields
            field, colon, value = line.partition(":")
            assert colon, line
            assert field in ("id", "event", "data", "retry", ""), line
            fields.append((field, value.removeprefix(" ")))

    def read(self, or_heartbeat=False):
        """The next event; None when the stream ended (or, when asked for, at a heartbeat)."""
        while (fields := self.block()) is not None:
            values = dict(fields)
            if or_heartbeat and values.get("") == "heartbeat":
                return None
            if "id" in values:
                self.last_id = int(values["id"])
            if "data" in values:
                return Event(int(values["id"]), values.get("event", "message"), json.loads(values["data"]))
        return None

    def read_all(self):
        events = []
        while (event := self.read()) is not None:
            events.append(event)
        return events

    def read_until(self, condition, seconds=60):
        """Events up to and with the first that fits."""
        events, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            event = self.read()
            assert event is not None, f"the stream ended after {events[-3:]}"
            events.append(event)
            if condition(event):
                return events
        raise AssertionError(f"not within {seconds} s, last: {events[-3:]}")

    def cut(self):
        """As a broken network does."""
        if self.connection.sock is not None:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.answer.close()
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut()
