import type { TransportHandlers } from "./transport.ts";

/** A message as the text that is sent. Codex drops one with half a character in it unread, and its answer would never come. */
export function encode(message: object): string {
  return JSON.stringify(message, (_key, value: unknown) =>
    typeof value === "string" ? value.replaceAll(/\p{Cs}/gu, "\ufffd") : value,
  );
}

/** Hands a message that arrived to whoever reads it; text that is none is told as such. */
export function deliver(text: string, handlers: TransportHandlers): void {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    handlers.onStray("stdout", text);
    return;
  }
  handlers.onMessage(message);
}
