import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { git } from "../../support/cli-world.ts";

/** Every file of a work tree with its content and permissions, and of its repository all that a person could miss. */
export function stateOf(folder: string): Readonly<Record<string, string>> {
  const state: Record<string, string> = {};
  const look = (path: Buffer) => {
    for (const name of readdirSync(inFolder(folder, path), { encoding: "buffer" })) {
      const inside = path.length === 0 ? name : Buffer.concat([path, Buffer.from("/"), name]);
      const place = inFolder(folder, inside);
      const key = inside.toString("latin1");
      const facts = lstatSync(place);
      if (facts.isDirectory()) look(inside);
      else if (facts.isSymbolicLink()) state[key] = `link ${readlinkSync(place, { encoding: "latin1" })}`;
      else state[key] = `${facts.mode.toString(8)} ${digest(readFileSync(place))}`;
    }
  };
  look(Buffer.alloc(0));
  return state;
}

/** The files alone, without those of git. */
export function filesOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(stateOf(folder)).filter(([name]) => !name.startsWith(".git/")));
}

/** The work tree of a delegated job. */
export function treeOf(stateRoot: string, job: string): string {
  return join(stateRoot, "worktrees", job, "tree");
}

export function hasWorktree(stateRoot: string, job: string): boolean {
  return existsSync(join(stateRoot, "worktrees", job));
}

/** What `git apply` itself says of a patch. */
export function gitApplies(folder: string, patch: string): boolean {
  try {
    git(folder, "apply", "--check", patch);
    return true;
  } catch {
    return false;
  }
}

function inFolder(folder: string, inside: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), inside]);
}

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A new folder in the temp folder of the machine, removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tandem-delegate-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** With the programs of the machine, which a model's commands need. */
export const withPrograms = { environment: { PATH: process.env["PATH"] ?? "" } };
