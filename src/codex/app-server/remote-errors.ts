import { TandemError } from "../../domain/errors/tandem-error.ts";
import { stayHere } from "./endpoint.ts";

/** The error when an app-server elsewhere is out of reach; `cause` says why. */
export function unreachable(endpoint: string, cause: string, error?: unknown): TandemError {
  const say = `Check that it runs there, and the network to it. ${stayHere}`;
  return new TandemError(
    "network_unreachable",
    { what: `The app-server at ${endpoint}`, cause },
    { repair: { say }, ...(error === undefined ? {} : { cause: error }) },
  );
}

/** The error when the link broke in the middle of a turn: what became of the turn is not known here. */
export function lostOnTheWay(endpoint: string, reason: string, thread: string): TandemError {
  return new TandemError(
    "network_unreachable",
    {
      what: `The app-server at ${endpoint}`,
      cause: `the link was lost in the middle of a turn (${reason}); thread ${thread} may go on there`,
      thread,
    },
    {
      repair: {
        say: "Check that it runs there, and look at the thread before you start the run again: its turn may have gone on.",
        command: "tandem threads",
      },
    },
  );
}
