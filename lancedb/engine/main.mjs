// The LanceDB engine: serves one parent over an inherited socket, and ends the moment that socket does.
//
//   node main.mjs --fd 3 [--grace-seconds 600]
import net from "node:net";
import { parseArgs } from "node:util";
import { FrameReader, encodeFrame } from "./frames.mjs";
import { Server } from "./server.mjs";

const { values } = parseArgs({ options: { fd: { type: "string" }, "grace-seconds": { type: "string", default: "600" } } });
const log = (message) => process.stderr.write(`${message}\n`);
const server = new Server({ graceSeconds: Number(values["grace-seconds"]), log });
const socket = new net.Socket({ fd: Number(values.fd), readable: true, writable: true });
const reader = new FrameReader();

// Commits that are under way do not hold us: what the parent has not been told is redone by the next engine.
const end = () => process.exit(0);
socket.on("end", end);
socket.on("close", end);
socket.on("error", end);
process.on("uncaughtException", (error) => {
  log(`engine: ${error.stack}`);
  process.exit(1);
});

socket.on("data", (chunk) => {
  for (const frame of reader.push(chunk)) {
    server.answer(frame).then((header) => socket.write(encodeFrame(frame.id, header)));
  }
});
