import { rm } from "node:fs/promises";
import { openFolders } from "./open-folders.ts";

/** Removes a folder of ours, also one in which a program took its own rights away. Throws the system's error. */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await openFolders(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
