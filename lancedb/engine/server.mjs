// Requests -> answers. { op, … } in, { ok: true, … } or { ok: false, error: { code, message } } out, in any order; the id pairs them.
//
//   hello     { protocol, epoch }                             -> { protocol, lancedb }
//   upsert    { db, epoch?, embedding, document } + block     -> { rows: {table: count}, grouped }
//   remove    { db, epoch?, ids }                             -> { documents }
//   verify    { db, ids }                                     -> { rows: {id: {table: count}} }
//   search    { db, mode, text, limit, filter } + vector      -> { hits }
//   documents { db, limit, offset, filter }                   -> { total, documents }
//   describe  { db }                                          -> see describe.mjs
//   optimize  { db, epoch? }  vacuum { db, epoch?, graceSeconds }  -> { optimized }
import { Database } from "./database.mjs";
import { lancedbVersion } from "./lance.mjs";
import * as checks from "./checks.mjs";
import { describe } from "./describe.mjs";
import { EngineError, fail, translate } from "./errors.mjs";
import { documents, search } from "./search.mjs";
import { countRows } from "./upsert.mjs";
import { Writer } from "./writer.mjs";

export const PROTOCOL = 1;
const OPEN_DATABASES = 64;
const PARALLEL_READS = 8;

export class Server {
  #open = new Map(); // path -> { db: Promise<Database>, writer }, least recently used first
  #epoch = 0;
  #reads = 0;
  #waiting = [];
  #options;

  constructor(options) {
    this.#options = options; // { graceSeconds, log }
  }

  // Never throws.
  async answer({ header, block }) {
    try {
      return { ok: true, ...(await this.#dispatch(header, block)) };
    } catch (error) {
      const { code, message } = translate(error, "internal");
      if (!(error instanceof EngineError)) this.#options.log(`${header?.op} failed: ${error?.stack ?? error}`);
      return { ok: false, error: { code, message } };
    }
  }

  async #dispatch(header, block) {
    switch (header.op) {
      case "hello":
        return this.#hello(header);
      case "search":
        return this.#read(header, (db) => search(db, header, block));
      case "documents":
        return this.#read(header, (db) => documents(db, header));
      case "describe":
        return this.#read(header, describe);
      case "verify":
        return this.#read(header, async (db) => ({ rows: Object.fromEntries(await countRows(db, checks.ids(header.ids))) }));
      case "upsert":
        return this.#upsert(header, block);
      case "remove":
        return this.#write(header, { kind: "remove", ids: checks.ids(header.ids) });
      case "optimize":
        return this.#write(header, { kind: "optimize" });
      case "vacuum":
        return this.#write(header, { kind: "vacuum", graceSeconds: checks.count(header.graceSeconds, "graceSeconds", 1e9) });
      default:
        return fail("unsupported", `no operation ${JSON.stringify(header.op)}`);
    }
  }

  #hello({ protocol, epoch }) {
    if (protocol !== PROTOCOL) fail("unsupported", `the engine speaks protocol ${PROTOCOL}, not ${protocol}`);
    this.#epoch = checks.count(epoch, "epoch");
    return { protocol: PROTOCOL, lancedb: lancedbVersion };
  }

  async #upsert(header, block) {
    const embedding = checks.embedding(header.embedding);
    const document = checks.document(header, block);
    const bytes = block.length + document.content.length + document.chunks.reduce((n, c) => n + 2 * c.content.length, 0);
    return this.#write(header, { kind: "upsert", embedding, document, bytes });
  }

  async #write(header, job) {
    const epoch = checks.count(header.epoch ?? this.#epoch, "epoch");
    const { writer } = await this.#database(header);
    return writer.submit({ ...job, epoch });
  }

  async #read(header, fn) {
    if (this.#reads >= PARALLEL_READS) await new Promise((resolve) => this.#waiting.push(resolve));
    this.#reads += 1;
    try {
      const { db } = await this.#database(header);
      if (db.kind === "empty") fail("not_found", `no database at ${db.path}`);
      return await fn(db);
    } finally {
      this.#reads -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #database(header) {
    const path = checks.databasePath(header.db);
    const entry = this.#open.get(path) ?? this.#load(path);
    this.#open.delete(path); // and to the end: it is the one used last
    this.#open.set(path, entry);
    const loaded = await entry;
    if (loaded.db.kind === "empty") await this.#lookAgain(loaded);
    if (!loaded.writer.idle || !(await loaded.db.replaced())) return loaded;
    this.#open.delete(path); // deleted, or restored from elsewhere, behind our back
    return this.#load(path);
  }

  #load(path) {
    this.#closeOldest();
    const entry = new Database(path, this.#options.log).load().then((db) => ({ db, writer: new Writer(db, this.#options) }));
    this.#open.set(path, entry);
    entry.catch(() => this.#open.delete(path));
    return entry;
  }

  // Somebody else may have made the database since we looked.
  async #lookAgain({ db, writer }) {
    if (writer.idle) await db.load();
  }

  async #closeOldest() {
    for (const [path, entry] of this.#open) {
      if (this.#open.size < OPEN_DATABASES) return;
      const loaded = await entry.catch(() => null);
      if (loaded && !loaded.writer.idle) continue;
      this.#open.delete(path);
      // Handles are not closed by hand: a search may still be using them; the collector does it.
    }
  }
}
