import { existsSync } from "node:fs";
import { join } from "node:path";
import { removeTree } from "../workspace/remove-tree.ts";
import type { StatePaths } from "./state-paths.ts";

/** Removes the work tree of a delegated job, and what takes its patch back. A patch that was half applied is taken back first. */
export async function removeDelegated(
  paths: Pick<StatePaths, "worktrees" | "applies">,
  id: string,
): Promise<void> {
  const applied = join(paths.applies, id);
  if (existsSync(applied)) {
    const { settleChange } = await import("../workspace/apply/change-tree.ts");
    await settleChange({ folder: applied });
    await removeTree(applied);
  }
  await removeTree(join(paths.worktrees, id));
}
