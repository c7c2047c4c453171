import { randomBytes } from "node:crypto";
import { link, lstat, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { type Digest, digestOf, isSameDigest } from "../../evidence/digest.ts";
import type { CollectedOutput } from "./collected-output.ts";
import { provenanceSuffix } from "./provenance.ts";

export interface Delivery {
  readonly overwrite: boolean;
  /** The record that goes beside an image. */
  readonly provenanceOf: (output: CollectedOutput) => string;
}

/**
 * Copies the outputs to their places: each is there whole or not at all, and what was there is replaced only where that was asked for. All
 * are written beside their places first, so that a full disk or a lost folder changes nothing. Throws `artifact_invalid` or
 * `workspace_changed`.
 */
export async function deliverOutputs(
  outputs: readonly CollectedOutput[],
  { overwrite, provenanceOf }: Delivery,
): Promise<void> {
  const staged: { readonly part: string; readonly destination: string }[] = [];
  try {
    for (const output of outputs) {
      const { content, before, declared } = output;
      const { destination, seed } = declared;
      if (destination === undefined || content === undefined) continue;
      if (seed !== undefined && before !== undefined) await refuseChanged(seed, before);
      if (!overwrite) await refusePresent(destination);
      staged.push({ part: await stage(content, destination), destination });
      if (declared.from === "image") {
        const beside = `${destination}${provenanceSuffix}`;
        if (!overwrite) await refusePresent(beside);
        staged.push({ part: await stage(Buffer.from(provenanceOf(output)), beside), destination: beside });
      }
    }
    for (const { part, destination } of staged) {
      // A link fails where something is; a rename would replace it.
      if (overwrite) await rename(part, destination);
      else await link(part, destination);
    }
  } catch (error) {
    if (error instanceof TandemError) throw error;
    const path = staged.at(-1)?.destination ?? outputs[0]?.declared.destination ?? "the output";
    throw new TandemError("artifact_invalid", {
      path,
      problem: `it could not be put there: ${messageOf(error)}`,
    });
  } finally {
    for (const { part } of staged) await rm(part, { force: true });
  }
}

/** What somebody else wrote meanwhile is not written over. */
async function refuseChanged(path: string, before: Digest): Promise<void> {
  const now = await readFile(path).catch(() => undefined);
  if (now === undefined || !isSameDigest(digestOf(now), before)) {
    throw new TandemError("workspace_changed", { folder: dirname(path) });
  }
}

async function refusePresent(path: string): Promise<void> {
  const present = await lstat(path).then(
    () => true,
    () => false,
  );
  if (present) throw new TandemError("artifact_invalid", { path, problem: "something came there meanwhile" });
}

async function stage(content: Buffer, destination: string): Promise<string> {
  const part = join(dirname(destination), `.${basename(destination)}.${randomBytes(6).toString("hex")}.part`);
  // A script that is changed stays one that can be run.
  const mode = await lstat(destination).then(
    (stats) => stats.mode & 0o777,
    () => 0o644,
  );
  const handle = await open(part, "wx", mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return part;
}
