import { chmodSync, lstatSync, renameSync, rmSync, type Stats } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { foreignAccess } from "../jobs/private-folders.ts";

/** An address at which we listen. */
export interface Door {
  /** False when the socket was removed, something else is in its place, or nobody would trust it any more. */
  isReachable(): boolean;
  /** Takes nobody any more and removes the socket if it is ours. Those who are connected stay. */
  close(): void;
}

/**
 * Listens at an address. Whatever socket lies there is replaced: the caller holds the lock of the place, so nobody alive listens at
 * it. Rejects with the system's error.
 */
export async function openDoor(
  address: string,
  onConnection: (socket: Socket) => void,
  platform: NodeJS.Platform = process.platform,
): Promise<Door> {
  const server = createServer(onConnection);
  if (platform === "win32") {
    await listen(server, address);
    return { isReachable: () => server.listening, close: () => void server.close() };
  }
  // Under another name first. The rename leaves no moment without a socket, and Node, which removes the name that it was told once it
  // stops listening, cannot remove the socket of a successor.
  const draft = `${address}.n`;
  rmSync(draft, { force: true });
  await listen(server, draft);
  const { ino, dev } = putInPlace(server, draft, address);
  const isOurs = (stats: Stats | undefined): stats is Stats => stats?.ino === ino && stats.dev === dev;
  const isReachable = () => {
    const stats = lstatSync(address, { throwIfNoEntry: false });
    return isOurs(stats) && foreignAccess(stats) === undefined;
  };
  return {
    isReachable,
    close: () => {
      if (isOurs(lstatSync(address, { throwIfNoEntry: false }))) rmSync(address, { force: true });
      server.close();
    },
  };
}

function putInPlace(server: Server, draft: string, address: string): Stats {
  try {
    chmodSync(draft, 0o600);
    const stats = lstatSync(draft);
    renameSync(draft, address);
    return stats;
  } catch (thrown) {
    server.close();
    throw thrown;
  }
}

async function listen(server: Server, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.removeListener("error", reject);
      // From now on only single visitors can fail to come in; they try again.
      server.on("error", () => undefined);
      resolve();
    });
  });
}
