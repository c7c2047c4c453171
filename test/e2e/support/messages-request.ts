import type { IncomingHttpHeaders } from "node:http";

/** One request of Claude Code to the model. */
export interface MessagesRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: MessagesBody;
  /** Names of the tools that the model may call. */
  readonly tools: readonly string[];
  /** The text of everything since the model spoke last: the prompt or results of tools, and the reminders around them. */
  readonly newest: string;
  /** Results of tools since the model spoke last. */
  readonly toolResults: readonly ToolResult[];
  /** Resolves when the answer is complete or the client has closed the connection. */
  readonly closed: Promise<void>;
}

export interface ToolResult {
  /** The id of the call. */
  readonly call: string;
  readonly isError: boolean;
  readonly text: string;
}

/** The members of a request's body that tests look at. */
export interface MessagesBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly system?: Content;
  readonly messages: readonly { readonly role: string; readonly content: Content }[];
  readonly tools?: readonly { readonly name: string; readonly description?: string }[];
}

type Content = string | readonly ContentBlock[];

interface ContentBlock {
  readonly type: string;
  readonly text?: string;
  readonly tool_use_id?: string;
  readonly is_error?: boolean;
  readonly content?: Content;
}

/** Reads a request. Claude Code's bodies are trusted to have the members of the Messages API. */
export function readMessagesRequest(
  headers: IncomingHttpHeaders,
  body: MessagesBody,
  closed: Promise<void>,
): MessagesRequest {
  const lastAnswer = body.messages.findLastIndex(({ role }) => role === "assistant");
  const newest = body.messages.slice(lastAnswer + 1).map(({ content }) => content);
  return {
    headers,
    body,
    tools: (body.tools ?? []).map(({ name }) => name),
    newest: newest.map(textOf).join("\n"),
    toolResults: newest.flatMap(toolResultsOf),
    closed,
  };
}

/** All text in a content, that of tool results included; blocks are put on lines of their own. */
export function textOf(content: Content | undefined): string {
  if (content === undefined || typeof content === "string") return content ?? "";
  return content.map((block) => block.text ?? textOf(block.content)).join("\n");
}

function toolResultsOf(content: Content): readonly ToolResult[] {
  if (typeof content === "string") return [];
  return content
    .filter(({ type }) => type === "tool_result")
    .map((block) => ({
      call: block.tool_use_id ?? "",
      isError: block.is_error === true,
      text: textOf(block.content),
    }));
}
