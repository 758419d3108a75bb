"""The same endpoints as one writes them first: FastAPI on SQLite, uploads as durable as ours.

usage: sketch.py FOLDER PORT     (wants fastapi, uvicorn[standard], python-multipart)
"""
import hashlib
import os
import sqlite3
import sys
import tempfile
import threading
from pathlib import Path

import uvicorn
from fastapi import FastAPI, File, Form, HTTPException, UploadFile

folder = Path(sys.argv[1])
store = folder / "files"
store.mkdir(parents=True, exist_ok=True)
local = threading.local()
app = FastAPI()


def database():
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(folder / "documents.db", timeout=60)
        local.connection.row_factory = sqlite3.Row
        local.connection.execute("PRAGMA journal_mode=WAL")
        local.connection.execute("PRAGMA synchronous=FULL")
    return local.connection


database().executescript("""
CREATE TABLE IF NOT EXISTS documentbatch (id INTEGER PRIMARY KEY, name TEXT, source TEXT, start_date TEXT, completed_date TEXT, batch_params TEXT);
CREATE TABLE IF NOT EXISTS document (hash TEXT PRIMARY KEY, mime_type TEXT, file_size INTEGER, doc_meta TEXT);
CREATE TABLE IF NOT EXISTS documenturi (id INTEGER PRIMARY KEY, uri TEXT, source TEXT, doc_hash TEXT, version INTEGER, batch_id INTEGER, UNIQUE (uri, source));
CREATE INDEX IF NOT EXISTS documenturi_batch ON documenturi (batch_id);
CREATE TABLE IF NOT EXISTS documenturihistory (id INTEGER PRIMARY KEY, doc_uri_id INTEGER, version INTEGER, hash TEXT, action TEXT, batch_id INTEGER);
CREATE TABLE IF NOT EXISTS workflowrun (id INTEGER PRIMARY KEY, batch_id INTEGER, doc_id TEXT, status TEXT);
CREATE INDEX IF NOT EXISTS workflowrun_batch ON workflowrun (batch_id);
CREATE INDEX IF NOT EXISTS workflowrun_status ON workflowrun (status);
""")


def durable(data, name):
    fd, temporary = tempfile.mkstemp(dir=store)
    os.write(fd, data)
    os.fsync(fd)
    os.close(fd)
    os.rename(temporary, store / name)
    directory = os.open(store, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


@app.get("/api/v1/batch/")
def batches():
    return [dict(row) for row in database().execute("SELECT * FROM documentbatch")]


@app.post("/api/v1/batch/", status_code=201)
def create(source: str = Form(), name: str = Form()):
    with database() as db:
        return {"batch_id": db.execute("INSERT INTO documentbatch (name, source, start_date) VALUES (?, ?, datetime('now'))",
                                       (name, source)).lastrowid}


@app.get("/api/v1/batch/status")
def status(batch_id: int):
    db = database()
    batch = db.execute("SELECT * FROM documentbatch WHERE id = ?", (batch_id,)).fetchone()
    if batch is None:
        raise HTTPException(404, "no such batch")
    documents = db.execute("SELECT count(*) FROM documenturi WHERE batch_id = ?", (batch_id,)).fetchone()[0]
    runs = [dict(row) for row in db.execute("SELECT * FROM workflowrun WHERE batch_id = ?", (batch_id,))]
    counts = {row[0]: row[1] for row in db.execute("SELECT status, count(*) FROM workflowrun WHERE batch_id = ? GROUP BY status", (batch_id,))}
    parsed = counts.get("COMPLETED", 0)
    return {"batch": dict(batch), "document_count": documents, "workflow_count": counts, "workflows": runs, "parsed": parsed,
            "remaining": documents - parsed}


@app.post("/api/v1/batch/start-workflows", status_code=201)
def start(batch_id: int = Form()):
    with database() as db:
        db.execute("INSERT INTO workflowrun (batch_id, doc_id, status) SELECT batch_id, doc_hash, 'PENDING' FROM documenturi WHERE batch_id = ?",
                   (batch_id,))
    return {}


def page_of(where, values, page, rows):
    db = database()
    total = db.execute(f"SELECT count(*) FROM workflowrun {where}", values).fetchone()[0]
    items = db.execute(f"SELECT * FROM workflowrun {where} ORDER BY id DESC LIMIT ? OFFSET ?", (*values, rows, (page - 1) * rows))
    return {"items": [dict(row) for row in items], "total": total, "page": page, "rows_per_page": rows}


@app.get("/api/v1/workflow/")
def runs(page: int = 1, rows_per_page: int = 10):
    return page_of("", (), page, rows_per_page)


@app.get("/api/v1/workflow/by-status")
def by_status(status: str, page: int = 1, rows_per_page: int = 10):
    return page_of("WHERE status = ?", (status,), page, rows_per_page)


@app.post("/api/v1/document/ingest-document", status_code=201)
def ingest(file: UploadFile = File(), source: str = Form(), source_uri: str = Form(), batch_id: int = Form()):
    data = file.file.read()
    name = "sha256-" + hashlib.sha256(data).hexdigest()
    durable(data, name)
    with database() as db:
        db.execute("INSERT OR IGNORE INTO document VALUES (?, ?, ?, '{}')", (name, file.content_type, len(data)))
        uri = db.execute("INSERT INTO documenturi (uri, source, doc_hash, version, batch_id) VALUES (?, ?, ?, 1, ?) "
                         "ON CONFLICT (uri, source) DO UPDATE SET doc_hash = excluded.doc_hash, version = version + 1",
                         (source_uri, source, name, batch_id)).lastrowid
        db.execute("INSERT INTO documenturihistory (doc_uri_id, version, hash, action, batch_id) VALUES (?, 1, ?, 'create', ?)",
                   (uri, name, batch_id))
    return {"batch_id": batch_id, "document_uri": source_uri, "document_hash": name, "source": source, "uri_id": uri}


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
