import { randomBytes } from "node:crypto";
import { copyFile, link, lstat, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { CollectedOutput } from "./collected-output.ts";
import { type Places, placesOf, refuseChanged } from "./places.ts";

export interface Delivery {
  /** What was at the places when the run began: only that is replaced. */
  readonly before: Places;
  /** The record that goes beside an image. */
  readonly provenanceOf: (output: CollectedOutput) => string;
}

/** A file that waits beside its place. Paths are absolute. */
interface Staged {
  readonly destination: string;
  readonly part: string;
  /** A copy of what is replaced; absent for an empty place. */
  readonly backup?: string;
}

/**
 * Copies the outputs to their places: all of them or none, each there whole or not at all. They are written beside their places first, so
 * that a full disk or a lost folder changes nothing. Throws `workspace_changed` where a place is not as it was when the run began, and
 * `artifact_invalid` where a file cannot be put there.
 */
export async function deliverOutputs(
  outputs: readonly CollectedOutput[],
  { before, provenanceOf }: Delivery,
): Promise<void> {
  const staged: Staged[] = [];
  const placed: Staged[] = [];
  let current = "the outputs";
  try {
    for (const output of outputs) {
      const { content } = output;
      if (content === undefined) continue;
      const [destination, beside] = placesOf(output.declared);
      const files = [
        { path: destination, bytes: content },
        { path: beside, bytes: Buffer.from(beside === undefined ? "" : provenanceOf(output)) },
      ];
      for (const { path, bytes } of files) {
        if (path === undefined) continue;
        current = path;
        await refuseChanged(path, before);
        staged.push(await stage(bytes, path, before.has(path)));
      }
    }
    for (const each of staged) {
      current = each.destination;
      // Again, since staging takes its time.
      await refuseChanged(each.destination, before);
      await place(each);
      placed.push(each);
    }
  } catch (error) {
    for (const each of placed.toReversed()) await takeBack(each);
    if (error instanceof TandemError) throw error;
    const problem = `it could not be put there: ${messageOf(error)}`;
    throw new TandemError("artifact_invalid", { path: current, problem });
  } finally {
    for (const { part, backup } of staged) {
      await rm(part, { force: true });
      if (backup !== undefined) await rm(backup, { force: true });
    }
  }
}

async function stage(content: Buffer, destination: string, isReplaced: boolean): Promise<Staged> {
  const beside = (ending: string) =>
    join(dirname(destination), `.tandem-${randomBytes(8).toString("hex")}.${ending}`);
  const part = beside("part");
  // A script that is changed stays one that can be run.
  const mode = isReplaced ? (await lstat(destination)).mode & 0o777 : undefined;
  try {
    const handle = await open(part, "wx", mode ?? 0o666);
    try {
      await handle.writeFile(content);
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!isReplaced) return { destination, part };
    const backup = beside("old");
    await copyFile(destination, backup);
    return { destination, part, backup };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function place({ part, destination, backup }: Staged): Promise<void> {
  if (backup !== undefined) return rename(part, destination);
  try {
    // A link fails where something came meanwhile; a rename would replace it.
    await link(part, destination);
  } catch (error) {
    if (!hasNoLinks(error)) throw error;
    await rename(part, destination);
  }
}

/** Some file systems (exFAT, network folders) know no second name of a file. */
function hasNoLinks(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" && ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code);
}

async function takeBack({ destination, backup }: Staged): Promise<void> {
  if (backup === undefined) await rm(destination, { force: true });
  else await rename(backup, destination);
}
