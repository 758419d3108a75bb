"""What schemathesis cannot guess: texts in the formats that the document names, and ids of things that are there. Things that an operation
uses up are made fresh for each of its requests."""
import json
import os
import random
import urllib.parse
import urllib.request
import uuid

import schemathesis
from hypothesis import strategies as st

SEED = json.loads(os.environ["SI_SEED"])
HEADERS = {"Authorization": "Bearer " + SEED["key"]}

json_values = st.one_of(st.none(), st.booleans(), st.integers(-1000, 1000), st.text(max_size=20))
schemathesis.openapi.format("json-object", st.dictionaries(st.text(max_size=10), json_values, max_size=4).map(json.dumps))
schemathesis.openapi.format("json-string-map", st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=4).map(json.dumps))
schemathesis.openapi.format("param-set-yaml", st.integers(8, 250).map(
    lambda n: f"id: s{uuid.uuid4().hex}\nname: Mine\nconfig:\n  chunk:\n    chunk_size: {n}\n"))
schemathesis.openapi.format("sql-condition", st.sampled_from(["", "uri = 'a'", "uri LIKE '%rain%'", "title IS NOT NULL AND id <> ''"]))
schemathesis.openapi.format("document-hash", st.sampled_from([SEED["hash"], "sha256-" + "0" * 64]))
schemathesis.openapi.format("visible-ascii", st.from_regex(r"\A[!-~]{1,255}\Z"))
schemathesis.openapi.format("input-uri", st.just(""))


def call(path, method="POST", **form):
    request = urllib.request.Request(SEED["url"] + path, urllib.parse.urlencode(form).encode() if form else None, HEADERS, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def fresh_group():
    return call("/api/v1/batch/start-workflows", batch_id=SEED["batch_id"])["run_group"]


def fresh_set():
    return call("/api/v1/workflow/param-sets", yaml_content=f"id: s{uuid.uuid4().hex}\nconfig:\n  chunk:\n    chunk_size: 64\n")["id"]


def fresh_state():
    source = "git-" + uuid.uuid4().hex
    call("/api/v1/sync-state/" + source, "PUT", commit_sha="a")
    return source


def fresh_uri():
    uri, mark = uuid.uuid4().hex, uuid.uuid4().hex
    fields = {"source": "seed", "source_uri": uri, "batch_id": SEED["batch_id"]}
    body = b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items())
    body += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="x.md"\r\n\r\n# {uri}\r\n--{mark}--\r\n'.encode()
    urllib.request.urlopen(urllib.request.Request(SEED["url"] + "/api/v1/document/ingest-document", body,
                                                  {**HEADERS, "Content-Type": f"multipart/form-data; boundary={mark}"})).close()
    return uri


USED_UP = {
    ("delete_run_group", "run_group_id"): fresh_group,
    ("delete_param_set", "set_id"): fresh_set,
    ("delete_sync_state", "source"): fresh_state,
    ("get_sync_state", "source"): fresh_state,
    ("delete_document_uri", "uri"): fresh_uri,
}
NAMES = {"batch_id": "batch_id", "run_group_id": "run_group_id", "workflow_id": "workflow_id", "hash": "hash", "doc_id": "hash", "db": "db",
         "set_id": "set_id", "target": "db", "workflow_definition_id": "workflow", "param_id": "set_id", "model": "model"}


def is_given(name, value):
    """Only values that are of the right kind are replaced: the wrong ones are what is being tried."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1 if isinstance(SEED.get(NAMES.get(name)), int) else \
        isinstance(value, str) and value != ""


def with_real(operation, values):
    if not isinstance(values, dict) or random.random() < 0.25:
        return values
    name_of = operation.definition.raw.get("operationId")
    for name, value in list(values.items()):
        if name == "workflow_id" and name_of == "get_workflow_definition":
            values[name] = SEED["workflow"]
        elif (name_of, name) in USED_UP and isinstance(value, (str, int)) and not isinstance(value, bool) and value not in ("", 0):
            values[name] = USED_UP[name_of, name]()
        elif name in NAMES and is_given(name, value):
            values[name] = SEED[NAMES[name]]
        elif name_of == "delete_document_uri" and name == "source":
            values[name] = "seed"
        elif name_of == "get_sync_state" and name == "source":
            values[name] = fresh_state()
    if name_of == "follow_events" and "follow" not in values:
        values["follow"] = "false"
    return values


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return with_real(context.operation, path_parameters)


@schemathesis.hook
def map_query(context, query):
    return with_real(context.operation, query)


@schemathesis.hook
def map_body(context, body):
    return with_real(context.operation, body)


@schemathesis.hook
def map_headers(context, headers):
    """Keys that were not sent before, mostly: with another request one is 422."""
    if headers and headers.get("Idempotency-Key") and random.random() < 0.95:
        headers["Idempotency-Key"] = uuid.uuid4().hex
    return headers


def is_positive(case):
    return case.meta is None or case.meta.generation.mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs):
    """What a schema cannot say: streams of events would not end, one of two fields is needed, a key counts once, "0" and "yes" are booleans
    and an empty number is none; what the other operations ask about is not deleted; the id of a run is not that of a definition (both are called workflow_id)."""
    name = case.operation.definition.raw.get("operationId")
    path = case.path_parameters or {}
    if name == "follow_events":
        case.query = {**(case.query or {}), "follow": "false"}
    if name == "delete_run_group" and str(path.get("run_group_id")) in (str(SEED["run_group_id"]), "1"):
        path["run_group_id"] = fresh_group()
    if name == "get_workflow_definition" and str(path.get("workflow_id")).isdigit():
        path["workflow_id"] = SEED["workflow"]
    if case.headers and str(case.headers.get("Idempotency-Key", "")).startswith("8e03978e"):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex  # the example, sent with every operation
    for values in (case.query, case.body):
        for field in ("only_unparsed", "include_steps", "include_doc_info"):
            if isinstance(values, dict) and str(values.get(field, "")).lower() in ("0", "1", "yes", "no", "on", "off"):
                values[field] = "true" if is_positive(case) else "maybe"
    if not is_positive(case):
        for field, value in (case.query or {}).items():
            if value == "":  # an empty number or boolean is one that is not given, as web forms send it
                case.query[field] = "x"
        return
    if name == "ingest_document" and isinstance(case.body, dict) and not case.body.get("file") and not case.body.get("input_uri"):
        case.body["file"] = b"# A file\n"
    if name == "list_documents" and not (case.query or {}).get("source") and not (case.query or {}).get("batch_id"):
        case.query = {"batch_id": SEED["batch_id"]}
