// The queue of one database's writes: one at a time, and what has queued up meanwhile goes together.
//
// Upserts of different documents that wait become one commit per table. Maintenance runs in the same queue, since it must not
// meet a merge; searches do not come here and do not wait.
import { setTimeout as sleep } from "node:timers/promises";
import { fail, translate } from "./errors.mjs";
import { Backlog, dueWhenQuiet, dueWhileWriting, optimizeTable } from "./maintenance.mjs";
import { removeDocuments, writeDocuments } from "./upsert.mjs";

const GROUP_DOCUMENTS = 64;
const GROUP_BYTES = 64 * 1024 * 1024;
const GATHER_DOCUMENTS = 16; // that many are worth a commit at once
const GATHER_MS = 150;
const GATHER_POLL_MS = 10;
const QUIET_MS = 3000;
const KEEP_ALL = 100 * 365 * 86_400; // seconds
const CHECK_EVERY = 20; // commits between looks at the tables' statistics
const DATA_TABLES = ["documents", "document_meta", "document_items", "chunks"];

export class Writer {
  #db;
  #options; // { graceSeconds, log }
  #queue = [];
  #busy = false;
  #quiet = null;
  #sinceCheck = 0;
  #lastGroup = 0; // how many documents went together, and when
  #lastCommit = -Infinity;
  #seeded = false;
  #backlogs = Object.fromEntries(DATA_TABLES.map((name) => [name, new Backlog()]));

  constructor(db, options) {
    this.#db = db;
    this.#options = options;
  }

  get idle() {
    return !this.#busy && this.#queue.length === 0;
  }

