import { join } from "node:path";
import { hashPath } from "../state-paths.ts";

/** Where the gate of one workspace keeps what it knows, all below the state root. */
export interface GatePlaces {
  /** The workspace: root of a work tree, absolute and without links. */
  readonly workspace: string;
  readonly folder: string;
  readonly state: string;
  readonly lock: string;
  /** A file for each session of Claude Code. */
  readonly sessions: string;
  /** A folder for each snapshot. */
  readonly snapshots: string;
}

/** The gate's folder for all workspaces. */
export function gateFolder(stateRoot: string): string {
  return join(stateRoot, "gate");
}

export function gatePlaces(stateRoot: string, workspace: string): GatePlaces {
  const folder = join(gateFolder(stateRoot), hashPath(workspace));
  return {
    workspace,
    folder,
    state: join(folder, "gate.json"),
    lock: join(folder, "gate.lock"),
    sessions: join(folder, "sessions"),
    snapshots: join(folder, "snapshots"),
  };
}
