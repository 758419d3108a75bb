// The LanceDB package and Arrow. They are installed apart from this program (about 200 MB); LANCEDB_MODULES names the folder
// that holds their node_modules.
import fs from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import path from "node:path";

const beside = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const folder = process.env.LANCEDB_MODULES ?? beside;
const require = createRequire(path.join(folder, "package.json"));

export const lancedb = require("@lancedb/lancedb");
export const arrow = require("apache-arrow");
export const lancedbVersion = JSON.parse(fs.readFileSync(path.join(folder, "node_modules/@lancedb/lancedb/package.json"), "utf8")).version;
