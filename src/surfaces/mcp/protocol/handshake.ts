import type { Implementation, InitializeResult } from "@modelcontextprotocol/server";
import { codes, ProtocolError } from "./protocol-error.ts";

/** Revisions of MCP that are spoken here, the newest first: what we use of them is alike in all. */
const revisions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"] as const;

/** What `initialize` is answered with: the client's revision where it is spoken here, else the newest. */
export function handshake(
  { protocolVersion: asked }: Readonly<Record<string, unknown>>,
  serverInfo: Implementation,
  instructions: string,
): InitializeResult {
  if (typeof asked !== "string") {
    throw new ProtocolError(codes.invalidParameters, "`protocolVersion` must be a text.");
  }
  const [newest] = revisions;
  return {
    protocolVersion: revisions.find((revision) => revision === asked) ?? newest,
    capabilities: { tools: {}, resources: {} },
    serverInfo,
    instructions,
  };
}
