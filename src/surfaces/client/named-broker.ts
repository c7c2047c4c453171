import { TandemError } from "../../domain/errors/tandem-error.ts";
import { isFullyQualified, type Machine, variableOf } from "../../settings/paths.ts";
import { quotePath } from "../../settings/quote.ts";

/**
 * The socket that `TANDEM_BROKER` names: an absolute path, or on Windows the name of a pipe. Undefined when it names none. Throws
 * `usage`. Only the environment names it: a file of a repository must not choose who gets the environment of a run.
 */
export function namedBroker({ environment, platform }: Machine): string | undefined {
  const socket = variableOf(environment, "TANDEM_BROKER");
  if (socket === undefined) return undefined;
  // The name of a pipe looks like the path of a server.
  if (isFullyQualified(socket, platform) && !socket.includes("\0")) return socket;
  throw new TandemError("usage", {
    problem: `TANDEM_BROKER must be the absolute path of a broker's socket; it is ${quotePath(socket)}.`,
    hint: "Name the socket by its absolute path, or unset TANDEM_BROKER: a broker is started where it is needed.",
  });
}
