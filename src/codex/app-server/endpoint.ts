import { posix } from "node:path";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { EndpointChoice } from "../../domain/run.ts";
import { concealAddress } from "../../settings/endpoint-settings.ts";
import { quote } from "../../settings/quote.ts";
import { readToken } from "./endpoint-token.ts";

/** An app-server that somebody else started. */
export interface Endpoint {
  /** As messages name it; holds no secret. */
  readonly name: string;
  readonly address:
    | { readonly type: "socket"; readonly path: string }
    | { readonly type: "web"; readonly url: string };
  /** For `Authorization: Bearer`. */
  readonly token?: string;
  /** What the person should know of the link itself. */
  readonly warnings: readonly string[];
}

/** The settings by the names of their variables, which say that they are ours; the user file has them too. */
export const endpointVariable = "TANDEM_ENDPOINT";
export const tokenFileVariable = "TANDEM_ENDPOINT_TOKEN_FILE";

/** How to run Codex on this machine all the same. */
export const stayHere = `To run Codex here, set ${endpointVariable}=none.`;

const forms = "unix:///absolute/path, ws://HOST:PORT or wss://HOST[:PORT]";
/** The system's limit on the name of a socket, less the zero at its end, on Linux; macOS takes 103. */
const longestSocketPath = 103;

/** Reads what somebody named as an endpoint, its token included. Throws `usage` with the fix. */
export function readEndpoint({ address, tokenFile }: EndpointChoice, platform: NodeJS.Platform): Endpoint {
  const endpoint = address.startsWith("unix:") ? socketEndpoint(address, platform) : webEndpoint(address);
  if (tokenFile === undefined) return endpoint;
  if (travelsInClear(endpoint)) {
    throw refused(
      `The token of ${tokenFileVariable} would travel unencrypted to ${endpoint.name}.`,
      "Use wss://, or tunnel the port to this machine and name ws://127.0.0.1:PORT.",
    );
  }
  return { ...endpoint, token: readToken(tokenFile, platform) };
}

function socketEndpoint(value: string, platform: NodeJS.Platform): Endpoint {
  const path = value.slice("unix://".length);
  if (platform === "win32") {
    throw refused("Windows has no sockets of this kind.", "Name ws://127.0.0.1:PORT.");
  }
  if (!value.startsWith("unix://") || !posix.isAbsolute(path) || hasControls(path)) {
    throw refused(`${quoted(value)} names no absolute path.`, "Write unix:///absolute/path: three slashes.");
  }
  if (Buffer.byteLength(path) > longestSocketPath) {
    throw refused(
      `The path of ${endpointVariable} has ${Buffer.byteLength(path)} bytes; a socket's may have ${longestSocketPath}.`,
      "Let the app-server listen at a shorter path, or link one to it.",
    );
  }
  return { name: `unix://${path}`, address: { type: "socket", path }, warnings: [] };
}

function webEndpoint(value: string): Endpoint {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw refused(`${quoted(value)} is no address of an app-server.`, `Write ${forms}.`);
  }
  if ((url.protocol !== "ws:" && url.protocol !== "wss:") || url.hostname === "") {
    throw refused(`${quoted(value)} is no address of an app-server.`, `Write ${forms}.`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw refused(
      `${endpointVariable} holds more than an address.`,
      `Put the token into a file and name the file in ${tokenFileVariable}.`,
    );
  }
  const name = `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
  const endpoint: Endpoint = { name, address: { type: "web", url: url.href }, warnings: [] };
  if (!travelsInClear(endpoint)) return endpoint;
  return { ...endpoint, warnings: [`everything travels unencrypted to ${name}`] };
}

function travelsInClear({ address }: Endpoint): boolean {
  if (address.type === "socket") return false;
  const { protocol, hostname } = new URL(address.url);
  return protocol === "ws:" && !isLoopback(hostname);
}

/** A name is taken at its word only where the system must lead it to this machine (RFC 6761). */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function refused(problem: string, hint: string): TandemError {
  return new TandemError("usage", { problem, hint });
}

function quoted(value: string): string {
  return `${endpointVariable}=${quote(concealAddress(value))}`;
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
