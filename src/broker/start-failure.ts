import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readPrivateFile, writePrivateFile } from "../jobs/private-files.ts";
import type { BrokerPlace } from "./broker-place.ts";

/** The last start that failed at a place. */
export interface StartFailure {
  /** Tells it from every other one without a clock. */
  readonly id: string;
  readonly why: string;
}

/** Leaves word for those who wait for this start: without it each of them would try in vain once more, one after the other. */
export async function noteStartFailure(place: Pick<BrokerPlace, "folder">, why: string): Promise<void> {
  const text = `${randomUUID()}\n${why.slice(0, 1_000)}`;
  // Where nothing can be written, each one finds out for itself.
  await writePrivateFile(pathIn(place), text, { durable: false }).catch(() => undefined);
}

/** The last failure that somebody left word of; undefined when none did. */
export function readStartFailure(place: Pick<BrokerPlace, "folder">): StartFailure | undefined {
  const read = readPrivateFile(pathIn(place), 64 * 1024);
  if (read.found !== "file") return undefined;
  const [id = "", ...why] = read.bytes.toString("utf8").split("\n");
  return { id, why: why.join("\n") };
}

function pathIn({ folder }: Pick<BrokerPlace, "folder">): string {
  return join(folder, "start-failure");
}
