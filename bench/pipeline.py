#!/usr/bin/env python3
"""The whole pipeline against embedding alone, in one run.

usage: pipeline.py [--documents 500] [--small 2000] [--keep FOLDER]

1. Makes documents of about ten chunks, uploads them, starts them, and takes the time until the run group is COMPLETED (indexed).
2. Embeds the same chunks alone (embed_bench: the local embedder, and the bare runtime on the same batches).
3. Makes one-chunk documents and takes the processor time per document beside embedding.

Prints documents per second, the share of each step in the steps' time, and the ratios. Wants `make build` and the target embed_bench.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import make_inputs  # noqa: E402
from support import Server, wait_for  # noqa: E402

DEPS = Path(os.environ.get("SI_DEPS_DIR", ROOT / ".deps"))
EMBED_BENCH = ROOT / "build" / "release" / "bin" / "embed_bench"
TICK = os.sysconf("SC_CLK_TCK")


def document(seed, sections):
    """`sections` sections of about 190 tokens under headings of their own: a chunk each."""
    rng = random.Random(seed)
    body = "".join(f"<h2>{make_inputs.sentence(rng, 4)}</h2><p>{' '.join(make_inputs.sentence(rng) for _ in range(11))}</p>" for _ in range(sections))
    return f"<html><body><h1>{make_inputs.sentence(rng, 5)} {seed}</h1>{body}</body></html>".encode()


def cpu_seconds(server):
    """Processor seconds so far: {program: seconds}."""
    totals = {}
    for pid in [server.process.pid, *server.children()]:
        try:
            text = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            continue
        name = {"si-cli": "si-cli", "si-parse": "si-parse"}.get(text[text.index("(") + 1:text.rindex(")")], "LanceDB engine")
        fields = text.rsplit(")", 1)[1].split()
        ticks = sum(int(fields[i]) for i in (11, 12, 13, 14))  # with waited-for children: parsers are forked per document
        totals[name] = totals.get(name, 0) + ticks / TICK
    return totals


def run_batch(server, name, documents):
    batch = server.batch(source=name, name=name)
    for number, data in enumerate(documents):
        status, _ = server.upload(batch, f"{name}/{number}.html", data, source=name)
        assert status == 201
    before, began = cpu_seconds(server), time.monotonic()
    group = server.start_batch(batch)["run_group"]
    wait_for("the group to end", lambda: server.get(f"/workflow/run-groups/{group}")["status"] in ("COMPLETED", "FAILED"), 3600, 0.1)
    seconds, parts = time.monotonic() - began, cpu_seconds(server)
    parts = {name: total - before.get(name, 0) for name, total in parts.items()}
    stats = server.get(f"/workflow/run-groups/{group}/stats")
    assert stats["COMPLETED"] == len(documents), stats
    return {"group": group, "seconds": seconds, "cpu": sum(parts.values()), "parts": parts}


def chunk_texts(server):
    """What was embedded: headings and content of every chunk."""
    texts = []
    for path in (server.folder / "file_store" / "chunks").rglob("sha256-*"):
        for chunk in json.loads(path.read_text()):
            texts.append("\n".join([*(chunk["metadata"]["headings"] or []), chunk["content"]]))
    return texts


def embed_alone(texts, folder):
    path = folder / "texts"
    path.write_bytes(b"".join(t.encode() + b"\0" for t in texts))
    out = subprocess.run([EMBED_BENCH, DEPS / "model" / "model", path, "1"], check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--small", type=int, default=2000)
    parser.add_argument("--keep", help="folder to keep the data in")
    args = parser.parse_args()
    folder = Path(args.keep or tempfile.mkdtemp(prefix="si-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    with Server(folder, LOG_LEVEL="warning") as server:
        big = run_batch(server, "big", [document(f"big{n}", 10) for n in range(args.documents)])
        durations = server.get("/stats/durations", run_group_id=big["group"])
        texts = chunk_texts(server)
    alone = embed_alone(texts, folder)
    rate = args.documents / big["seconds"]
    chunk_rate = len(texts) / big["seconds"]
    print(f"{args.documents} documents, {len(texts)} chunks: {rate:.1f} documents/s, {chunk_rate:.0f} chunks/s, processor {big['cpu']:.1f} s of {big['seconds']:.1f} s")
    total = sum(d["total_duration"] for d in durations)
    for d in durations:
        print(f"  {d['step_type']:<9} {100 * d['total_duration'] / total:5.1f} % of the steps' time, {1000 * d['average']:.1f} ms a document")
    print(f"embedding the same chunks alone: {alone['embedder_texts_per_s']:.0f} chunks/s; bare runtime on the same batches: {alone['runtime_texts_per_s']:.0f} chunks/s")
    print(f"RATIO pipeline / embedding alone      {chunk_rate / alone['embedder_texts_per_s']:.2f}   (want >= 0.70)")
    print(f"RATIO embedder / bare runtime         {alone['ratio']:.2f}   (want >= 0.90)")

    small_folder = folder / "small"
    small_folder.mkdir()
    with Server(small_folder, LOG_LEVEL="warning") as server:
        small = run_batch(server, "small", [document(f"small{n}", 1) for n in range(args.small)])
        small_texts = chunk_texts(server)
    alone = embed_alone(small_texts, folder)
    embedding_cpu = len(small_texts) / alone["runtime_texts_per_s"] * alone["threads"]
    beside = (small["cpu"] - embedding_cpu) / args.small
    print(f"{args.small} one-chunk documents: {args.small / small['seconds']:.1f} documents/s, processor {1000 * small['cpu'] / args.small:.1f} ms a document, "
          f"of which embedding {1000 * embedding_cpu / args.small:.1f} ms")
    print(f"COST beside embedding                 {1000 * beside:.1f} ms a document   (aim <= 5)")
    for name, cpu in small["parts"].items():
        own = cpu - (embedding_cpu if name == "si-cli" else 0)
        print(f"  {name:<15} {1000 * own / args.small:.1f} ms a document" + (" without embedding" if name == "si-cli" else ""))
    if not args.keep:
        shutil.rmtree(folder, ignore_errors=True)


main()
