// What a database holds: counts, sizes, versions, indices.
import fs from "node:fs/promises";
import path from "node:path";
import { lancedbVersion } from "./lance.mjs";
import { STORED_VERSION } from "./schema.mjs";

// listVersions() reads every manifest, which takes seconds on a neglected table; on disk counting the files is enough.
async function versionCount(db, name) {
  const folder = db.folderOf(name);
  if (folder === null) return (await db.table(name).listVersions()).length;
  const files = await fs.readdir(path.join(folder, "_versions")).catch(() => []);
  return files.filter((file) => file.endsWith(".manifest")).length;
}

async function tableFacts(db, name) {
  if (!db.has(name)) return null;
  const [stats, versions] = await Promise.all([db.table(name).stats(), versionCount(db, name)]);
  return { count: stats.numRows, size_bytes: stats.totalBytes, versions, fragments: stats.fragmentStats.numFragments };
}

async function indexFacts(db, name) {
  const stats = await db.table("chunks").indexStats(name).catch(() => undefined);
  if (!stats) return { exists: false, indexed_rows: 0, unindexed_rows: await db.table("chunks").countRows() };
  return { exists: true, indexed_rows: stats.numIndexedRows, unindexed_rows: stats.numUnindexedRows };
}

export async function describe(db) {
  const names = ["documents", "document_meta", "document_items", "chunks"];
  const facts = await Promise.all(names.map((name) => tableFacts(db, name)));
  const [vector_index, text_index] = await Promise.all([indexFacts(db, "vector_idx"), indexFacts(db, "content_fts_idx")]);
  return {
    path: db.path,
    layout: db.kind,
    versions: { lancedb: lancedbVersion, haiku_rag: STORED_VERSION, stored_version: db.stored?.version ?? null },
    embeddings: { provider: db.stored?.provider ?? null, model: db.stored?.name ?? null, vector_dim: db.stored?.dimension ?? null },
    ...Object.fromEntries(names.map((name, i) => [name, facts[i]])),
    vector_index,
    text_index,
    tables: db.tableNames,
  };
}
