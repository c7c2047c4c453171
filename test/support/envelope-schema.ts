import * as z from "zod";
import type { Envelope } from "../../src/domain/envelope.ts";
import { envelopeShape } from "../../src/report/envelope-schema.ts";

/** Reads the one line of JSON that a command printed. Throws when it is anything but exactly one envelope. */
export function parseEnvelope(printed: string): Envelope {
  if (!printed.endsWith("\n")) throw new Error(`The envelope has no line end: ${printed.slice(-200)}`);
  const value: unknown = JSON.parse(printed);
  const checked = envelopeShape.safeParse(value);
  if (!checked.success) throw new Error(`${z.prettifyError(checked.error)}\nin ${printed.slice(0, 4_000)}`);
  return value as Envelope;
}
