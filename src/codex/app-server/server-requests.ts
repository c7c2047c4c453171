import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { AnswerOrigin } from "../../domain/pending.ts";
import type {
  ApplyPatchApprovalResponse,
  CommandExecutionRequestApprovalResponse,
  CurrentTimeReadResponse,
  DynamicToolCallResponse,
  ExecCommandApprovalResponse,
  FileChangeRequestApprovalResponse,
  McpServerElicitationRequestResponse,
  PermissionsRequestApprovalResponse,
  ServerRequest,
  ToolRequestUserInputResponse,
} from "../protocol/generated.ts";

/** What we answer to one request of the server, and how it is recorded. */
export interface Answer {
  readonly result: unknown;
  readonly decision: string;
  /** What was asked for, for people. */
  readonly text: string;
  /** Why it is not what was asked for, or not what was answered. */
  readonly reason?: string;
  /** What was accepted may run outside of the sandbox. */
  readonly isFullAccess?: true;
}

/**
 * Declines whatever the server asks for. With approval policy `never` nothing should be asked; what is asked all the same
 * (an MCP server's form, a tool that we host not) gets a valid refusal, so that the turn goes on.
 * Throws for methods that Codex added later: the peer answers them as unknown.
 */
export function declineServerRequest(request: ServerRequest): Answer {
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return {
        result: { decision: "decline" } satisfies CommandExecutionRequestApprovalResponse,
        decision: "declined",
        text: request.params.command ?? "a command",
      };
    case "item/fileChange/requestApproval":
      return {
        result: { decision: "decline" } satisfies FileChangeRequestApprovalResponse,
        decision: "declined",
        text: request.params.reason ?? "a file change",
      };
    case "item/permissions/requestApproval":
      return {
        result: { permissions: {}, scope: "turn" } satisfies PermissionsRequestApprovalResponse,
        decision: "declined",
        text: request.params.reason ?? "more permissions",
      };
    case "item/tool/requestUserInput":
      return {
        result: { answers: {} } satisfies ToolRequestUserInputResponse,
        decision: "not answered",
        text: request.params.questions.map(({ question }) => question).join(" / "),
      };
    case "mcpServer/elicitation/request":
      return {
        result: {
          action: "decline",
          content: null,
          _meta: null,
        } satisfies McpServerElicitationRequestResponse,
        decision: "declined",
        text: `a form of the MCP server ${request.params.serverName}`,
      };
    case "item/tool/call":
      return {
        result: {
          contentItems: [{ type: "inputText", text: "This client hosts no tools." }],
          success: false,
        } satisfies DynamicToolCallResponse,
        decision: "refused",
        text: `the tool ${request.params.tool}`,
      };
    case "currentTime/read":
      return {
        result: { currentTimeAt: Math.floor(Date.now() / 1000) } satisfies CurrentTimeReadResponse,
        decision: "answered",
        text: "the current time",
      };
    case "applyPatchApproval":
    case "execCommandApproval":
      return {
        result: {
          decision: { denied: { rejection: "Declined by the client." } },
        } satisfies ApplyPatchApprovalResponse & ExecCommandApprovalResponse,
        decision: "declined",
        text: "an approval of an older protocol",
      };
    case "account/chatgptAuthTokens/refresh":
    case "attestation/generate":
      throw new Error(`${request.method} is not offered by this client`);
  }
  // Reached for a method of a newer Codex than the types were made from.
  throw new Error(`unknown request ${JSON.stringify(request)}`.slice(0, 300));
}

/** Declines a request and tells of it. Throws for methods that Codex added later, which is told as well. */
export function declineAndTell(
  request: ServerRequest,
  tell: (event: RunEvent) => void,
  reason?: string,
): unknown {
  const { method } = request;
  try {
    const answer = declineServerRequest(request);
    tell(requestEvent(method, reason === undefined ? answer : { ...answer, reason }));
    return answer.result;
  } catch (error) {
    tell(requestEvent(method, { decision: "refused", text: messageOf(error) }));
    throw error;
  }
}

/** The journal's record of an answered request. */
export function requestEvent(
  method: string,
  { decision, text, reason, isFullAccess }: Omit<Answer, "result">,
  asked: { readonly request?: string; readonly origin?: AnswerOrigin } = {},
): RunEvent {
  return {
    type: "request_answered",
    method,
    decision,
    text,
    ...asked,
    ...(reason === undefined ? {} : { reason }),
    ...(isFullAccess === undefined ? {} : { isFullAccess }),
  };
}
