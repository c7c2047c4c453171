import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { OperatorContract, OperatorOrigin } from "../../domain/operator.ts";
import { isInside } from "../../settings/paths.ts";
import { quote, quotePath } from "../../settings/quote.ts";
import { suggest } from "../../settings/suggest.ts";
import { builtInOperators } from "./built-in/all.ts";
import { contractProblem } from "./contract-problem.ts";
import { longestContract, parseContract } from "./parse-contract.ts";

/** Where operators are looked for, in this order; built-in ones are last. */
export interface OperatorFolders {
  /** Root of the project; its operators are in `.tandem/operators`. */
  readonly project?: string;
  /** The folder of the user's own settings; operators are in `operators`. */
  readonly user?: string;
}

/** An operator as it was found. */
export interface FoundOperator {
  readonly contract: OperatorContract;
  readonly origin: OperatorOrigin;
  /** Its file; absent for a built-in one. */
  readonly file?: string;
  /** The text of its file as it stands there. */
  readonly text: string;
  /** The files that it includes, as they stand there. */
  readonly included: readonly { readonly name: string; readonly text: string }[];
  /** SHA-256 over every file of it, which a person accepts. */
  readonly digest: string;
}

/** One line of a list: an operator, or a file that is none. */
export type ListedOperator =
  | { readonly name: string; readonly origin: OperatorOrigin; readonly found: FoundOperator }
  | { readonly name: string; readonly origin: OperatorOrigin; readonly problem: string };

const extension = ".yaml";
/** Of each folder; a name beyond it can still be asked for. */
const longestList = 200;

/** The operator of this name: of the project, else of the user, else built in. Throws `usage`, also for one that cannot be read. */
export function findOperator(name: string, folders: OperatorFolders): FoundOperator {
  for (const { origin, folder } of placesOf(folders)) {
    if (!isName(name) || !namesIn(folder).includes(name)) continue;
    const file = join(folder, `${name}${extension}`);
    if (origin === "project") refuseLinked(folder);
    return readOperator(file, origin);
  }
  const builtIn = builtInOperators[name];
  if (Object.hasOwn(builtInOperators, name) && builtIn !== undefined) return readBuiltIn(name, builtIn);
  const misnamed = isName(name)
    ? placesOf(folders)
        .map(({ folder }) => join(folder, `${name}.yml`))
        .find((file) => existsSync(file))
    : undefined;
  if (misnamed !== undefined) {
    throw new TandemError("usage", {
      problem: `There is no operator ${quote(name)}, but ${quotePath(misnamed)}.`,
      hint: `Name it ${name}.yaml.`,
    });
  }
  const meant = suggest(name, [...new Set(listOperators(folders).map((listed) => listed.name))]);
  throw new TandemError("usage", {
    problem: `There is no operator ${quote(name)}.`,
    hint: meant === undefined ? "See `tandem operator list`." : `Did you mean ${quote(meant)}?`,
  });
}

/** All operators that can be named, each once: what stands earlier in the order hides what stands later. */
export function listOperators(folders: OperatorFolders): readonly ListedOperator[] {
  const listed = new Map<string, ListedOperator>();
  for (const { origin, folder } of placesOf(folders)) {
    for (const name of namesIn(folder).slice(0, longestList)) {
      if (!listed.has(name)) listed.set(name, tryRead(name, origin, folder));
    }
  }
  for (const [name, text] of Object.entries(builtInOperators)) {
    if (!listed.has(name)) listed.set(name, { name, origin: "built-in", found: readBuiltIn(name, text) });
  }
  return [...listed.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Reads an operator's file wherever it lies. Throws `usage` for what is no operator. */
export function readOperator(file: string, origin: OperatorOrigin): FoundOperator {
  const folder = realFolder(dirname(file));
  const path = join(folder, basename(file));
  const text = readPart(path, folder, file);
  const parts = new Map([[basename(path), text]]);
  const contract = parseContract(text, file, (named) => {
    // Each once: what is judged, what is hashed and what runs must be the same bytes.
    const included = parts.get(named) ?? readPart(resolve(folder, named), folder, named);
    parts.set(named, included);
    return included;
  });
  if (`${contract.name}${extension}` !== basename(file)) {
    throw contractProblem(
      file,
      `its name is ${quote(contract.name)}, so the file must be ${contract.name}.yaml`,
    );
  }
  const included = [...parts].slice(1).map(([name, part]) => ({ name, text: part }));
  return { contract, origin, file, text, included, digest: digestOfParts(parts) };
}

function readBuiltIn(name: string, text: string): FoundOperator {
  const contract = parseContract(text, `${name} (built in)`, () => {
    throw new Error("a built-in operator includes nothing");
  });
  return { contract, origin: "built-in", text, included: [], digest: digestOfParts(new Map([[name, text]])) };
}

function tryRead(name: string, origin: OperatorOrigin, folder: string): ListedOperator {
  try {
    if (origin === "project") refuseLinked(folder);
    return { name, origin, found: readOperator(join(folder, `${name}${extension}`), origin) };
  } catch (error) {
    return { name, origin, problem: messageOf(error) };
  }
}

function placesOf({ project, user }: OperatorFolders): readonly { origin: OperatorOrigin; folder: string }[] {
  return [
    ...(project === undefined
      ? []
      : [{ origin: "project" as const, folder: join(project, ".tandem", "operators") }]),
    ...(user === undefined ? [] : [{ origin: "user" as const, folder: join(user, "operators") }]),
  ];
}

function isName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,39}$/.test(name);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(extension))
      .map((file) => file.slice(0, -extension.length))
      .filter(isName);
  } catch {
    // No folder, no operators.
    return [];
  }
}

/** The folder of a project's operators lies in the project itself: behind a link somebody else may change it. */
function refuseLinked(folder: string): void {
  const parts = [dirname(folder), folder];
  if (parts.every((part) => !lstatSync(part).isSymbolicLink())) return;
  throw new TandemError("usage", { problem: `${quotePath(folder)} is a link, or lies behind one.` });
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    throw new TandemError("usage", { problem: `The operator cannot be read: ${messageOf(error)}.` });
  }
}

/** The text of one file of an operator: a regular one, in the folder of the operator or below, and reached without a link. */
function readPart(path: string, folder: string, named: string): string {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw new TandemError("usage", { problem: `${quote(named)} cannot be read: ${messageOf(error)}.` });
  }
  if (real !== path || !isInside(real, folder, process.platform)) {
    throw new TandemError("usage", {
      problem: `${quote(named)} leads out of the folder of its operator, or through a link.`,
    });
  }
  const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile() || stats.size > longestContract) {
      throw new TandemError("usage", {
        problem: `${quote(named)} is no file of at most ${longestContract} bytes.`,
      });
    }
    return readFileSync(handle, "utf8");
  } finally {
    closeSync(handle);
  }
}

/** Names and contents, each of known length, so that no two sets of files have the same digest. */
function digestOfParts(parts: ReadonlyMap<string, string>): string {
  const hash = createHash("sha256");
  for (const [name, text] of [...parts].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    hash.update(JSON.stringify([name, text]));
  }
  return hash.digest("hex");
}
