import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunRequest } from "../../domain/run.ts";
import type { LoadedSettings } from "../../settings/load.ts";
import { askerOf } from "../client/asker.ts";
import * as client from "../client/make-run-request.ts";
import type { RunOptions } from "./run-options.ts";
import type { CliWorld } from "./world.ts";

/** The request of a run from its options and the settings. Throws `usage` for what cannot be had. */
export function makeRunRequest(
  part: client.KindPart,
  options: RunOptions,
  settings: LoadedSettings,
  cwd: string,
  world: CliWorld,
): RunRequest {
  const askedBy = askerOf(world, world.stdout.isTTY === true);
  return client.makeRunRequest(part, options, settings, { cwd, machine: world, askedBy });
}

/**
 * The folder of the run, absolute and without links: what Codex reads and what git names must be the same paths, and a folder
 * has one list of jobs. Throws `usage` when it is none.
 */
export function workingFolder(options: Pick<RunOptions, "cwd">, world: CliWorld): string {
  const folder = resolve(world.cwd, options.cwd ?? ".");
  try {
    const real = realpathSync(folder);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    throw new TandemError("usage", { problem: `The folder ${folder} cannot be used: ${messageOf(error)}` });
  }
  throw new TandemError("usage", { problem: `${folder} is not a folder.` });
}
