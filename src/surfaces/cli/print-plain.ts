import type { Envelope } from "../../domain/envelope.ts";
import { renderJson } from "../../report/json.ts";
import { renderEnvelope } from "../../report/text/render-envelope.ts";
import { mayUseColour } from "../../report/text/style.ts";
import type { ReadingWorld, TextSink } from "./world.ts";

/** The formats that every command has. */
export type PlainFormat = "text" | "json";

/** Writes an envelope to stdout as text or JSON. */
export async function printPlain(
  envelope: Envelope,
  format: PlainFormat,
  { stdout, environment }: Pick<ReadingWorld, "stdout" | "environment">,
): Promise<void> {
  const isTerminal = stdout.isTTY === true;
  if (format === "json") {
    await write(stdout, renderJson(envelope, { pretty: isTerminal }));
    return;
  }
  await write(stdout, renderEnvelope(envelope, styleOf({ stdout, environment })));
}

/** What a text may look like where it goes. */
export function styleOf({ stdout, environment }: Pick<ReadingWorld, "stdout" | "environment">): {
  readonly columns: number;
  readonly colour: boolean;
} {
  const isTerminal = stdout.isTTY === true;
  return {
    columns: isTerminal ? (stdout.columns ?? 80) : 80,
    colour: mayUseColour({ environment, isTerminal }),
  };
}

/** Resolves when the text is handed over; a reader that went away (a closed pipe) is not our fault. */
export async function write(sink: TextSink, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    sink.once("error", () => resolve());
    sink.write(text, () => resolve());
  });
}
