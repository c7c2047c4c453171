import type { Envelope } from "../domain/envelope.ts";
import { knownWord } from "../domain/known-words.ts";

/**
 * An envelope as JSON, ending in a newline: indented for a terminal, one line for programs. Keys come in the order of the
 * documentation, unknown ones after them. Characters that a terminal obeys or hides are written as `\u` escapes, which
 * every JSON reader turns back into the same text.
 */
export function renderJson(envelope: Envelope, options: JsonLayout): string {
  return printJson(inOrder(envelope, "envelope"), options);
}

export interface JsonLayout {
  /** Indented, over several lines. */
  readonly pretty: boolean;
}

/** Any value as JSON, ending in a newline, with nothing in it that a terminal obeys or hides. */
export function printJson(value: unknown, { pretty }: JsonLayout): string {
  const text = JSON.stringify(value, undefined, pretty ? 2 : undefined);
  return `${text.replace(hiddenInJson(), escapeForJson)}\n`;
}

/** Made where it is needed: Node looks its characters up at once. JSON.stringify has escaped C0 and lone surrogates already; the newlines left are its own. */
const hiddenInJson = () => /[\u007F-\u009F\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/gu;

function escapeForJson(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

const jobKeys = `id title kind status phase queuePlace workspace createdAt startedAt endedAt lastEventAt isQuiet currentCommand tokens verdict
   error errorKind pending askedBy host thread rehearsal expiresAt pollAfterMs`;

/** Keys of the objects under a name, in the order in which the documentation has them. */
const keyOrder: Readonly<Record<string, string>> = {
  envelope: `schema ok kind job jobs unlisted results target verdict confidence summary answer findings questions nextSteps raw patch
     artifacts evidence coverage pending threads operators readiness dryRun run error`,
  job: jobKeys,
  jobs: jobKeys,
  unlisted: "hasOlder activeElsewhere",
  target: "scope label base head paths",
  findings: `id severity category title file lineStart lineEnd quote body failurePath risk recommendation confidence anchor
     proof`,
  artifacts: "path bytes sha256 mediaType",
  evidence: "check status detail",
  coverage: "status basis examined omitted",
  pending: "id kind text choices questions expiresAt",
  questions: "id text choices",
  threads: "id name preview cwd updatedAt jobs",
  operators: "name origin goal tier mayRun problem file digest inputs",
  brokers: "pid version startedAt state",
  readiness: "codex login defaults limits brokers stateRoot surface problems",
  run: `engine route tandem codex model provider effort tier sandbox network isolation instructionSources thread turn usage
     durationMs rehearsal idempotencyKey warnings`,
  error: "kind message retryable retryAfterMs repair details",
};

function inOrder(value: unknown, name: string): unknown {
  if (Array.isArray(value))
    return value.map((entry) => inOrder(entry, name === "results" ? "envelope" : name));
  if (typeof value !== "object" || value === null) return value;
  const entries = new Map(Object.entries(value));
  const known = (knownWord(keyOrder, name) ?? "").split(/\s+/).filter((key) => entries.has(key));
  const others = [...entries.keys()].filter((key) => !known.includes(key));
  return Object.fromEntries([...known, ...others].map((key) => [key, inOrder(entries.get(key), key)]));
}
