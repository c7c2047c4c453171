import { markPattern, type Span } from "../span.ts";
import type { SecretRule } from "./rule.ts";
import { entropyOf, isIdentifierLike, isPlaceholder, isWordChain } from "./value-shape.ts";

/**
 * Values given to something named like a secret: `api_key = "…"`, `"password": "…"`, `TOKEN=…`, `--token …`,
 * `<secret>…</secret>`. Names alone would hit half of all source code, so the value must look like one too.
 */
export const assignmentRule: SecretRule = {
  name: "assignment",
  // What `keywords` begin or end with.
  hints: ["passw", "passphrase", "pwd", "secret", "token", "credential", "key"],
  find: findAssignments,
};

interface Assignment {
  /** The name up to the connector; it starts at most 40 characters before the word that gave it away. */
  readonly name: string;
  readonly keyword: string;
  readonly connector: string;
  readonly isQuoted: boolean;
  readonly value: string;
  /** Where the value starts. */
  readonly start: number;
  /** The character before the name and the one after the value. */
  readonly previous: string;
  readonly after: string;
}

const keywords =
  /passw(?:or)?d|passphrase|pwd|secret|token|credential|(?:api|access|auth|private|signing|encryption|account)[_-]?key/gi;
const password = /^(?:passw(?:or)?d|passphrase|pwd)$/i;

/** The rest of the name and the connector. The lookahead takes the name whole, so that it is never scanned in two ways. */
const connection =
  /(?=(?<rest>[\w.-]{0,40}))\k<rest>\\{0,4}["'`]?\]?(?:\s{0,20}(?<sign>=>|:=|=|:)(?:(?:\s|\\{1,4}[nrt]){0,20}(?=\\{0,4}["'`])|[ \t]{0,20})|(?<bracket>>)|(?<blank>[ \t]{1,4}))(?<quote>\\{0,4}["'`])?/y;
/** As much of a value as is looked at; the rest of it goes with it. */
const quotedValue = /[^"'`\\\s]{8,128}/y;
const bareValue = /[^"'`\\\s,;&|<>(){}[\]]{8,128}/y;
const quotedRest = /[^"'`\\\s]*/y;
const bareRest = /[^"'`\\\s,;&|<>(){}[\]]*/y;

/** Ends of names that hold something about a secret, not the secret. */
const harmlessEnding =
  /(?:name|file|path|folder|dir|ur[il]|type|header|count|limit|length|size|field|id|hash|digest|label|hint|regexp?|pattern|prefix|suffix|env|var|param|selector|policy|version|algorithm|endpoint|format|class|usage|budget|expir\w*|ttl|time|at)s?$/i;

function findAssignments(text: string): readonly Span[] {
  const spans: Span[] = [];
  const marks = [...text.matchAll(markPattern)];
  let nextMark = 0;
  for (const { index, 0: keyword } of text.matchAll(keywords)) {
    while (endOf(marks[nextMark]) <= index) nextMark += 1;
    // A rule's own name can hold such a word.
    if ((marks[nextMark]?.index ?? text.length) < index) continue;
    const found = readAssignment(text, index, keyword);
    if (found !== undefined && isSecret(found)) spans.push(spanOf(found, text, spans.at(-1)?.end ?? 0));
  }
  return spans;
}

function endOf(mark: RegExpExecArray | undefined): number {
  return mark === undefined ? Number.POSITIVE_INFINITY : mark.index + mark[0].length;
}

/** Values can lie in one another; what an earlier one, which ended at `known`, has taken is not gone through again. */
function spanOf(found: Assignment, text: string, known: number): Span {
  const { start, value, isQuoted } = found;
  const rule = isAwsSecret(found) ? "aws" : "assignment";
  const end = start + value.length;
  if (end < known) return { start, end: known, rule };
  const rest = isQuoted ? quotedRest : bareRest;
  rest.lastIndex = end;
  return { start, end: rest.test(text) ? rest.lastIndex : end, rule };
}

function readAssignment(text: string, index: number, keyword: string): Assignment | undefined {
  connection.lastIndex = index + keyword.length;
  const match = connection.exec(text);
  if (match === null) return undefined;
  const { rest = "", sign, bracket, blank, quote } = match.groups ?? {};
  const start = connection.lastIndex;
  const pattern = quote === undefined ? bareValue : quotedValue;
  pattern.lastIndex = start;
  const value = pattern.exec(text)?.[0];
  if (value === undefined) return undefined;
  const before = nameBefore(text, index);
  return {
    name: before + keyword + rest,
    keyword,
    connector: sign ?? bracket ?? blank ?? "",
    isQuoted: quote !== undefined,
    value,
    start,
    previous: text.charAt(index - before.length - 1),
    after: text.charAt(start + value.length),
  };
}

/** What of the name stands before `index`, without the letter of an escape such as `\n`. */
function nameBefore(text: string, index: number): string {
  const [name = ""] = /[\w.-]*$/.exec(text.slice(Math.max(0, index - 40), index)) ?? [];
  return text.charAt(index - name.length - 1) === "\\" ? name.slice(1) : name;
}

function isSecret(found: Assignment): boolean {
  const { name, connector, value, after } = found;
  if (connector === ">" && after !== "<") return false;
  if (connector.trim() === "" && !name.startsWith("--")) return false;
  if (isAwsSecret(found)) return true;
  return !harmlessEnding.test(name) && !/public/i.test(name) && !isPlaceholder(value) && looksSecret(found);
}

/** AWS gives its secrets no prefix: forty characters of base64 under their usual name. */
function isAwsSecret({ name, value }: Assignment): boolean {
  return (
    /secret_?-?access_?-?key|aws.*secret/i.test(name) && /^[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/.test(value)
  );
}

function looksSecret(found: Assignment): boolean {
  const { name, keyword, connector, isQuoted, value, after, previous } = found;
  if (!/[A-Za-z]/.test(value)) return false;
  // `KEY=value` of a shell or an environment file; elsewhere a bare word is a variable.
  const isEnvironment = connector === "=" && /^[A-Z0-9_]+$/.test(name);
  if (!isQuoted && !isEnvironment && (isIdentifierLike(value) || after === "(" || after === "["))
    return false;
  if (isRequestId(found) || (!isQuoted && previous === ":")) return false;
  if (password.test(keyword)) return /[\d!#$%^&*]/.test(value) && entropyOf(value) >= 2.5;
  const shortest = isQuoted ? 12 : 16;
  return value.length >= shortest && /\d/.test(value) && !isWordChain(value) && entropyOf(value) >= 3;
}

/** A UUID that makes a request repeatable is called a token too. */
function isRequestId({ name, value }: Assignment): boolean {
  return uuid.test(value) && /token/i.test(name) && !/api|access|auth|refresh|bearer|secret/i.test(name);
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
