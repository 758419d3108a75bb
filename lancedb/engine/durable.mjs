// LanceDB does not fsync. What we have told the parent is stored must outlive a power cut, so the files of a commit are flushed
// before the answer goes out; and what a cut leaves half written must not keep the database from opening, so after a reboot
// (another boot id than that of the last writer) the newest versions of a table are dropped as far as they are damaged. They
// were never acknowledged.
//
//   table.lance/  data/*.lance  _versions/*.manifest (newest first by name)  _deletions/*  _indices/<uuid>/*
import fs from "node:fs/promises";
import path from "node:path";

const PARALLEL = 16;
const MAGIC = "LANC"; // the last bytes of data files, of manifests and of indices in Lance's format

const list = (folder) => fs.readdir(folder, { withFileTypes: true }).catch(() => []);

async function each(items, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, queue.length) }, worker));
}

async function flush(file) {
  const handle = await fs.open(file, "r").catch((error) => {
    if (error.code === "ENOENT") return null; // cleaned up meanwhile
    throw error;
  });
  if (handle === null) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

// A table's folders that hold what versions refer to.
async function foldersOf(table) {
  const indices = path.join(table, "_indices");
  const uuids = (await list(indices)).filter((e) => e.isDirectory()).map((e) => path.join(indices, e.name));
  return [path.join(table, "data"), path.join(table, "_deletions"), ...uuids, ...(uuids.length > 0 ? [indices] : [])];
}

// Remembers what was flushed, so that each file is flushed once.
export class Flusher {
  #flushed = new Map(); // folder -> names

  // All files of these tables that are new; then their folders; the versions last, since they point at the rest.
  async flush(tables) {
    const folders = (await Promise.all(tables.map(foldersOf))).flat();
    await this.#flushFolders(folders);
    await this.#flushFolders(tables.map((table) => path.join(table, "_versions")));
  }

  async #flushFolders(folders) {
    const work = await Promise.all(folders.map((folder) => this.#news(folder)));
    await each(work.flat(), flush);
    await each(folders.filter((_, i) => work[i].length > 0), flush);
  }

  async #news(folder) {
    const names = (await list(folder)).filter((e) => e.isFile()).map((e) => e.name);
    const known = this.#flushed.get(folder);
    this.#flushed.set(folder, new Set(names));
    return names.filter((name) => !known?.has(name)).map((name) => path.join(folder, name));
  }
}

// A new folder, and the entry of it in its parent.
export const flushFolder = (folder) => each([folder, path.dirname(folder)], flush);

async function damaged(file) {
  const handle = await fs.open(file, "r");
  try {
    const { size } = await handle.stat();
    if (size === 0) return true;
    if (!/\.(lance|manifest)$/.test(file)) return false;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, Math.max(0, size - MAGIC.length));
    return buffer.toString("latin1", 0, bytesRead) !== MAGIC;
  } finally {
    await handle.close();
  }
}

// How a version names a file of its table in its manifest: data files by name, indices by the bytes of their uuid. Deletion files
// only by number: null.
function nameInManifest(file) {
  const folder = path.dirname(file);
  if (path.basename(folder) === "data") return Buffer.from(path.basename(file));
  if (path.basename(folder) === "_deletions") return null;
  return Buffer.from(path.basename(folder).replaceAll("-", ""), "hex");
}

// The damaged files of a table, as far as versions refer to them: { names, since }: those by name, and when the oldest one without
// a name was written.
async function damageOf(table) {
  const damage = { names: [], since: Infinity };
  for (const folder of await foldersOf(table)) {
    const files = (await list(folder)).filter((e) => e.isFile()).map((e) => path.join(folder, e.name));
    await each(files, async (file) => {
      if (!(await damaged(file))) return;
      const name = nameInManifest(file);
      if (name !== null) damage.names.push(name);
      else damage.since = Math.min(damage.since, (await fs.stat(file)).mtimeMs);
    });
  }
  return damage;
}

async function usable(manifest, damage) {
  if (await damaged(manifest)) return false;
  if ((await fs.stat(manifest)).mtimeMs >= damage.since) return false;
  const bytes = damage.names.length > 0 ? await fs.readFile(manifest) : null;
  return !damage.names.some((name) => bytes.includes(name));
}

// Drops the newest versions of a table until one is left that is whole. Returns how many went.
export async function repairTable(table) {
  const versions = path.join(table, "_versions");
  const manifests = (await list(versions)).map((e) => e.name).filter((name) => name.endsWith(".manifest")).sort();
  const damage = await damageOf(table);
  let dropped = 0;
  for (const name of manifests.slice(0, -1)) {
    const file = path.join(versions, name);
    if (await usable(file, damage)) break;
    await fs.rm(file);
    dropped += 1;
  }
  if (dropped > 0) await flush(versions);
  return dropped;
}

export const bootId = async () => (await fs.readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "unknown")).trim();
