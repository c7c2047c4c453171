import { isUtf8 } from "node:buffer";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { escapeInvisible } from "../settings/quote.ts";
import { failUnlessDone, readGit, runGit } from "./git.ts";
import { emptyVariable } from "./git-environment.ts";
import type { Git } from "./git-process.ts";
import { splitRecords } from "./paths.ts";

/**
 * The filter drivers (`filter.<name>.clean` and others) of every configuration file that applies here, included ones too. Git starts
 * them when it compares files of the work tree, and which file uses which is written in the repository.
 */
export async function readFilterDrivers(git: Git): Promise<readonly string[]> {
  const argumentsList = ["config", "-z", "--name-only", "--get-regexp", "^filter\\."];
  const result = await runGit(git, argumentsList);
  // 1: there is none.
  if (result.exitCode !== 1) failUnlessDone(git, result);
  const names = splitRecords(result.output).flatMap(driverName);
  return [...new Set(names)];
}

/**
 * Leading arguments that switch off the drivers: git takes an empty program for none. `--config-env` is needed for names
 * with `=`, at which `-c` would end the key; git 2.30 does not know it and then refuses to run, which is the safe side.
 */
export function switchOffFilters(drivers: readonly string[]): readonly string[] {
  return drivers.flatMap((driver) => {
    const programs = ["clean", "smudge", "process"].map((variable) => `filter.${driver}.${variable}`);
    const required = `filter.${driver}.required`;
    return driver.includes("=")
      ? [...programs, required].map((key) => `--config-env=${key}=${emptyVariable}`)
      : [...programs.map((key) => `${key}=`), `${required}=false`].flatMap((pair) => ["-c", pair]);
  });
}

/**
 * The files among `names` that pass through a filter, with its driver. Their content in the work tree cannot be compared with the
 * stored one unless the filter runs, so git takes a changed time for a change.
 */
export async function findFilteredFiles(
  git: Git,
  drivers: readonly string[],
  names: readonly Buffer[],
): Promise<ReadonlyMap<string, string>> {
  const filtered = new Map<string, string>();
  if (drivers.length === 0 || names.length === 0) return filtered;
  const input = Buffer.concat(names.flatMap((name) => [name, Buffer.of(0)]));
  const records = splitRecords(await readGit(git, ["check-attr", "-z", "--stdin", "filter"], input));
  for (let index = 0; index + 2 < records.length; index += 3) {
    const driver = records[index + 2]?.toString("utf8") ?? "";
    if (drivers.includes(driver)) filtered.set(records[index]?.toString("latin1") ?? "", driver);
  }
  return filtered;
}

/** `filter.<name>.<variable>` names a driver; `filter.<variable>` does not. */
function driverName(key: Buffer): readonly string[] {
  const text = key.toString("utf8");
  const first = text.indexOf(".");
  const last = text.lastIndexOf(".");
  if (first === last) return [];
  if (isUtf8(key)) return [text.slice(first + 1, last)];
  const reason = "a git filter whose name is not UTF-8 cannot be switched off";
  throw new TandemError("config_rejected", {
    key: escapeInvisible(text),
    reason,
    source: "git configuration",
  });
}
