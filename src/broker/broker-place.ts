import { createHash } from "node:crypto";
import { basename, join } from "node:path";

/** Where a broker keeps what others find it by. */
export interface BrokerPlace {
  readonly key: string;
  /** In the state root, for us alone. */
  readonly folder: string;
  /** A socket, or on Windows the name of a pipe. */
  readonly address: string;
  /** Folder that has to be made for the socket, outside of the state root; absent where it lies in `folder`. */
  readonly socketFolder?: string;
  readonly record: string;
  readonly token: string;
  readonly startLock: string;
  readonly lock: string;
  readonly log: string;
  /** A person named the socket: whoever serves there is neither started nor ended by us. */
  readonly isNamed?: true;
}

/** Longest path that a Unix socket takes everywhere, in bytes (macOS: 104 with its end). */
const longestSocketPath = 100;

/** The name of the broker for these facts: 16 hexadecimal digits. Whoever sees the same facts uses the same broker. */
export function brokerKey(facts: readonly (string | undefined)[]): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}

export function brokersFolder(stateRoot: string): string {
  return join(stateRoot, "brokers");
}

/** The place of a broker. A state root with a long path gets a socket in a folder of its own below /tmp; the token stays with us. */
export function brokerPlace(
  stateRoot: string,
  key: string,
  { platform, user }: { readonly platform: NodeJS.Platform; readonly user: number | undefined },
): BrokerPlace {
  const folder = join(brokersFolder(stateRoot), key);
  const files = filesIn(folder);
  const rootHash = createHash("sha256").update(stateRoot).digest("hex").slice(0, 16);
  if (platform === "win32") return { ...files, address: `\\\\.\\pipe\\codex-tandem-${rootHash}-${key}` };
  const near = join(folder, "socket");
  if (Buffer.byteLength(near) <= longestSocketPath) return { ...files, address: near };
  const socketFolder = `/tmp/codex-tandem-${user ?? "user"}-${rootHash}`;
  return { ...files, address: `${socketFolder}/${key}`, socketFolder };
}

/** The files of the broker whose folder this is. */
export function filesIn(folder: string): Omit<BrokerPlace, "address" | "socketFolder" | "isNamed"> {
  return {
    key: basename(folder),
    folder,
    record: join(folder, "broker.json"),
    token: join(folder, "token"),
    startLock: join(folder, "start.lock"),
    lock: join(folder, "broker.lock"),
    log: join(folder, "broker.log"),
  };
}
