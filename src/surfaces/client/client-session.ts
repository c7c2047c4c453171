import type { AskedBy } from "../../domain/run.ts";
import type { JobStore } from "../../jobs/store.ts";
import type { LoadedSettings } from "../../settings/load.ts";
import type { Log } from "../../settings/log.ts";
import type { Machine } from "../../settings/paths.ts";
import type { StandbyRunner } from "./standby-runner.ts";

/** What whoever asks for a run knows of the machine. */
export interface ClientWorld extends Machine {
  readonly architecture: string;
  readonly nodePath: string;
  /** Waits for the job of a command that may get a process of its own. */
  readonly standby?: StandbyRunner;
}

/** What asking for runs works with, on the command line and over MCP alike. */
export interface ClientSession {
  readonly world: ClientWorld;
  readonly stateRoot: string;
  /** Root of the work tree around the folder of the request, else that folder. */
  readonly workspace: string;
  readonly settings: LoadedSettings;
  readonly store: JobStore;
  readonly log: Log;
  /** Where the surface knows better than the environment. */
  readonly askedBy?: AskedBy;
}
