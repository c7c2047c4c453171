import { lstat, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { DeclaredOutput, OperatorRequest } from "../../domain/operator.ts";
import { type Digest, isSameDigest } from "../../evidence/digest.ts";
import { digestOfFile } from "../../evidence/digest-file.ts";
import { provenanceSuffix } from "./provenance.ts";

/** What was at the places of the outputs when the run began; a place that is not in it was empty. */
export type Places = ReadonlyMap<string, Digest>;

/** The places that an output is delivered to: its own, and that of the record beside an image. */
export function placesOf({ destination, from }: DeclaredOutput): readonly string[] {
  if (destination === undefined) return [];
  return from === "image" ? [destination, `${destination}${provenanceSuffix}`] : [destination];
}

/**
 * Looks at the places of a run's outputs before Codex is asked. Throws `workspace_changed` where something came to a place that was
 * empty when the run was asked for, and `input_unreadable` for what is there and cannot be read.
 */
export async function readPlaces({ outputs, overwrite }: OperatorRequest): Promise<Places> {
  const before = new Map<string, Digest>();
  for (const path of outputs.flatMap(placesOf)) {
    if (!(await isThere(path))) continue;
    if (!overwrite) throw changed(path);
    try {
      before.set(path, await digestOfFile(path));
    } catch (error) {
      throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
    }
  }
  return before;
}

/** Throws `workspace_changed` when a place is not as it was: what somebody else did meanwhile is not written over. */
export async function refuseChanged(path: string, before: Places): Promise<void> {
  const folder = dirname(path);
  // A link in the way would lead the file elsewhere.
  if ((await realpath(folder).catch(() => undefined)) !== folder) throw changed(path);
  const was = before.get(path);
  if (was === undefined) {
    if (await isThere(path)) throw changed(path);
    return;
  }
  const now = await digestOfFile(path).catch(() => undefined);
  if (now === undefined || !isSameDigest(now, was)) throw changed(path);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function changed(path: string): TandemError<"workspace_changed"> {
  return new TandemError("workspace_changed", { folder: dirname(path) });
}
