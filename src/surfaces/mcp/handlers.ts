import {
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { CallContext, McpHost } from "./host.ts";
import type * as Work from "./work.ts";

/** Where Claude Code says which use of a tool a call is (2.1.197, 2.1.329). */
const toolUseKey = "claudecode/toolUseId";
/** The protocol's own code; the library's list of codes leaves it out. */
const noSuchResource = -32002;

/** Answers the requests of a client. */
export function handleRequests(server: Server, host: McpHost): void {
  server.setRequestHandler("tools/list", async () => ({ tools: (await loadWork()).listTools() }));
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const { answerCall } = await loadWork();
    const answer = await answerCall(params.name, params.arguments ?? {}, contextOf(mcpReq, host));
    if (answer !== undefined) return answer;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, "There is no such tool.");
  });
  server.setRequestHandler("resources/list", async () => ({ resources: (await loadWork()).resources }));
  server.setRequestHandler("resources/templates/list", async () => ({
    resourceTemplates: (await loadWork()).resourceTemplates,
  }));
  server.setRequestHandler("resources/read", async ({ params: { uri } }) => {
    const reading = await (await loadWork()).readResource(uri, host);
    if (reading === undefined) throw new ProtocolError(noSuchResource, "There is no such resource.");
    if (typeof reading === "string") throw new ProtocolError(ProtocolErrorCode.InvalidParams, reading);
    return { contents: [reading] };
  });
}

/** Everything behind the requests; see `work.ts`. */
export async function loadWork(): Promise<typeof Work> {
  return import("./work.ts");
}

function contextOf(call: ServerContext["mcpReq"], host: McpHost): CallContext {
  const toolUse = call._meta?.[toolUseKey];
  const progressToken = call._meta?.progressToken;
  return {
    host,
    signal: call.signal,
    ...(typeof toolUse === "string" ? { toolUse } : {}),
    ...(progressToken === undefined
      ? {}
      : {
          progress: (progress, message) => {
            const params = { progressToken, progress, message };
            call.notify({ method: "notifications/progress", params }).catch(() => {
              // The client is gone, or has taken the call back: nobody wants to know.
            });
          },
        }),
  };
}
