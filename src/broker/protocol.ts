import { isRecord, parseJson } from "../domain/json.ts";

/**
 * What is said over a broker's socket: JSON-RPC 2.0, one message a line. A client says `hello` with a nonce and checks the broker's
 * proof, sends its own with `authenticate`, and may then call the other methods.
 */
export type BrokerMethod = "hello" | "authenticate" | "health" | "submit" | "follow" | "drain";

/** Longest message: the environment of a shell with room to spare, in characters. */
export const longestMessage = 8 * 1024 * 1024;

export interface BrokerRequest {
  readonly id: number;
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type BrokerResponse =
  | { readonly id: number; readonly result: Readonly<Record<string, unknown>> }
  | { readonly id: number; readonly error: { readonly code: number; readonly message: string } };

/** What `health` answers. */
export interface HealthAnswer {
  readonly pid: number;
  readonly version: string;
  readonly running: number;
  readonly queued: number;
  readonly draining: boolean;
  /** The real path of the CODEX_HOME that it serves. */
  readonly codexHome: string;
}

export function printRequest({ id, method, parameters }: BrokerRequest): string {
  return `${JSON.stringify({ jsonrpc: "2.0", id, method, params: parameters })}\n`;
}

export function printResponse(response: BrokerResponse): string {
  return `${JSON.stringify({ jsonrpc: "2.0", ...response })}\n`;
}

export function parseRequest(line: string): BrokerRequest | undefined {
  const value = parseJson(line);
  if (!isRecord(value)) return undefined;
  const { id, method, params } = value;
  if (typeof id !== "number" || typeof method !== "string") return undefined;
  return { id, method, parameters: isRecord(params) ? params : {} };
}

export function parseResponse(line: string): BrokerResponse | undefined {
  const value = parseJson(line);
  if (!isRecord(value) || typeof value["id"] !== "number") return undefined;
  const { id, result, error } = value;
  if (isRecord(result)) return { id, result };
  if (!isRecord(error) || typeof error["message"] !== "string") return undefined;
  return {
    id,
    error: { code: typeof error["code"] === "number" ? error["code"] : 0, message: error["message"] },
  };
}

/** The variables of an environment that came over the socket. */
export function readEnvironment(value: unknown): Record<string, string> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(entries);
}
