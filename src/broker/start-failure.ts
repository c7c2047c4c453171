import { join } from "node:path";
import { readPrivateFile, writePrivateFile } from "../jobs/private-files.ts";
import type { BrokerPlace } from "./broker-place.ts";

/** Leaves word for those who wait for this start: without it each of them would try in vain once more, one after the other. */
export async function noteStartFailure(place: Pick<BrokerPlace, "folder">, why: string): Promise<void> {
  // Where nothing can be written, each one finds out for itself.
  await writePrivateFile(pathIn(place), why.slice(0, 1_000), { durable: false }).catch(() => undefined);
}

/** Why a start failed since `sinceMs` (ms since 1970); undefined when none did. */
export function readStartFailure(place: Pick<BrokerPlace, "folder">, sinceMs: number): string | undefined {
  const read = readPrivateFile(pathIn(place), 64 * 1024);
  if (read.found !== "file" || read.stats.mtimeMs < sinceMs) return undefined;
  return read.bytes.toString("utf8");
}

function pathIn({ folder }: Pick<BrokerPlace, "folder">): string {
  return join(folder, "start-failure");
}
