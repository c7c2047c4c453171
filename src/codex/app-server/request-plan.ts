import { type Decision, decisions } from "../../domain/pending.ts";
import type {
  CommandExecutionApprovalDecision,
  CommandExecutionRequestApprovalParams,
  CommandExecutionRequestApprovalResponse,
  FileChangeApprovalDecision,
  FileChangeRequestApprovalParams,
  FileChangeRequestApprovalResponse,
  FileUpdateChange,
  ServerRequest,
  ToolRequestUserInputParams,
  ToolRequestUserInputResponse,
} from "../protocol/generated.ts";
import { planElicitation } from "./elicitation-plan.ts";
import { decisionOf, decisionWords, declined, type RequestPlan } from "./request-decision.ts";
import { commandText, longestCommand, patchName, patchText } from "./request-text.ts";
import { declineServerRequest } from "./server-requests.ts";

/** What the plan depends on beside the request. */
export interface RequestContext {
  /** The allow-list of MCP servers and tools. */
  readonly allowsTool: (server: string, tool: string) => boolean;
  /** The changes of a patch by its item's id; empty where they are not known. */
  readonly changesOf: (item: string) => readonly FileUpdateChange[];
}

/**
 * Decides who answers a request of a thread on which somebody may be asked. One accepted step is all that is ever granted: no
 * acceptance for the rest of a turn or session, no amendment of a policy. Throws for methods that Codex added later.
 */
export function planRequest(request: ServerRequest, context: RequestContext): RequestPlan {
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return planCommand(request, request.params);
    case "item/fileChange/requestApproval":
      return planPatch(request, request.params, context.changesOf(request.params.itemId));
    case "item/tool/requestUserInput":
      return planQuestion(request.params);
    case "mcpServer/elicitation/request":
      return planElicitation(request, request.params, context.allowsTool);
    case "item/permissions/requestApproval":
      // The narrowest grant holds for every later command of the turn, which nobody has seen (Codex 0.169).
      return declined(request, "there is no permission for one command alone");
    case "applyPatchApproval":
    case "execCommandApproval":
    case "item/tool/call":
    case "currentTime/read":
    case "account/chatgptAuthTokens/refresh":
    case "attestation/generate":
      break;
  }
  return { type: "answered", answer: declineServerRequest(request) };
}

function planCommand(request: ServerRequest, params: CommandExecutionRequestApprovalParams): RequestPlan {
  const { command, availableDecisions } = params;
  const length = command?.length ?? 0;
  if (length > longestCommand)
    return declined(request, `it has ${length} characters, more than anybody can judge`);
  if (availableDecisions?.includes("accept") === false)
    return declined(request, "it cannot be accepted once");
  return planStep(commandText(params), "command", command ?? "a command", (decision) => {
    const answer: CommandExecutionApprovalDecision = decision;
    return { decision: answer } satisfies CommandExecutionRequestApprovalResponse;
  });
}

function planPatch(
  request: ServerRequest,
  { reason, grantRoot }: FileChangeRequestApprovalParams,
  changes: readonly FileUpdateChange[],
): RequestPlan {
  if (grantRoot) return declined(request, `it asks for all of ${grantRoot} until the end of the session`);
  if (changes.length === 0) return declined(request, "Codex does not say which files it changes");
  return planStep(patchText(changes, reason), "patch", patchName(changes), (decision) => {
    const answer: FileChangeApprovalDecision = decision;
    return { decision: answer } satisfies FileChangeRequestApprovalResponse;
  });
}

/** A step outside of the sandbox. `name` is what the record calls it. */
function planStep(
  text: string,
  kind: "command" | "patch",
  name: string,
  reply: (decision: Decision) => unknown,
): RequestPlan {
  return {
    type: "asked",
    question: { kind, text, choices: decisions },
    decide: (answer) => {
      const { decision, reason } = decisionOf(answer);
      return {
        result: reply(decision),
        decision: decisionWords[decision],
        text: name,
        ...(reason === undefined ? {} : { reason }),
        ...(decision === "accept" ? { isFullAccess: true as const } : {}),
      };
    },
  };
}

/** Questions of the model. They change nothing, so anybody may answer them. */
function planQuestion({ questions }: ToolRequestUserInputParams): RequestPlan {
  const asked = questions.map(({ id, question, options, isOther }) => {
    const choices = (options ?? []).map(({ label }) => label);
    return { id, text: question, choices, isFree: isOther || choices.length === 0 };
  });
  const text = asked.map((one) => one.text).join("\n");
  return {
    type: "asked",
    question: {
      kind: "question",
      text,
      choices: asked.length === 1 ? (asked[0]?.choices ?? []) : [],
      questions: asked.map(({ id, text: words, choices }) => ({ id, text: words, choices })),
    },
    decide: ({ decision, answers = {} }) => {
      const given = decision === "accept" ? new Map(Object.entries(answers)) : new Map<string, string>();
      const fitting = asked.flatMap(({ id, choices, isFree }) => {
        const answer = given.get(id);
        return answer !== undefined && (isFree || choices.includes(answer)) ? [[id, answer] as const] : [];
      });
      const missing = given.size - fitting.length;
      return {
        result: {
          answers: Object.fromEntries(fitting.map(([id, answer]) => [id, { answers: [answer] }])),
        } satisfies ToolRequestUserInputResponse,
        decision: fitting.length === 0 ? "not answered" : "answered",
        text,
        ...(missing === 0
          ? {}
          : { reason: `${missing} of the answers fit no question or none of its options` }),
      };
    },
  };
}
