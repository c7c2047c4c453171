import { TandemError } from "../../domain/errors/tandem-error.ts";
import { gateWishes } from "../../domain/gate-wish.ts";
import { quote } from "../../settings/quote.ts";
import { suggest } from "../../settings/suggest.ts";
import {
  drySlashNames,
  type FlagKind,
  isSlashName,
  type SlashName,
  slashCommandOf,
} from "./slash-commands.ts";

/** What a person typed behind a command. */
export interface SlashLine {
  readonly command: SlashName;
  /** Flags by name without dashes; the values of each in their order, none for a switch. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** Everything behind the flags, byte for byte. */
  readonly text: string;
  /** The job that is named first, for commands that take one. */
  readonly job?: string;
}

/**
 * Reads what was typed behind `/codex:<name>`. Flags are read as long as the text begins with them; whatever comes then is text, dashes
 * included. `--` ends the flags where a text begins with one. A value may stand in quotes. Throws `usage`.
 */
export function readSlash(name: string, typed: string): SlashLine {
  if (name === "dry-run") return readDryRun(typed);
  if (!isSlashName(name)) throw usage(name, `There is no command ${quote(name)}.`);
  if (slashCommandOf(name).rest === "name before flags") return readNamed(name, typed);
  const line = readRest(name, typed);
  if (name !== "delegate-async") return line;
  // Another name for the same command, for those who know it from elsewhere.
  return { ...line, command: "delegate", flags: new Map([...line.flags, ["background", []]]) };
}

/** `/codex:operator transform --input input=a.csv`; without a name it lists what can be named. */
function readNamed(command: SlashName, typed: string): SlashLine {
  const [whole = "", word = ""] = /^\s*([A-Za-z][\w-]*)(?=\s|$)/.exec(typed) ?? [];
  const { flags, text } = readFlags(command, typed.slice(whole.length));
  if (text.trim() === "" && (word !== "" || flags.size === 0)) return { command, flags, text: word };
  throw usage(command, `/codex:${command} takes a name, then flags: transform --input input=a.csv.`);
}

/** `/codex:dry-run [review|consult|task|…] …`; without the name of a run it is about a review. */
function readDryRun(typed: string): SlashLine {
  const [, word = ""] = /^\s*([a-z-]+)(?=\s|$)/.exec(typed) ?? [];
  const named = drySlashNames.find((name) => name === word);
  const rest = named === undefined ? typed : typed.trimStart().slice(word.length);
  const line = readSlash(named ?? "review", rest);
  // What the model would make of a rescue nobody knows before it has made it; without a model it is the words as they are.
  const raw = named === "rescue" ? [["raw", []] as const] : [];
  return { ...line, flags: new Map([...line.flags, ...raw, ["dry-run", []]]) };
}

interface Flags {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly text: string;
}

function readFlags(name: SlashName, typed: string): Flags {
  const known: Readonly<Record<string, FlagKind>> = slashCommandOf(name).flags;
  const flags = new Map<string, readonly string[]>();
  for (let rest = typed; ; ) {
    const end = /^\s*--(?:\s|$)/.exec(rest);
    if (end !== null) return { flags, text: rest.slice(end[0].length) };
    const [whole, flag = "", sign = ""] = /^\s*--([A-Za-z][\w-]*)(=|(?=\s|$))/.exec(rest) ?? [];
    if (whole === undefined) return { flags, text: rest.trimStart() };
    const kind = Object.hasOwn(known, flag) ? known[flag] : undefined;
    if (kind === undefined) throw unknownFlag(name, flag, Object.keys(known));
    rest = rest.slice(whole.length);
    const before = flags.get(flag);
    if (before !== undefined && kind !== "values") throw usage(name, `--${flag} was given twice.`);
    if (kind === "switch") {
      if (sign === "=") throw usage(name, `--${flag} takes no value.`);
      flags.set(flag, []);
      continue;
    }
    const { value, after } = readValue(rest, sign === "=") ?? {};
    if (value === undefined || after === undefined) throw usage(name, `--${flag} needs a value.`);
    flags.set(flag, [...(before ?? []), value]);
    rest = after;
  }
}

