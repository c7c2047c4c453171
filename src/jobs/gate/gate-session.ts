import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isRecord, parseJson } from "../../domain/json.ts";
import { removeQuietly } from "../lock-file.ts";
import { readPrivateFile, writePrivateFile } from "../private-files.ts";
import { ensurePrivateFolder } from "../private-folders.ts";
import { hashPath } from "../state-paths.ts";
import type { GatePlaces } from "./gate-places.ts";

/** What the gate has done in one session of Claude Code. */
export interface GateSession {
  /** Claude Code's id of the prompt that `rounds` counts for. */
  readonly prompt: string;
  readonly rounds: number;
  /** Spent in the whole session. */
  readonly tokens: number;
}

/** Undefined when nothing is known, also of a file that cannot be used: then a stop that goes on because of a hook passes. */
export function readGateSession(places: GatePlaces, session: string): GateSession | undefined {
  const read = readPrivateFile(fileOf(places, session), 4_096);
  const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : undefined;
  if (!isRecord(value)) return undefined;
  const { prompt, rounds, tokens } = value;
  if (typeof prompt !== "string" || !isCount(rounds) || !isCount(tokens)) return undefined;
  return { prompt, rounds, tokens };
}

export async function writeGateSession(
  places: GatePlaces,
  session: string,
  state: GateSession,
  now: Date,
): Promise<void> {
  ensurePrivateFolder(places.sessions);
  await writePrivateFile(fileOf(places, session), `${JSON.stringify(state)}\n`, { durable: false });
  sweep(places, now);
}

const keptMs = 30 * 24 * 60 * 60 * 1000;

/** Sessions that nobody has seen for a month. */
function sweep({ sessions }: GatePlaces, now: Date): void {
  for (const name of readdirSync(sessions)) {
    const path = join(sessions, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && now.getTime() - stats.mtimeMs > keptMs) removeQuietly(path);
  }
}

/** An id is another's text: it never becomes a name as it is. */
function fileOf({ sessions }: GatePlaces, session: string): string {
  return join(sessions, `${hashPath(session)}.json`);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