  // job: { kind: "upsert", epoch, embedding, document, bytes } | { kind: "remove", epoch, ids } |
  //      { kind: "optimize", epoch } | { kind: "vacuum", epoch, graceSeconds }
  submit(job) {
    clearTimeout(this.#quiet);
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...job, resolve, reject });
      if (!this.#busy) this.#drain();
    });
  }

  async #drain() {
    this.#busy = true;
    while (this.#queue.length > 0) {
      await this.#gather();
      const group = this.#takeGroup();
      this.#lastGroup = group.length;
      await this.#run(group);
      this.#lastCommit = performance.now();
      await this.#maintainWhileWriting();
    }
    this.#busy = false;
    this.#quiet = setTimeout(() => this.#becomeQuiet(), QUIET_MS).unref();
  }

  // A commit costs about the same however many documents go with it, so in a stream of them it waits a moment for company. A lone
  // document, or one that came while another was written, does not: only a turn of the event loop, so that requests that have
  // arrived in the same moment join the group.
  async #gather() {
    await new Promise(setImmediate);
    const patient = this.#lastGroup > 1 && this.#lastCommit + GATHER_MS > performance.now();
    const until = performance.now() + (patient ? GATHER_MS : 0);
    const isStream = () => this.#queue.length < GATHER_DOCUMENTS && this.#queue.every((job) => job.kind === "upsert");
    while (isStream() && performance.now() < until) await sleep(GATHER_POLL_MS);
  }

  // The first job, and as many upserts behind it as can go with it.
  #takeGroup() {
    const group = [this.#queue.shift()];
    const [first] = group;
    if (first.kind !== "upsert") return group;
    const ids = new Set([first.document.id]);
    let bytes = first.bytes;
    while (this.#queue.length > 0 && group.length < GROUP_DOCUMENTS) {
      const next = this.#queue[0];
      const fits = next.kind === "upsert" && next.epoch === first.epoch && bytes + next.bytes <= GROUP_BYTES;
      if (!fits || ids.has(next.document.id) || !sameEmbedding(next.embedding, first.embedding)) break;
      bytes += next.bytes;
      ids.add(next.document.id);
      group.push(this.#queue.shift());
    }
    return group;
  }

  async #run(group) {
    try {
      const answers = await this.#carryOut(group);
      group.forEach((job, i) => job.resolve(answers[i]));
    } catch (error) {
      const known = translate(error, "internal");
      if (group.length === 1 || known.code === "stale") {
        group.forEach((job) => job.reject(known));
      } else {
        for (const job of group) await this.#run([job]); // one bad document must not fail its neighbours
      }
    }
  }

  async #carryOut(group) {
    const [first] = group;
    if (this.#db.kind === "empty" && first.kind !== "upsert") {
      return first.kind === "remove" ? [{ documents: 0 }] : fail("not_found", `no database at ${this.#db.path}`);
    }
    await this.#db.admit(first.epoch);
    if (first.kind === "upsert") return this.#upsert(group);
    if (first.kind === "remove") return [await this.#remove(first)];
    if (this.#db.kind === "legacy") fail("unsupported", `${this.#db.path}: indices written here cannot be read by the haiku.rag it is for`);
    if (first.kind === "vacuum") return [await this.#optimizeWhere(() => true, first.graceSeconds, true)];
    return [await this.#optimizeWhere(dueWhenQuiet, this.#options.graceSeconds, false)];
  }

  async #upsert(group) {
    await this.#db.prepare(group[0].embedding);
    const documents = group.map((job) => job.document);
    const counts = await writeDocuments(this.#db, documents, group[0].embedding.dimension);
    await this.#db.flush(DATA_TABLES);
    const bytes = group.reduce((sum, job) => sum + job.bytes, 0);
    const vectors = documents.reduce((sum, d) => sum + d.vectors.byteLength, 0);
    const rows = (part) => documents.reduce((sum, d) => sum + d[part].length, 0);
    this.#backlogs.documents.wrote(group.length, bytes - vectors);
    this.#backlogs.document_meta.wrote(group.length, group.length * 1024);
    this.#backlogs.document_items.wrote(rows("items"), bytes - vectors);
    this.#backlogs.chunks.wrote(rows("chunks"), vectors + rows("chunks") * 1024);
    this.#sinceCheck += 1;
    return documents.map((d) => ({ rows: counts.get(d.id), grouped: group.length }));
  }

  async #remove(job) {
    if (job.ids.length === 0) return { documents: 0 };
    const documents = await removeDocuments(this.#db, job.ids);
    await this.#db.flush(DATA_TABLES);
    if (documents > 0) DATA_TABLES.forEach((name) => this.#backlogs[name].wrote(0, 0));
    return { documents };
  }

  // What an earlier process left undone counts too.
  async #seed() {
    this.#seeded = true;
    for (const name of DATA_TABLES.filter((n) => this.#db.has(n))) {
      this.#backlogs[name].adopt(await this.#db.table(name).stats(), await unindexedRows(this.#db, name));
    }
  }

  async #optimizeWhere(due, graceSeconds, unverified) {
    if (!this.#seeded) await this.#seed();
    const optimized = [];
    for (const name of DATA_TABLES.filter((n) => this.#db.has(n))) {
      const table = this.#db.table(name);
      if (!due(this.#backlogs[name], await table.stats())) continue;
      // What is merged must be safe before what it was merged from goes.
      if (unverified) await optimizeTable(table, { graceSeconds: KEEP_ALL, unverified: false });
      if (unverified) await this.#db.flush([name]);
      await optimizeTable(table, { graceSeconds, unverified });
      await this.#db.flush([name]);
      this.#backlogs[name].clear();
      optimized.push(name);
    }
    return { optimized };
  }

  async #maintainWhileWriting() {
    if (this.#sinceCheck < CHECK_EVERY) return;
    this.#sinceCheck = 0;
    await this.#maintain(dueWhileWriting);
  }

  async #becomeQuiet() {
    if (this.#busy) return;
    this.#busy = true;
    await this.#maintain(dueWhenQuiet);
    this.#busy = false;
    if (this.#queue.length > 0) this.#drain();
  }

  // Nobody waits for this one: a failure is told, and tried again when the next one is due.
  async #maintain(due) {
    if (this.#db.kind !== "current") return;
    try {
      await this.#optimizeWhere(due, this.#options.graceSeconds, false);
    } catch (error) {
      this.#options.log(`maintenance of ${this.#db.path} failed: ${error.message}`);
    }
  }
}

async function unindexedRows(db, name) {
  if (name !== "chunks") return 0;
  const stats = await db.table(name).indexStats("content_fts_idx").catch(() => undefined);
  return stats?.numUnindexedRows ?? 0;
}

const sameEmbedding = (a, b) => a.dimension === b.dimension && a.provider === b.provider && a.name === b.name;
