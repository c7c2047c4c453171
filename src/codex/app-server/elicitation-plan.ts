import { isRecord } from "../../domain/json.ts";
import { decisions, type PendingAnswer } from "../../domain/pending.ts";
import type {
  McpElicitationSchema,
  McpServerElicitationRequestParams,
  McpServerElicitationRequestResponse,
  ServerRequest,
} from "../protocol/generated.ts";
import { formQuestions, readForm } from "./elicitation-form.ts";
import { decisionOf, decisionWords, declined, type RequestPlan } from "./request-decision.ts";
import { elicitationText } from "./request-text.ts";
import type { Answer } from "./server-requests.ts";

/**
 * Decides about what an MCP server asks for. Calls of its tools are answered by the allow-list alone, never by a person: the
 * elicitation that Codex 0.169 makes of them has no field and says what it is in `_meta`. Forms and addresses go to a person.
 */
export function planElicitation(
  request: ServerRequest,
  params: McpServerElicitationRequestParams,
  allowsTool: (server: string, tool: string) => boolean,
): RequestPlan {
  if (params.mode === "url") return ask(params, undefined);
  if (params.mode !== "form")
    return declined(request, `nothing here can fill in a form of the kind ${params.mode}`);
  const meta = isRecord(params._meta) ? params._meta : {};
  const kind = meta["codex_approval_kind"];
  if (kind === undefined) return ask(params, params.requestedSchema);
  const tool = meta["tool_name"];
  const isCall = kind === "mcp_tool_call" && Object.keys(params.requestedSchema.properties).length === 0;
  if (!isCall || typeof tool !== "string") return declined(request, `it asks for ${JSON.stringify(kind)}`);
  if (!allowsTool(params.serverName, tool)) {
    return declined(request, `the allow-list of MCP tools does not hold ${params.serverName}.${tool}`);
  }
  const answer = {
    decision: "accepted",
    text: `the tool ${params.serverName}.${tool}`,
    reason: "allow-list",
  };
  return { type: "answered", answer: { ...answer, result: reply("accept") } };
}

function ask(
  params: McpServerElicitationRequestParams,
  schema: McpElicitationSchema | undefined,
): RequestPlan {
  const text = elicitationText(params);
  const questions = schema === undefined ? [] : formQuestions(schema);
  return {
    type: "asked",
    question: {
      kind: "elicitation",
      text,
      choices: decisions,
      ...(questions.length === 0 ? {} : { questions }),
    },
    decide: (answer) => decide(answer, text, schema),
  };
}

function decide(answer: PendingAnswer, text: string, schema: McpElicitationSchema | undefined): Answer {
  const { decision, reason } = decisionOf(answer);
  const recorded = { decision: decisionWords[decision], text, ...(reason === undefined ? {} : { reason }) };
  if (decision !== "accept") return { ...recorded, result: reply(decision) };
  if (schema === undefined) return { ...recorded, result: reply("accept") };
  const form = readForm(schema, answer.answers ?? {});
  if ("problem" in form)
    return { decision: "declined", text, reason: form.problem, result: reply("decline") };
  return { ...recorded, result: reply("accept", form.content) };
}

function reply(
  action: McpServerElicitationRequestResponse["action"],
  content: Readonly<Record<string, string | number | boolean | readonly string[]>> | null = null,
): unknown {
  return { action, content, _meta: null };
}
