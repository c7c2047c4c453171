import { errorCatalogue } from "../domain/errors/tandem-error.ts";

/** What each exit code says, in the order of the page. */
const exitCodes: readonly (readonly [number, string])[] = [
  [1, "Done, but findings reached `--fail-on` or a required check failed"],
  [2, "A precondition failed; nothing was started and nothing was spent"],
  [3, "Codex cannot be used here"],
  [4, "The run was started and failed"],
  [5, "A limit of time ended the run"],
  [130, "The run was cancelled"],
];

const introduction = `# Errors

<!-- Generated from src/domain/errors/ by scripts/docs.mjs. Do not edit. -->

Every error has a \`kind\`, a message, whether the same call may succeed later (\`retryable\`), and a repair. They are in \`error\` of
the envelope (\`--json\`, MCP) and end a command with the exit code of their section. Exit code 0 means done, 6 that the waiting
budget is over and the job goes on; neither is an error. In a repair, \`{name}\` stands for a detail of the error at hand.`;

/** The page `docs/errors.md`: every kind of error, by its exit code. */
export function renderErrorsPage(): string {
  const sections = exitCodes.map(([exitCode, meaning]) => {
    const rows = Object.entries(errorCatalogue)
      .filter(([, entry]) => entry.exitCode === exitCode)
      .map(([kind, entry]) => renderRow(kind, entry));
    const head = ["| kind | when | retryable | repair |", "| --- | --- | --- | --- |"];
    return [`## Exit code ${exitCode}: ${meaning}`, "", ...head, ...rows].join("\n");
  });
  return `${[introduction, ...sections].join("\n\n")}\n`;
}

/** An entry of any kind: its repair takes details of a type that is not known here. */
interface AnyEntry {
  readonly when: string;
  readonly retryable: boolean;
  repair(details: object): RepairText;
}

function renderRow(kind: string, entry: AnyEntry): string {
  const { say, command } = repairOf(entry);
  const repair = command === undefined ? say : `${say} \`${command}\``;
  return `| \`${kind}\` | ${cell(entry.when)} | ${entry.retryable ? "yes" : "no"} | ${cell(repair)} |`;
}

interface RepairText {
  readonly say: string;
  readonly command?: string;
}

/**
 * The repair of a kind as text. Optional details are left out first; where the text needs details, each is shown by its
 * name, but for a hint, which stands in place of the usual repair. An array of one serves as text and as list alike.
 */
function repairOf(entry: AnyEntry): RepairText {
  const named = new Proxy({}, { get: (_, name) => (name === "hint" ? undefined : [`{${String(name)}}`]) });
  try {
    const plain = entry.repair({});
    if (!JSON.stringify(plain).includes("undefined")) return plain;
  } catch {
    // The text needs a detail: it is made with names below.
  }
  return entry.repair(named);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
