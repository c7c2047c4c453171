import { readdir } from "node:fs/promises";
import { join } from "node:path";

const dayMs = 86_400_000;

/**
 * The session file of a thread, `$CODEX_HOME/sessions/YYYY/MM/DD/rollout-<local time>-<thread>.jsonl` (Codex 0.169); undefined when
 * there is none. The thread's id holds the time of its start, so three days are looked at, since Codex's time zone may be another one.
 */
export async function findRollout(codexHome: string, thread: string): Promise<string | undefined> {
  const sessions = join(codexHome, "sessions");
  const started = startOf(thread);
  for (const offset of [0, -dayMs, dayMs]) {
    const found = await findIn(join(sessions, ...dateParts(new Date(started + offset))), thread);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function findIn(folder: string, thread: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []); // No thread was started on that day.
  const name = names.find((each) => each.startsWith("rollout-") && each.endsWith(`-${thread}.jsonl`));
  return name === undefined ? undefined : join(folder, name);
}

/** A UUID of version 7 begins with the milliseconds since 1970 in 48 bits. */
function startOf(thread: string): number {
  return Number.parseInt(thread.replaceAll("-", "").slice(0, 12), 16);
}

function dateParts(date: Date): readonly string[] {
  const two = (value: number) => String(value).padStart(2, "0");
  return [String(date.getFullYear()), two(date.getMonth() + 1), two(date.getDate())];
}
