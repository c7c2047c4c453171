import { accessSync, constants, lstatSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { DeclaredOutput, InputValue, OperatorContract, OutputSpec } from "../../domain/operator.ts";
import { isInside } from "../../settings/paths.ts";
import { quotePath } from "../../settings/quote.ts";
import { fillIn, onlyPlaceholder, placeholdersIn } from "./placeholders.ts";
import { placesOf } from "./places.ts";
import { provenanceSuffix } from "./provenance.ts";

export interface OutputPlace {
  readonly cwd: string;
  /** Inputs that the person typed themselves: these may name any place that they may write. */
  readonly typed: readonly string[];
  readonly overwrite: boolean;
}

/** What is in these is run or obeyed by other programs: no file of a run goes there. */
const guarded = [".git", ".codex", ".agents", ".claude", ".tandem"];

/**
 * The files that a run with these inputs is to leave, with their places looked at: each can be written, is no link and is not there,
 * or may be replaced. Throws `usage`.
 */
export function resolveOutputs(
  { outputs, name }: OperatorContract,
  inputs: Readonly<Record<string, InputValue>>,
  place: OutputPlace,
): readonly DeclaredOutput[] {
  const declared = Object.entries(outputs).flatMap(([output, spec]) =>
    spec.when !== undefined && inputs[spec.when] === undefined ? [] : declare(output, spec, inputs, place),
  );
  if (declared.length === 0 && Object.keys(outputs).length > 0) {
    const wanted = [...new Set(Object.values(outputs).flatMap(({ when }) => when ?? []))].join(" or ");
    throw new TandemError("usage", {
      problem: `The operator ${name} has nothing to make with these inputs.`,
      ...(wanted === "" ? {} : { hint: `Give the input ${wanted}.` }),
    });
  }
  const places = declared.flatMap(placesOf);
  const twice = places.find((path, index) => places.indexOf(path) !== index);
  if (twice !== undefined) {
    throw new TandemError("usage", { problem: `Two outputs would be written to ${quotePath(twice)}.` });
  }
  return declared;
}

function declare(
  output: string,
  { path, from, seed }: OutputSpec,
  inputs: Readonly<Record<string, InputValue>>,
  place: OutputPlace,
): readonly DeclaredOutput[] {
  const taken = new Set<string>();
  return targetsOf(path, inputs).map((target) => {
    if (target === undefined) return { output, from, file: `${output}${from === "result" ? ".json" : ""}` };
    // What an input names was checked where it came from; what the contract itself writes stays in the folder of the run.
    const isFree = place.typed.includes(onlyPlaceholder(path ?? "") ?? "");
    const destination = checkDestination(resolve(place.cwd, target), {
      ...place,
      isFree,
      isSeeded: seed === true,
    });
    if (from === "image")
      checkDestination(`${destination}${provenanceSuffix}`, { ...place, isFree, isSeeded: false });
    return {
      output,
      from,
      file: freeName(basename(destination), taken),
      destination,
      ...(seed === true ? { seed: destination } : {}),
    };
  });
}

/** Two files must not meet in the scratch folder, nor where letters of two sizes are one. `taken` gets the name. */
function freeName(name: string, taken: Set<string>): string {
  const free = (count: number): string => {
    const tried = count === 1 ? name : `${count}-${name}`;
    return taken.has(tried.toLowerCase()) ? free(count + 1) : tried;
  };
  const found = free(taken.size + 1);
  taken.add(found.toLowerCase());
  return found;
}

function targetsOf(
  path: string | undefined,
  inputs: Readonly<Record<string, InputValue>>,
): readonly (string | undefined)[] {
  if (path === undefined) return [undefined];
  const alone = onlyPlaceholder(path);
  const value = alone === undefined ? undefined : inputs[alone];
  if (Array.isArray(value)) return value;
  if (placeholdersIn(path).some((name) => inputs[name] === undefined)) return [undefined];
  return [fillIn(path, (name) => inputs[name])];
}

interface DestinationRules extends OutputPlace {
  readonly isFree: boolean;
  readonly isSeeded: boolean;
}

function checkDestination(path: string, { cwd, isFree, isSeeded, overwrite }: DestinationRules): string {
  const refuse = (problem: string, hint?: string) =>
    new TandemError("usage", {
      problem: `The output ${quotePath(path)} ${problem}.`,
      ...(hint === undefined ? {} : { hint }),
    });
  const folder = realFolder(dirname(path), refuse);
  const destination = join(folder, basename(path));
  if (!isFree && (folder !== dirname(path) || !isInside(destination, cwd, process.platform))) {
    throw refuse("leads out of the folder of the run, or through a link");
  }
  // The folder of the run itself may lie in one of these, as Claude Code's work trees do.
  const own = isInside(destination, cwd, process.platform) ? relative(cwd, destination) : destination;
  const guard = own.split(sep).find((part) => guarded.includes(part.toLowerCase()));
  if (guard !== undefined) throw refuse(`lies in ${guard}, whose files other programs run or obey`);
  const present = statsOf(destination);
  if (present?.isSymbolicLink() === true) throw refuse("is a link");
  if (present !== undefined && !present.isFile()) throw refuse("is there and is no file");
  if (present === undefined && isSeeded) throw refuse("shall be changed, but is not there");
  if (present !== undefined && !overwrite) throw refuse("is there already", "--overwrite replaces it.");
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw refuse(`cannot be written: ${messageOf(error)}`);
  }
  return destination;
}

function realFolder(folder: string, refuse: (problem: string) => TandemError<"usage">): string {
  try {
    const real = realpathSync(folder);
    if (lstatSync(real).isDirectory()) return real;
  } catch (error) {
    throw refuse(`has no folder to go to: ${messageOf(error)}`);
  }
  throw refuse("has no folder to go to");
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    // Not there, as it should be.
    return undefined;
  }
}
