// Errors that cross the socket: a code of the closed list the server knows, and a message for people.
export class EngineError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export const fail = (code, message) => {
  throw new EngineError(code, message);
};

// LanceDB's messages end with where in its sources they were made, and repeat themselves over many lines.
export function clean(message) {
  const first = String(message).split("\n")[0].replace(/,?\s*\/[^\s]*\.rs:\d+(:\d+)?/g, "");
  return first.length > 400 ? `${first.slice(0, 400)}…` : first;
}

// What a failed call of the addon means to the caller. `fallback` is the code when nothing better is known.
export function translate(error, fallback) {
  if (error instanceof EngineError) return error;
  const message = clean(error?.message ?? error);
  if (/conflict/i.test(message)) return new EngineError("unavailable", message);
  if (/No space left|os error 28/i.test(message)) return new EngineError("exhausted", message);
  if (/Permission denied|os error 13/i.test(message)) return new EngineError("permission_denied", message);
  return new EngineError(fallback, message);
}
