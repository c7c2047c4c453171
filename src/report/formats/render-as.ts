import type { Envelope } from "../../domain/envelope.ts";
import type { OutputFormat } from "./format-names.ts";

export interface FormatStyle {
  readonly columns: number;
  readonly colour: boolean;
  /** JSON formats over several lines. */
  readonly pretty: boolean;
  /** Address of the repository, for SARIF; see `ci-repository.ts`. */
  readonly repositoryUri?: string;
}

/** An envelope in one of the formats. Loads only the one that is needed. */
export async function renderAs(
  format: OutputFormat,
  envelope: Envelope,
  style: FormatStyle,
): Promise<string> {
  switch (format) {
    case "text":
      return (await import("../text/render-envelope.ts")).renderEnvelope(envelope, style);
    case "json":
      return (await import("../json.ts")).renderJson(envelope, style);
    case "markdown":
      return (await import("./markdown/render-markdown.ts")).renderMarkdown(envelope);
    case "sarif":
      return (await import("./sarif/render-sarif.ts")).renderSarif(envelope, style);
    case "github":
      return (await import("./render-github.ts")).renderGithub(envelope);
    case "rdjson":
      return (await import("./render-rdjson.ts")).renderRdjson(envelope, style);
  }
}
