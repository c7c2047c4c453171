import { lstatSync } from "node:fs";
import type { Given } from "./layers.ts";
import { pathsOf } from "./paths.ts";
import { quote, quotePath } from "./quote.ts";
import { isSettingKey, type SettingKey, settingOf } from "./table.ts";
import { type FileReading, readTomlFile } from "./toml-file.ts";
import { describeUnknownKey } from "./user-file.ts";

/** Most warnings about one project file; a hostile one could hold thousands of mistakes. */
const warningLimit = 10;

/** The settings in force before the project file is looked at, and what lies below the user's word. */
export interface InForce {
  readonly given: ReadonlyMap<SettingKey, Given>;
  /** True when a flag or variable of this very run set it: then the project has no say. */
  readonly isSetForRun: (key: SettingKey) => boolean;
}

/** What the project file makes narrower. It is somebody else's: whatever is wrong with it is a warning, never an error. */
export async function readProjectFile(
  projectRoot: string,
  platform: NodeJS.Platform,
  inForce: InForce,
): Promise<{ narrowed: ReadonlyMap<SettingKey, Given>; warnings: readonly string[] }> {
  const folder = pathsOf(platform).join(projectRoot, ".tandem");
  const path = pathsOf(platform).join(folder, "config.toml");
  const narrowed = new Map<SettingKey, Given>();
  const reading = await readFrom(folder, path);
  if (reading.state === "absent") return { narrowed, warnings: [] };
  if (reading.state === "bad")
    return { narrowed, warnings: [`The project file ${quotePath(path)} ${reading.problem}; it is ignored.`] };
  const problems: string[] = [];
  for (const [key, value] of reading.entries) {
    const outcome = narrow(key, value, platform, inForce);
    if (outcome.problem !== undefined)
      problems.push(`${quotePath(path)}: ${outcome.problem}; it is ignored.`);
    if (outcome.key !== undefined) narrowed.set(outcome.key, { value: outcome.value, origin: path });
  }
  return { narrowed, warnings: limitWarnings(problems, path) };
}

interface Outcome {
  readonly key?: SettingKey;
  readonly value?: unknown;
  readonly problem?: string;
}

function narrow(key: string, asked: unknown, platform: NodeJS.Platform, inForce: InForce): Outcome {
  if (!isSettingKey(key)) return { problem: describeUnknownKey(key) };
  const { kind, project, projectMinimum } = settingOf(key);
  const { narrowing } = kind;
  if (project === "never" || narrowing === undefined) return { problem: `a project may not set ${key}` };
  const reading = kind.read(asked, platform);
  if (!reading.ok) return { problem: `${key} = ${quote(asked)} ${reading.problem}` };
  if (inForce.isSetForRun(key)) return {};
  const { value } = reading;
  const current = inForce.given.get(key);
  const allowed = current === undefined ? settingOf(key).default : current.value;
  if (!narrowing.isWithin(value, allowed))
    return { problem: `${key} = ${quote(asked)} is wider than ${quote(kind.format(allowed))}` };
  if (projectMinimum !== undefined && typeof value === "number" && value < projectMinimum)
    return {
      problem: `${key} = ${quote(asked)} is less than ${kind.format(projectMinimum)}, the least that a project may ask for`,
    };
  // A limit is a preference, so the user's own word stands; of two permissions the narrower one counts.
  return narrowing.as === "limit" && current !== undefined ? {} : { key, value };
}

async function readFrom(folder: string, path: string): Promise<FileReading> {
  try {
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return { state: "absent" };
    if (stats.isSymbolicLink()) return { state: "bad", problem: "is behind a symbolic link" };
    // Windows cannot refuse a link while opening; elsewhere this only gives the plainer message.
    if (lstatSync(path).isSymbolicLink()) return { state: "bad", problem: "is a symbolic link" };
  } catch {
    // Nothing is there, or nothing that can be looked at: the same as no file.
    return { state: "absent" };
  }
  return readTomlFile(path, "refuse");
}

function limitWarnings(problems: readonly string[], path: string): readonly string[] {
  if (problems.length <= warningLimit) return problems;
  const left = problems.length - warningLimit;
  return [...problems.slice(0, warningLimit), `${quotePath(path)}: ${left} more problems of this kind.`];
}
