import type { Message } from "sarif";
import { sanitise } from "../../text/sanitise.ts";

/**
 * Text as a SARIF message that says it literally. In messages `[words](target)` is a link and `{0}` a placeholder (SARIF 2.1.0,
 * §3.11.5 and §3.11.6); an invisible space parts them, since few readers know the escapes of the standard. Never empty.
 */
export function plainMessage(text: string): Message & { text: string } {
  const literal = sanitise(text)
    .trim()
    .replace(/\](?=\()|\{(?=\d)/g, "$&\u200B");
  return { text: literal === "" ? "No text." : literal };
}
