import { TandemError } from "../../domain/errors/tandem-error.ts";

/** The error when an app-server elsewhere is out of reach. `cause` says why, and what is known of a turn there. */
export function unreachable(endpoint: string, cause: string, error?: unknown): TandemError {
  const details = { what: `The app-server at ${endpoint}`, cause };
  return new TandemError("network_unreachable", details, error === undefined ? {} : { cause: error });
}
