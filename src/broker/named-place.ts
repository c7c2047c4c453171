import { dirname } from "node:path";
import { BrokerUnreached } from "./broker-client.ts";
import { type BrokerPlace, filesIn } from "./broker-place.ts";
import { type FoundBroker, findBrokers } from "./broker-record.ts";

/**
 * The place of a broker whose socket a person named (`TANDEM_BROKER`: an absolute path, or the name of a pipe). Its token is in the
 * folder of the broker of this state root that serves there, else in the file `token` beside the socket. Throws `BrokerUnreached`.
 */
export function placeOfSocket(
  stateRoot: string,
  socket: string,
  platform: NodeJS.Platform = process.platform,
): BrokerPlace {
  const known = findBrokers(stateRoot).find(
    ({ record }) => record.address === socket && record.state === "serving",
  );
  if (known !== undefined) return placeOfFound(known, platform);
  if (platform !== "win32") return placeBeside(dirname(socket), socket, platform);
  // Beside a pipe there are more pipes, which anybody may serve: no token can come from there.
  throw new BrokerUnreached("absent", "no broker of this state folder serves there");
}

/** The place of a broker that was found serving. */
export function placeOfFound(
  { folder, record }: FoundBroker,
  platform: NodeJS.Platform = process.platform,
): BrokerPlace {
  return placeBeside(folder, record.address, platform);
}

function placeBeside(folder: string, address: string, platform: NodeJS.Platform): BrokerPlace {
  return {
    ...filesIn(folder),
    address,
    // A pipe lies in no folder.
    ...(platform === "win32" ? {} : { socketFolder: dirname(address) }),
    isNamed: true,
  };
}
