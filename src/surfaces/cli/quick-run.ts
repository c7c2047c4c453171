import type { ConsultOptions } from "./commands/consult.ts";
import type { TaskOptions } from "./commands/task.ts";

/** A line that begins a run, as the parser of all commands would read it. */
export type RunLine =
  | { readonly command: "task"; readonly text?: string; readonly options: TaskOptions }
  | { readonly command: "consult"; readonly text?: string; readonly options: ConsultOptions };

const switches = {
  "--background": "background",
  "--wait": "wait",
  "--json": "json",
  "--network": "network",
  "--direct": "direct",
  "--ephemeral": "ephemeral",
} as const;

/** Options with a value that nothing but the settings or the command itself judges. */
const values = {
  "-m": "model",
  "--model": "model",
  "--effort": "effort",
  "--timeout": "timeout",
  "--stall": "stall",
  "--profile": "profile",
  "--engine": "engine",
  "--isolation": "isolation",
  "--cwd": "cwd",
  "--title": "title",
  "--approvals": "approvals",
  "--wait-budget": "waitBudget",
  "--idempotency-key": "idempotencyKey",
  "--prompt-file": "promptFile",
} as const;

const lists = { "--image": "image", "--mcp": "mcp", "-c": "config", "--config": "config" } as const;
const ofTask = {
  switches: { ...switches, "--write": "write" },
  lists: { ...lists, "--add-dir": "addDir" },
} as const;
const ofConsult = {
  switches: { ...switches, "--findings": "findings" },
  lists: { ...lists, "--file": "file" },
} as const;

/** What is there without an option. */
const defaults = { ifBusy: "refuse", format: "text" } as const;

/**
 * Reads the usual lines of `task` and `consult` without the parser of all commands, which takes longer to load than such a line takes
 * to be obeyed. Undefined for everything that it does not know, and for all that is wrong: then the whole program decides, and its
 * words are what the reader sees.
 */
export function readRunLine([command, ...words]: readonly string[]): RunLine | undefined {
  if (command === "task") {
    const line = readWords(words, ofTask);
    if (line === undefined) return undefined;
    const { image = [], mcp = [], config = [], addDir = [] } = line.lists;
    const options = { ...defaults, ...line.switches, ...line.values, image, mcp, config, addDir };
    return { command, ...textOf(line), options };
  }
  if (command === "consult") {
    const line = readWords(words, ofConsult);
    if (line === undefined) return undefined;
    const { image = [], mcp = [], config = [], file = [] } = line.lists;
    const options = { ...defaults, ...line.switches, ...line.values, image, mcp, config, file };
    return { command, ...textOf(line), options };
  }
  return undefined;
}

interface Grammar<Switch extends string, List extends string> {
  readonly switches: Readonly<Record<string, Switch>>;
  readonly lists: Readonly<Record<string, List>>;
}

interface Line<Switch extends string, List extends string> {
  text?: string;
  readonly switches: Partial<Record<Switch, true>>;
  readonly values: Partial<Record<(typeof values)[keyof typeof values], string>>;
  readonly lists: Partial<Record<List, string[]>>;
}

function readWords<Switch extends string, List extends string>(
  words: readonly string[],
  grammar: Grammar<Switch, List>,
): Line<Switch, List> | undefined {
  const line: Line<Switch, List> = { switches: {}, values: {}, lists: {} };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!take(word, rest, grammar, line)) return undefined;
  }
  // They exclude each other, and the parser of all commands says so.
  const { background, wait }: Readonly<Record<string, true | undefined>> = line.switches;
  return background === true && wait === true ? undefined : line;
}

/** Takes one word, and its value off the rest. False for what only the parser of all commands knows. */
function take<Switch extends string, List extends string>(
  word: string,
  rest: string[],
  grammar: Grammar<Switch, List>,
  line: Line<Switch, List>,
): boolean {
  if (!word.startsWith("-") || word === "-") {
    if (line.text !== undefined) return false;
    line.text = word;
    return true;
  }
  const on = ownOf(grammar.switches, word);
  if (on !== undefined) {
    line.switches[on] = true;
    return true;
  }
  const value = rest.shift();
  if (value === undefined || value === "" || (value !== "-" && value.startsWith("-"))) return false;
  const list = ownOf(grammar.lists, word);
  const single = ownOf(values, word);
  if (list !== undefined) line.lists[list] = [...(line.lists[list] ?? []), value];
  else if (single !== undefined) line.values[single] = value;
  else return false;
  return true;
}

function ownOf<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function textOf({ text }: { readonly text?: string }): { readonly text?: string } {
  return text === undefined ? {} : { text };
}
