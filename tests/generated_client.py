#!/usr/bin/env python3
"""Generates a Python client from the served OpenAPI document and runs the main path through it: batch, upload, start, status, search.

    python3 -m venv VENV && VENV/bin/pip install openapi-python-client==0.29.1
    VENV/bin/python tests/generated_client.py
"""
import io
import subprocess
import sys
import tempfile
from pathlib import Path

from support import ROOT, Server, wait_for


def generate(url, folder):
    subprocess.run([Path(sys.executable).parent / "openapi-python-client", "generate", "--url", url + "/openapi.json", "--meta", "none",
                    "--output-path", folder / "ingester_client"], check=True, stdout=subprocess.DEVNULL)
    sys.path.insert(0, str(folder))


def main_path(url):
    from ingester_client import AuthenticatedClient
    from ingester_client.api.batch import create_batch, get_batch_status, start_workflows
    from ingester_client.api.document import get_document, ingest_document
    from ingester_client.api.lancedb import search_database
    from ingester_client.models import CreateBatchBody, Error, IngestDocumentBody, StartWorkflowsBody
    from ingester_client.types import File

    client = AuthenticatedClient(base_url=url, token="secret")
    batch = create_batch.sync(client=client, body=CreateBatchBody(source="client", name="generated")).batch_id
    sample = next((ROOT / "samples" / "documents").glob("*beekeeping.md"))
    upload = ingest_document.sync(client=client, body=IngestDocumentBody(
        source_uri=sample.name, source="client", batch_id=batch, file=File(io.BytesIO(sample.read_bytes()), sample.name)))
    started = start_workflows.sync(client=client, body=StartWorkflowsBody(batch_id=batch))
    assert started.workflows == 1

    def status():
        return get_batch_status.sync(client=client, batch_id=batch)
    wait_for("the batch to be parsed", lambda: status().remaining == 0, 120, 0.2)
    run = status().workflows[0]
    assert (run.status, run.doc_id) == ("COMPLETED", upload.document_hash), run
    document = get_document.sync(client=client, hash_=upload.document_hash)
    assert document.uris[0].uri == sample.name
    hits = search_database.sync(client=client, db="default", query="How do bees survive the winter?").results
    assert hits and hits[0].document_hash == upload.document_hash
    unknown = get_batch_status.sync(client=client, batch_id=999999)
    assert isinstance(unknown, Error) and unknown.status_code == 404, unknown
    print(f"batch {batch}: {upload.document_uri} is {run.status}; first of {len(hits)} hits: {hits[0].snippet[:80]!r}; "
          f"an unknown batch is {type(unknown).__name__}({unknown.status_code}, {unknown.error!r})")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Server(folder, API_KEY_ENABLED="true", API_KEY="secret") as server:
        generate(server.url, Path(folder))
        main_path(server.url)
