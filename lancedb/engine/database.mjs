// One open database: its tables, its layout, what it was embedded with, and who may write to it.
//
// Reads and writes go through the same table handles, so that a search after a write sees it. Another process's commits (haiku.rag
// writing beside us) are seen after CONSISTENCY_SECONDS.
import fs from "node:fs/promises";
import path from "node:path";
import { lancedb } from "./lance.mjs";
import { isLocal } from "./checks.mjs";
import { Flusher, bootId, flushFolder, repairTable } from "./durable.mjs";
import { fail } from "./errors.mjs";
import { INDICES, SCHEMAS, TABLES, settingsText } from "./schema.mjs";

const CONSISTENCY_SECONDS = 2;
const EPOCH_FILE = "writer.epoch";

// Tables of a folder without asking LanceDB, whose connect() makes missing folders.
async function localTables(folder) {
  const names = await fs.readdir(folder).catch((error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  const tables = names.filter((name) => /^[a-z_]+\.lance$/.test(name)).map((name) => name.slice(0, -".lance".length));
  const real = await Promise.all(tables.map((t) => fs.readdir(path.join(folder, `${t}.lance`, "_versions")).catch(() => [])));
  return tables.filter((_, i) => real[i].length > 0);
}

// "all-MiniLM-L6-v2" and "sentence-transformers/all-MiniLM-L6-v2" are one model.
const lastPart = (name) => String(name).slice(String(name).lastIndexOf("/") + 1);
export const sameModel = (a, b) => lastPart(a) === lastPart(b);

export class Database {
  #connection = null;
  #tables = new Map(); // name -> Table
  #newestEpoch = 0;
  #inode = null; // of the folder chunks.lance
  #flusher = new Flusher();
  #log;
  kind = "empty"; // empty | current | legacy (haiku.rag before 0.38: three tables)
  stored = null; // { version, provider, name, dimension }

  constructor(databasePath, log = () => {}) {
    this.path = databasePath;
    this.#log = log;
  }

  async load() {
    const local = isLocal(this.path);
    if (local) {
      if ((await localTables(this.path)).length === 0) return this;
      await this.#repair();
    }
    await this.#connect();
    const names = await this.#connection.tableNames({ limit: 100 });
    for (const name of names.filter((n) => TABLES.includes(n))) this.#tables.set(name, await this.#connection.openTable(name));
    if (this.#tables.has("settings")) this.stored = await this.#readSettings();
    if (this.#tables.has("chunks")) this.kind = await this.#layout();
    this.#inode = await this.#inodeNow();
    return this;
  }

  // Whether the folder is another one than was opened, or gone.
  async replaced() {
    return this.kind !== "empty" && (await this.#inodeNow()) !== this.#inode;
  }

  async #inodeNow() {
    const folder = this.folderOf("chunks");
    return folder === null ? null : ((await fs.stat(folder).catch(() => null))?.ino ?? null);
  }

  async #connect() {
    this.#connection ??= await lancedb.connect(this.path, { readConsistencyInterval: CONSISTENCY_SECONDS });
  }

  async #layout() {
    if (this.#tables.has("document_meta")) return "current";
    if (!this.#tables.has("documents")) return "empty";
    const schema = await this.#tables.get("documents").schema();
    return schema.fields.some((f) => f.name === "uri") ? "legacy" : "empty";
  }

  async #readSettings() {
    const rows = await this.#tables.get("settings").query().where("id = 'settings'").limit(1).toArray();
    try {
      const { version, embeddings } = JSON.parse(rows[0].settings);
      const { provider, name, vector_dim } = embeddings.model;
      return { version: String(version ?? "0.0.0"), provider, name, dimension: vector_dim };
    } catch {
      return null;
    }
  }

  has(name) {
    return this.#tables.has(name);
  }

  table(name) {
    return this.#tables.get(name) ?? fail("not_found", `${this.path} has no table ${name}`);
  }

  // The table with uri, title and metadata.
  get metaTable() {
    return this.table(this.kind === "legacy" ? "documents" : "document_meta");
  }

  get tableNames() {
    return TABLES.filter((name) => this.#tables.has(name));
  }

  // Where the data files of a table are; null for a database in S3.
  folderOf(table) {
    return isLocal(this.path) ? path.join(this.path, `${table}.lance`) : null;
  }

  // Makes what is missing (a crash may have left the tables half made) and checks that the vectors fit.
  async prepare(embedding) {
    if (this.kind === "legacy") {
      fail("unsupported", `${this.path} has the layout of haiku.rag before 0.38: migrate it with haiku-rag, or use another data_dir`);
    }
    if (this.stored) this.checkEmbedding(embedding);
    if (this.kind !== "current") await this.#create(embedding);
  }

  checkEmbedding({ provider, name, dimension }) {
    const s = this.stored;
    if (s.dimension !== dimension || s.provider !== provider || !sameModel(s.name, name)) {
      fail("conflict", `${this.path} holds vectors of ${s.provider} ${s.name} (${s.dimension} dimensions), not of ${provider} ${name} (${dimension})`);
    }
  }

  async #create(embedding) {
    if (isLocal(this.path)) await fs.mkdir(this.path, { recursive: true });
    await this.#connect();
    for (const name of TABLES) {
      if (!this.#tables.has(name)) await this.#createTable(name, embedding);
      await this.#createIndices(name);
    }
    await this.flush(TABLES);
    if (isLocal(this.path)) await flushFolder(this.path);
    this.stored = await this.#readSettings();
    this.kind = "current";
    this.#inode = await this.#inodeNow();
  }

  async #createTable(name, embedding) {
    const schema = SCHEMAS[name](embedding.dimension);
    const table =
      name === "settings"
        ? await this.#connection.createTable(name, [{ id: "settings", settings: settingsText(embedding) }], { schema })
        : await this.#connection.createEmptyTable(name, schema);
    this.#tables.set(name, table);
  }

  async #createIndices(name) {
    const table = this.table(name);
    const there = new Set((await table.listIndices()).map((index) => index.name));
    for (const [column, config] of INDICES[name]) {
      if (!there.has(`${column}_idx`)) await table.createIndex(column, { config: config() });
    }
  }

  // Only the newest writer may write. The epoch is kept beside the tables, so that it also holds against another process.
  async admit(epoch) {
    const kept = await this.#keptEpoch();
    const newest = Math.max(this.#newestEpoch, kept.epoch);
    if (epoch < newest) fail("stale", `a newer writer (epoch ${newest}) owns ${this.path}; this one has ${epoch}`);
    this.#newestEpoch = epoch;
    if (epoch > kept.epoch || kept.boot !== (await bootId())) await this.#keepEpoch(epoch);
  }

  // "7 <boot id>"
  async #keptEpoch() {
    if (!isLocal(this.path)) return { epoch: this.#newestEpoch, boot: await bootId() };
    const text = await fs.readFile(path.join(this.path, EPOCH_FILE), "utf8").catch(() => "");
    const [epoch, boot] = text.trim().split(" ");
    return { epoch: Number.isSafeInteger(Number(epoch)) ? Number(epoch) : 0, boot };
  }

  async #keepEpoch(epoch) {
    if (!isLocal(this.path)) return;
    await fs.mkdir(this.path, { recursive: true });
    const file = path.join(this.path, EPOCH_FILE);
    await fs.writeFile(`${file}.new`, `${epoch} ${await bootId()}\n`, { flush: true });
    await fs.rename(`${file}.new`, file);
    await flushFolder(this.path);
  }

  // After a reboot: see durable.mjs. Nobody has the tables open yet.
  async #repair() {
    const { epoch, boot } = await this.#keptEpoch();
    if (!boot || boot === (await bootId())) return;
    for (const name of TABLES) {
      const dropped = await repairTable(this.folderOf(name));
      if (dropped > 0) this.#log(`${this.path}: dropped ${dropped} versions of ${name} that a power cut had left unfinished`);
    }
    await this.#keepEpoch(epoch);
  }

  // Makes what was committed to these tables safe against a power cut.
  async flush(names) {
    if (isLocal(this.path)) await this.#flusher.flush(names.filter((name) => this.has(name)).map((name) => this.folderOf(name)));
  }

  close() {
    for (const table of this.#tables.values()) table.close();
    this.#connection?.close();
  }
}