/** The word behind a flag; in quotes it may hold blanks. */
function readValue(
  rest: string,
  isAttached: boolean,
): { readonly value: string; readonly after: string } | undefined {
  const start = isAttached ? rest : rest.trimStart();
  const [quoted, double, single] = /^(?:"([^"]*)"|'([^']*)')(?=\s|$)/.exec(start) ?? [];
  if (quoted !== undefined) {
    const value = double ?? single ?? "";
    return value.trim() === "" ? undefined : { value, after: start.slice(quoted.length) };
  }
  const [word] = /^\S+/.exec(start) ?? [];
  // A flag where a value has to be is a value that was forgotten.
  if (word === undefined || (!isAttached && word.startsWith("--"))) return undefined;
  return { value: word, after: start.slice(word.length) };
}

function readRest(command: SlashName, typed: string): SlashLine {
  const given = readFlags(command, typed);
  const { flags, text } = given;
  const isBlank = text.trim() === "";
  switch (slashCommandOf(command).rest) {
    case "nothing":
      if (!isBlank) throw usage(command, `/codex:${command} takes flags only.`);
      return { command, flags, text: "" };
    case "text":
      if (isBlank) throw usage(command, `/codex:${command} needs a text: what Codex shall do or answer.`);
      return { command, flags, text };
    case "optional text":
      return { command, flags, text: isBlank ? "" : text };
    case "one job":
      if (isBlank) throw usage(command, `/codex:${command} needs a job.`);
      return readJob(command, given, typed);
    case "job":
      return readJob(command, given, typed);
    case "wish":
      if (isBlank || gateWishes.some((wish) => wish === text.trim())) {
        return { command, flags, text: text.trim() };
      }
      throw usage(command, `/codex:${command} takes one word: ${gateWishes.join(", ")}.`);
    case "name before flags":
      return { command, flags, text: text.trim() };
    case "job and text": {
      const [, job, said = ""] = /^\s*(\S+)(?:\s+([\s\S]*))?$/.exec(text) ?? [];
      if (job === undefined || said.trim() === "") {
        throw usage(command, `/codex:${command} needs a job and what to say.`);
      }
      return { command, flags, text: said, ...jobOf(command, job) };
    }
  }
}

/** Where a job is all that is named, flags may follow it as well. */
function readJob(command: SlashName, given: Flags, typed: string): SlashLine {
  const [, job = "", behind = ""] = /^\s*(\S+)\s+(--[\s\S]*)$/.exec(given.text) ?? [];
  if (job === "") return { command, flags: given.flags, text: "", ...jobOf(command, given.text.trim()) };
  const before = typed.slice(0, typed.length - given.text.length);
  const { flags, text } = readFlags(command, before + behind);
  if (text.trim() !== "") throw usage(command, `/codex:${command} takes one job.`);
  return { command, flags, text: "", ...jobOf(command, job) };
}

function jobOf(command: SlashName, word: string): Pick<SlashLine, "job"> {
  if (word === "") return {};
  if (/^[\da-z][\da-z-]{0,99}$/i.test(word)) return { job: word.toLowerCase() };
  throw usage(command, `${quote(word)} is not the name of a job.`);
}

function unknownFlag(command: SlashName, flag: string, known: readonly string[]): TandemError<"usage"> {
  const meant = suggest(flag, known);
  const listed = known.length === 0 ? "none" : known.map((name) => `--${name}`).join(" ");
  const problem = `/codex:${command} has no flag ${quote(`--${flag}`)}${meant === undefined ? "" : ` (--${meant}?)`}.`;
  return usage(command, problem, `Flags: ${listed}. A text that begins with a dash goes behind \`--\`.`);
}

function usage(command: string, problem: string, hint?: string): TandemError<"usage"> {
  return new TandemError("usage", { problem, hint: hint ?? `Nothing was started. /codex:${command} again.` });
}
