// Framed messages, the same in both directions.
//
//   frame  := total id header_length header padding block
//   total          u32, bytes after this field; little-endian
//   id             u32; an answer carries the id of its request
//   header_length  u32
//   header         JSON text
//   padding        zeros up to a multiple of 8 from the start of the frame
//   block          raw bytes: vectors first, then blobs; 8-aligned, so that a Float32Array can look straight into it
const FIXED = 12;
const MAX_HEADER = 256 * 1024 * 1024;
const pad8 = (n) => (n + 7) & ~7;

// Collects chunks of the stream and hands out whole frames { id, header, block }. A frame that breaks the rules throws: the
// stream is lost then.
export class FrameReader {
  #small = Buffer.alloc(0); // bytes of the next frame's fixed part
  #frame = null; // the frame being filled
  #filled = 0;

  *push(chunk) {
    while (chunk.length > 0) {
      if (!this.#frame) {
        const bytes = this.#small.length > 0 ? Buffer.concat([this.#small, chunk]) : chunk;
        if (bytes.length < FIXED) {
          this.#small = Buffer.from(bytes);
          return;
        }
        this.#begin(bytes);
        this.#small = Buffer.alloc(0);
        chunk = bytes;
      }
      const taken = chunk.copy(this.#frame, this.#filled, 0, this.#frame.length - this.#filled);
      this.#filled += taken;
      chunk = chunk.subarray(taken);
      if (this.#filled === this.#frame.length) {
        const done = this.#frame;
        this.#frame = null;
        yield parse(done);
      }
    }
  }

  #begin(bytes) {
    const total = bytes.readUInt32LE(0);
    const header = bytes.readUInt32LE(8);
    if (header > MAX_HEADER || total < pad8(FIXED + header) - 4) throw new Error(`not a frame: total ${total}, header ${header}`);
    this.#frame = Buffer.allocUnsafeSlow(4 + total);
    this.#filled = 0;
  }
}

function parse(frame) {
  const length = frame.readUInt32LE(8);
  const header = JSON.parse(frame.toString("utf8", FIXED, FIXED + length));
  return { id: frame.readUInt32LE(4), header, block: frame.subarray(pad8(FIXED + length)) };
}

export function encodeFrame(id, header) {
  const text = Buffer.from(JSON.stringify(header));
  const frame = Buffer.alloc(pad8(FIXED + text.length));
  frame.writeUInt32LE(frame.length - 4, 0);
  frame.writeUInt32LE(id, 4);
  frame.writeUInt32LE(text.length, 8);
  text.copy(frame, FIXED);
  return frame;
}
