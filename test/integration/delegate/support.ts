import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { git } from "../../support/cli-world.ts";

/** Every file of a work tree with its content and permissions, and of its repository all that a person could miss. */
export function stateOf(folder: string): Readonly<Record<string, string>> {
  const state: Record<string, string> = {};
  const look = (path: string) => {
    for (const name of readdirSync(join(folder, path), { encoding: "buffer" })) {
      const text = name.toString("latin1");
      const inside = path === "" ? text : `${path}/${text}`;
      const facts = lstatSync(join(folder, inside), { throwIfNoEntry: false });
      if (facts?.isDirectory() === true) look(inside);
      else if (facts?.isSymbolicLink() === true) state[inside] = `link ${readlinkSync(join(folder, inside))}`;
      else if (facts?.isFile() === true) {
        state[inside] = `${facts.mode.toString(8)} ${digest(readFileSync(join(folder, inside)))}`;
      } else state[inside] = "not to be read by its name";
    }
  };
  look("");
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

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** With the programs of the machine, which a model's commands need. */
export const withPrograms = { environment: { PATH: process.env["PATH"] ?? "" } };
