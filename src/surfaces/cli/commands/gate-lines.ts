import { wrapText } from "../../../report/text/wrap.ts";

const columns = 80;

/** What is said of the review gate, under a label like the other parts of `tandem setup`. */
export function gateLines(text: string): readonly string[] {
  return wrapText(text, { columns, indent: " ".repeat(10) }).map((line, index) =>
    index === 0 ? `Gate${line.slice(4)}` : line,
  );
}
