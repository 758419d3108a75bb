"""Search narrowed by source, URI and metadata; filters; the scores of each part."""
import json
import urllib.parse

import pytest

import make_inputs
from support import Server


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("search")) as server:
        for source, uri in (("one", "a_b/x.html"), ("one", "aXb/y.html"), ("o'two", "it's 100%.html"), ("o'two", "ä/ö.html")):
            assert server.upload(server.batch(source=source), uri, make_inputs.html(len(uri), marker=f"zebra {uri}"), source=source)[0] == 201
        for batch in server.get("/batch/"):
            server.start_batch(batch["id"])
            server.wait_batch(batch["id"])
        yield server


def uris(server, **query):
    answer = server.get("/lancedb/search", db="default", query="zebra", limit=100, **query)
    return {hit["uri"] for hit in answer["results"]}


ALL = {"a_b/x.html", "aXb/y.html", "it's 100%.html", "ä/ö.html"}


@pytest.mark.parametrize("query, expect", [
    ({}, ALL), ({"source": "one"}, {"a_b/x.html", "aXb/y.html"}), ({"source": "o'two"}, {"it's 100%.html", "ä/ö.html"}), ({"source": "on"}, set()),
    ({"uri": "a_b/*"}, {"a_b/x.html"}), ({"uri": "a?b/*"}, {"a_b/x.html", "aXb/y.html"}), ({"uri": "*'s 100%.html"}, {"it's 100%.html"}), ({"uri": "ä/?.html"}, {"ä/ö.html"}),
    ({"metadata": "source=one"}, {"a_b/x.html", "aXb/y.html"}), ({"metadata": "is_valid=true"}, ALL), ({"metadata": "is_valid=false"}, set()),
    ({"metadata": "content_type=text/html", "source": "one", "uri": "*y.html"}, {"aXb/y.html"}),
    ({"filter": "uri LIKE 'a%' AND NOT uri = 'aXb/y.html'"}, {"a_b/x.html"}), ({"filter": "uri LIKE 'ä%' OR contains(uri, '100%')", "source": "o'two"}, {"it's 100%.html", "ä/ö.html"})])
def test_narrowed(filled, query, expect):
    for mode in ("hybrid", "fts", "vector"):
        assert uris(filled, mode=mode, **query) == expect, mode


def test_scores_of_each_part(filled):
    for mode, parts in (("vector", {"vector", "distance"}), ("fts", {"bm25"}), ("hybrid", {"vector", "distance", "bm25", "fused"})):
        best = filled.get("/lancedb/search", db="default", query="zebra", mode=mode)["results"][0]
        assert {part for part, value in best["scores"].items() if value is not None} == parts
        decides = best["scores"][{"vector": "vector", "fts": "bm25", "hybrid": "fused"}[mode]]
        assert best["score"] == decides
        if "vector" in parts:
            assert abs(best["scores"]["vector"] - 1 / (1 + best["scores"]["distance"])) < 1e-9


@pytest.mark.parametrize("filter", ["nope = 1", "uri =", "1; DROP TABLE x", "(", "uri = 'a' OR", "'", "uri > 5", "id IN (SELECT 1)", "uri = 'a' -- x", "repeat(uri, 9) = ''", "1/0 = 1",
                                    "true) OR (true", "(" * 3000 + "true" + ")" * 3000, "not " * 2000 + "true", "uri = \"x\""])
def test_a_wrong_filter_is_told(filled, filter):
    for path in ("search?query=zebra&", "documents?"):
        status, body = filled.call("GET", f"/api/v1/lancedb/{path}db=default&" + urllib.parse.urlencode({"filter": filter}))
        assert status == 400 and "filter" in json.loads(body)["error"], body
    assert len(filled.documents()) == 4, "the engine is alive"


def test_wrong_metadata_is_told(filled):
    status, body = filled.call("GET", "/api/v1/lancedb/search?db=default&query=x&metadata=nonsense")
    assert status == 400 and "'metadata'" in json.loads(body)["error"]
