"""A very long PDF: every process stays small, and its last page is found. SI_LARGE_PAGES (default 200) says how long."""
import os
import threading
import time

import make_inputs
from support import Server

PAGES = int(os.environ.get("SI_LARGE_PAGES", "200"))


def watch_memory(server, most, stop):
    """The largest resident size of each kind of process, in bytes."""
    while not stop.is_set():
        for pid, command in {server.process.pid: "si-cli", **server.children()}.items():
            kind = "engine" if "main.mjs" in command else "si-parse" if "si-parse" in command else "si-cli"
            try:
                with open(f"/proc/{pid}/status") as status:
                    kilobytes = [int(line.split()[1]) for line in status if line.startswith("VmRSS")]
            except OSError:
                continue
            most[kind] = max(most.get(kind, 0), *(1024 * k for k in kilobytes), 0)
        time.sleep(0.05)


def test_a_long_pdf_stays_small_and_its_last_page_is_found(tmp_path):
    data = make_inputs.large_pdf(PAGES, "The quartz nightingale signed the treaty of Ventspils at midnight.")
    with Server(tmp_path, PARSE_DOCUMENT_TIMEOUT=3600) as server:
        batch = server.batch()
        assert server.upload(batch, "long.pdf", data)[0] == 201
        most, stop = {}, threading.Event()
        watcher = threading.Thread(target=watch_memory, args=(server, most, stop))
        watcher.start()
        server.start_batch(batch)
        run = server.wait_batch(batch, 1800)["long.pdf"]
        stop.set()
        watcher.join()
        assert run["workflow_run"]["status"] == "COMPLETED", run["workflow_run"]
        for step in run["steps"]:
            print(f"{step['step_type']:<9} {step['duration']:.2f} s")
        parse = next(step for step in run["steps"] if step["step_type"] == "parse")
        print(f"{PAGES} pages: {1000 * parse['duration'] / PAGES:.1f} ms a page; most memory: "
              + ", ".join(f"{kind} {size / 2**20:.0f} MiB" for kind, size in most.items()))
        assert all(size < 600 << 20 for size in most.values()), most
        # Every chunk holds the same few words in another order, so only full text can put the sentence first.
        assert "nightingale" in server.search("quartz nightingale treaty", mode="fts")[0]["content"]
        hits = [hit for hit in server.search("quartz nightingale treaty") if "nightingale" in hit["content"]]
        assert hits and PAGES in hits[0]["page_numbers"], hits
