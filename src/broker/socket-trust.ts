import { lstatSync, type Stats } from "node:fs";
import { foreignAccess, untrustedFolder } from "../jobs/private-folders.ts";
import type { BrokerPlace } from "./broker-place.ts";

/**
 * Why a socket is not even spoken to; undefined when it may be, or is not there. Anybody may make folders and sockets in the temp
 * folder, and a repository may hold a link to one: only a socket of ours in a folder that is ours alone to write is used.
 */
export function distrustSocket(
  { address, socketFolder }: Pick<BrokerPlace, "address" | "socketFolder">,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  // The name of a pipe lies in no folder.
  if (platform === "win32") return undefined;
  return (
    (socketFolder === undefined ? undefined : distrust(socketFolder, untrustedFolder)) ??
    distrust(address, untrustedSocket)
  );
}

function distrust(path: string, judge: (stats: Stats) => string | undefined): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const problem = stats === undefined ? undefined : judge(stats);
  return problem === undefined ? undefined : `${path}: ${problem}`;
}

function untrustedSocket(stats: Stats): string | undefined {
  return stats.isSocket() ? foreignAccess(stats) : "it is not a socket";
}
