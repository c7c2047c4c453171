import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, vi } from "vitest";

interface Stored {
  readonly stateRoot: string;
}

/**
 * Waits until the journal of a job holds a text. What Codex has said comes to the owner and then to the disk after the model was
 * asked again; only from then on it survives its owner.
 */
export async function untilKept({ stateRoot }: Stored, id: string, text: string): Promise<void> {
  const journal = join(stateRoot, "jobs", id, "events.jsonl");
  await vi.waitFor(async () => expect(await readFile(journal, "utf8")).toContain(text), { interval: 10 });
}

/** Waits until every job has ended with all that comes after its record, such as the note for its session. */
export async function untilOver({ stateRoot }: Stored): Promise<void> {
  await vi.waitFor(() => expect(readdirSync(join(stateRoot, "active"))).toEqual([]), { interval: 20 });
}

/** What lies in a folder; nothing where it is not there. A process that ends meanwhile takes its folder along. */
export function entriesOf(folder: string): readonly Dirent[] {
  return unlessGone(folder, () => readdirSync(folder, { withFileTypes: true })) ?? [];
}

/** The text of a file; undefined where it is not there. */
export function textOf(path: string): string | undefined {
  return unlessGone(path, () => readFileSync(path, "utf8"));
}

function unlessGone<Result>(path: string, read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (existsSync(path)) throw error;
    return undefined;
  }
}
