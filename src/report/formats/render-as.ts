import type { Envelope } from "../../domain/envelope.ts";
import type { OutputFormat } from "./format-names.ts";

export interface FormatStyle {
  readonly columns: number;
  readonly colour: boolean;
  /** JSON formats over several lines. */
  readonly pretty: boolean;
}

/** An envelope in one of the formats. Loads only the one that is needed. */
export async function renderAs(
  format: OutputFormat,
  envelope: Envelope,
  style: FormatStyle,
): Promise<string> {
  switch (format) {
    case "json":
      return (await import("../json.ts")).renderJson(envelope, style);
    default:
      return (await import("../text/render-envelope.ts")).renderEnvelope(envelope, style);
  }
}
