import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { PatchFile } from "../../../src/domain/envelope.ts";
import { changeTree, confirmChange, undoChange } from "../../../src/workspace/apply/change-tree.ts";
import type { Journal, JournalPlace } from "../../../src/workspace/apply/journal.ts";
import { mergePatch } from "../../../src/workspace/apply/merge-patch.ts";
import { patchApplies } from "../../../src/workspace/apply/patch-applies.ts";
import type { OnStep } from "../../../src/workspace/apply/prepare-change.ts";
import { type CapturedPatch, capturePatch } from "../../../src/workspace/worktree/capture.ts";
import { controlRepository } from "../../../src/workspace/worktree/control-git.ts";
import { createWorktree, type WorktreeWishes } from "../../../src/workspace/worktree/create.ts";
import { type WorktreePlace, worktreePlace } from "../../../src/workspace/worktree/place.ts";
import type { WorktreeRecord } from "../../../src/workspace/worktree/record.ts";
import { stateOf } from "../../integration/delegate/support.ts";
import { type Fixture, makeFolder } from "../support.ts";

/** A delegated work tree without Codex: whoever tests it is Codex. */
export interface Delegated {
  readonly place: WorktreePlace;
  readonly record: WorktreeRecord;
  readonly warnings: readonly string[];
  readonly tree: string;
  readonly patch: string;
  capture(): Promise<CapturedPatch>;
}

export const job = "20260101t000000000-bcdfgh";

export async function delegate(fixture: Fixture, wishes: Partial<WorktreeWishes> = {}): Promise<Delegated> {
  const folder = makeFolder();
  const place = worktreePlace(join(folder, "worktrees"), job);
  const user = await fixture.open();
  const { record, warnings } = await createWorktree(user, place, {
    job,
    cwd: fixture.root,
    includeUntracked: false,
    links: [],
    ...wishes,
  });
  const patch = join(folder, "patch.diff");
  return {
    place,
    record,
    warnings,
    tree: place.tree,
    patch,
    capture: async () => {
      const present = await fixture.open();
      return capturePatch(controlRepository(present, place, record.baseline), place, record, patch);
    },
  };
}

/** Applies a captured patch to the person's work tree, as `tandem apply` does. */
export async function apply(
  fixture: Fixture,
  { patch, place }: Delegated,
  captured: CapturedPatch,
  options: {
    readonly only?: readonly string[];
    readonly onStep?: OnStep;
    readonly folder?: string;
    /** Files of patches that are applied already. */
    readonly earlier?: readonly PatchFile[];
  } = {},
): Promise<{ readonly journal?: Journal; readonly at: JournalPlace; readonly stays: readonly string[] }> {
  const folder = options.folder ?? join(makeFolder(), "apply");
  const scratch = join(folder, "scratch");
  mkdirSync(scratch, { recursive: true });
  const repository = await fixture.open();
  const at = { folder };
  const { files: merged, stays } = await mergePatch(repository, {
    patch,
    files: captured.files,
    isWanted: ({ path }) => options.only === undefined || options.only.includes(path),
    earlier: options.earlier ?? [],
    scratch,
    objects: place.objects,
  });
  if (merged.length === 0) return { at, stays };
  const change = { job, root: fixture.root, merged, contents: join(scratch, "after"), now: new Date(0) };
  const journal = await changeTree(at, change, options.onStep);
  await confirmChange(at, journal);
  return { journal, at, stays };
}

export const undo = undoChange;

/** What git itself says, with the person's own configuration. */
export async function applies(
  fixture: Fixture,
  { patch }: Delegated,
  { bytes }: CapturedPatch,
): Promise<boolean> {
  return patchApplies(await fixture.open(), patch, bytes);
}

/** A shell command in a folder, as Codex would run it. */
export function shell(folder: string, line: string): string {
  return execFileSync("/bin/sh", ["-c", line], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The files of a work tree, without git's own. Names as latin-1, so that each byte counts. */
export function filesOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(stateOf(folder)).filter(([name]) => !name.startsWith(".git/")));
}
