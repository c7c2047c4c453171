import { isRecord } from "../../domain/json.ts";
import type { CallContext, McpHost } from "./host.ts";
import type { ClientLink, IncomingRequest } from "./protocol/client-link.ts";
import { codes, ProtocolError } from "./protocol/protocol-error.ts";
import type * as Work from "./work.ts";

/** Where Claude Code says which use of a tool a call is (2.1.197, 2.1.329). */
const toolUseKey = "claudecode/toolUseId";

/** Answers a request that comes after the handshake. Throws `ProtocolError` for one that is none of ours. */
export async function answerRequest(
  method: string,
  request: IncomingRequest,
  host: McpHost,
  link: ClientLink,
): Promise<unknown> {
  switch (method) {
    case "ping":
      return {};
    case "tools/list":
      return { tools: (await loadWork()).listTools() };
    case "tools/call":
      return callTool(request, contextOf(request, host, link));
    case "resources/list":
      return { resources: (await loadWork()).resources };
    case "resources/templates/list":
      return { resourceTemplates: (await loadWork()).resourceTemplates };
    case "resources/read":
      return readResource(request, host);
    default:
      throw new ProtocolError(codes.methodNotFound, "Method not found");
  }
}

/** Everything behind the requests; see `work.ts`. */
export async function loadWork(): Promise<typeof Work> {
  return import("./work.ts");
}

async function callTool({ parameters }: IncomingRequest, context: CallContext): Promise<unknown> {
  const name = textIn(parameters, "name");
  const { answerCall } = await loadWork();
  const answer = await answerCall(name, parameters["arguments"] ?? {}, context);
  if (answer !== undefined) return answer;
  throw new ProtocolError(codes.invalidParameters, "There is no such tool.");
}

async function readResource({ parameters }: IncomingRequest, host: McpHost): Promise<unknown> {
  const uri = textIn(parameters, "uri");
  const reading = await (await loadWork()).readResource(uri, host);
  if (reading === undefined) throw new ProtocolError(codes.noSuchResource, "There is no such resource.");
  if (typeof reading === "string") throw new ProtocolError(codes.invalidParameters, reading);
  return { contents: [reading] };
}

function textIn(parameters: IncomingRequest["parameters"], name: string): string {
  const value = parameters[name];
  if (typeof value === "string") return value;
  throw new ProtocolError(codes.invalidParameters, `\`${name}\` must be a text.`);
}

function contextOf({ parameters, signal }: IncomingRequest, host: McpHost, link: ClientLink): CallContext {
  const { _meta: given } = parameters;
  const meta = isRecord(given) ? given : {};
  const { [toolUseKey]: toolUse, progressToken } = meta;
  return {
    host,
    signal,
    ...(typeof toolUse === "string" ? { toolUse } : {}),
    ...(typeof progressToken === "string" || typeof progressToken === "number"
      ? {
          progress: (progress, message) =>
            link.notifyWhenRead("notifications/progress", { progressToken, progress, message }),
        }
      : {}),
  };
}
