import { renameSync, writeFileSync } from "node:fs";
import { isRecord, parseJson } from "../domain/json.ts";
import { readPrivateFile, temporaryPath } from "./private-files.ts";
import { heartbeatMs, type StateWorld } from "./state-world.ts";

/** What an earlier reader noted of a holder from whom nothing had been heard. */
interface Note {
  /** Time of the last sign of life, as the file has it. */
  readonly touchedMs: number;
  /** When that was noted. */
  readonly seenMs: number;
}

/** Ending of the file that holds a note; it is of no use after a day. */
export const silenceEnding = ".silence";

/** How long a noted sign of life must still be the last one. */
const confirmMs = 3 * heartbeatMs;

/**
 * True when a holder who cannot be seen from here gives no signs of life any more. `path` is the file whose time, `touchedMs`, is
 * that of the last one.
 *
 * One look at the clock proves nothing: a machine that was asleep, a clock that was set and another machine's clock make a living
 * holder look long silent, or a dead one young. So silence is noted beside the file, and believed when nothing has changed some
 * heartbeats later. Where no note can be written, and so no end stored either, the clock has to do.
 */
export function isSilent(path: string, touchedMs: number, world: StateWorld): boolean {
  const nowMs = world.now().getTime();
  if (Math.abs(nowMs - touchedMs) <= world.silentAfterMs) return false;
  const note = readNote(`${path}${silenceEnding}`);
  if (note?.touchedMs === touchedMs && note.seenMs <= nowMs) return nowMs - note.seenMs >= confirmMs;
  return !writeNote(`${path}${silenceEnding}`, { touchedMs, seenMs: nowMs }) && touchedMs < nowMs;
}

function readNote(path: string): Note | undefined {
  const read = readPrivateFile(path, 1_024);
  const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : undefined;
  if (!isRecord(value)) return undefined;
  const { touchedMs, seenMs } = value;
  return typeof touchedMs === "number" && typeof seenMs === "number" ? { touchedMs, seenMs } : undefined;
}

/** False where nothing can be written. */
function writeNote(path: string, note: Note): boolean {
  const draft = temporaryPath(path);
  try {
    writeFileSync(draft, JSON.stringify(note), { flag: "wx", mode: 0o600 });
    renameSync(draft, path);
    return true;
  } catch {
    return false;
  }
}
