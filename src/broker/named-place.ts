import { dirname } from "node:path";
import { type BrokerPlace, filesIn } from "./broker-place.ts";
import { findBrokers } from "./broker-record.ts";

/**
 * The place of a broker whose socket a person named (`TANDEM_BROKER`: an absolute path, or the name of a pipe). Its token is in the
 * folder of the broker of this state root that serves there, else in the file `token` beside the socket. Nobody is started there.
 */
export function placeOfSocket(
  stateRoot: string,
  socket: string,
  platform: NodeJS.Platform = process.platform,
): BrokerPlace {
  const known = findBrokers(stateRoot).find(
    ({ record }) => record.address === socket && record.state === "serving",
  );
  const beside = dirname(socket);
  return {
    ...filesIn(known?.folder ?? beside),
    address: socket,
    // A pipe lies in no folder.
    ...(platform === "win32" ? {} : { socketFolder: beside }),
    isNamed: true,
  };
}
