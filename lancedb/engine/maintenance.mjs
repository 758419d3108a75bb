// When a table is worth optimizing. LanceDB's optimize() merges small fragments, brings the indices up to date and drops old
// versions, all at once; merging rewrites every fragment under a million rows, so doing it too often costs the square of the
// table's size, and doing it too seldom makes each commit and each search slower.
import { translate } from "./errors.mjs";

const SMALL_TABLE = 128 * 1024 * 1024; // bytes; rewriting that much is a second's work
const MANY_COMMITS = 100;
const TOO_MANY_COMMITS = 1000;
const FLAT_ROWS = 10_000; // rows a full-text search goes through one by one in about 0.2 s

// What was written to one table since it was last optimized.
export class Backlog {
  commits = 0;
  rows = 0;
  bytes = 0;
  wrote(rows, bytes) {
    this.commits += 1;
    this.rows += rows;
    this.bytes += bytes;
  }
  // What the table itself shows of writes before this process.
  adopt(stats, unindexedRows) {
    const small = stats.fragmentStats.numSmallFragments;
    this.commits = Math.max(this.commits, small > 1 ? small : 0, unindexedRows > 0 ? 1 : 0);
    this.rows = Math.max(this.rows, unindexedRows);
    this.bytes = Math.max(this.bytes, stats.numRows > 0 ? (stats.totalBytes * unindexedRows) / stats.numRows : 0);
  }
  clear() {
    this.commits = this.rows = this.bytes = 0;
  }
}

// While writes keep coming: bounded work per byte written.
export function dueWhileWriting(backlog, stats) {
  if (backlog.commits < MANY_COMMITS) return backlog.rows >= Math.max(FLAT_ROWS, stats.numRows / 4);
  return backlog.bytes >= stats.totalBytes / 8 || backlog.rows >= FLAT_ROWS || backlog.commits >= TOO_MANY_COMMITS;
}

// When nothing is waiting, or at the end of a batch: everything but a big rewrite for a few rows.
export function dueWhenQuiet(backlog, stats) {
  if (backlog.commits === 0) return false;
  return stats.totalBytes <= SMALL_TABLE || backlog.bytes >= stats.totalBytes / 16 || backlog.rows >= FLAT_ROWS / 2 || backlog.commits >= MANY_COMMITS;
}

let running = Promise.resolve(); // one table at a time over all databases: it takes memory

// `graceSeconds`: readers may be working on versions younger than that. `unverified` also removes what crashes left behind.
export function optimizeTable(table, { graceSeconds, unverified }) {
  const run = running.then(async () => {
    try {
      await table.optimize({ cleanupOlderThan: new Date(Date.now() - graceSeconds * 1000), deleteUnverified: unverified });
    } catch (error) {
      throw translate(error, "internal");
    }
  });
  running = run.catch(() => {});
  return run;
}
