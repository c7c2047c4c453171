/** Codes of JSON-RPC 2.0, and the one of MCP for a resource that is not there. */
export const codes = {
  methodNotFound: -32601,
  invalidParameters: -32602,
  internalError: -32603,
  noSuchResource: -32002,
} as const;

/** A request that cannot be answered: the client's mistake in the words of the protocol, and no result of a tool. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
