import type { Document } from "yaml";
import { LineCounter, parseDocument } from "yaml";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import { contractProblem, type Place } from "./contract-problem.ts";

/** A YAML text as its nodes, and where in it they stand. */
export interface YamlText {
  readonly document: Document.Parsed;
  readonly placeAt: (offset: number) => Place;
}

/** Reads one YAML document, of which JSON is a part. Throws `usage` with line and column. */
export function readYamlText(text: string, file: string): YamlText {
  const lines = new LineCounter();
  // What the library warns of it would print itself.
  const document = parseDocument(text, {
    lineCounter: lines,
    version: "1.2",
    uniqueKeys: true,
    logLevel: "error",
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) throw contractProblem(file, firstLine(broken.message), placeAt(broken.pos[0]));
  return { document, placeAt };
}

/** What the nodes say. Aliases are refused: they could make a small file a huge one. */
export function plainOf({ document }: Pick<YamlText, "document">, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw contractProblem(file, firstLine(messageOf(error)));
  }
}

/** Both in one. */
export function readYaml(text: string, file: string): unknown {
  return plainOf(readYamlText(text, file), file);
}

/** The first line of a parser's message without its own words about the place. */
export function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").replace(/ at line \d+, column \d+:?$/, "").replace(/[.:]$/, "");
}
