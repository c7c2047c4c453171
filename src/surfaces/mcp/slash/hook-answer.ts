import type { CallToolResult } from "@modelcontextprotocol/server";
import type { Envelope } from "../../../domain/envelope.ts";
import { inSlashWords } from "./slash-steps.ts";

/** Longest context that Claude Code hands to its model whole is 9,900 characters (2.1.197, 2.1.329). */
export const longestContext = 9_000;

/**
 * Ends the command before any model is asked; the person reads the text. Not by `continue: false`: Claude Code then puts the text into
 * the conversation as the person's own words, and 2.1.197 shows it twice (2.1.197, 2.1.329).
 */
export function stop(text: string): CallToolResult {
  // Claude Code puts words of its own before it, which would push the first line aside.
  return answer({ decision: "block", reason: `\n${text.trimEnd()}` });
}

/** Goes on with the command; the model reads this beside the command's own page. */
export function tellModel(text: string): CallToolResult {
  return answer({ hookSpecificOutput: { hookEventName: "UserPromptExpansion", additionalContext: text } });
}

/** A hook that has nothing to say. */
export function noAnswer(): CallToolResult {
  return answer({});
}

/** What a PreToolUse hook says of a call; without an opinion the person's own rules decide. */
export function judgeCall(decision?: "allow" | "deny", reason?: string): CallToolResult {
  if (decision === undefined) return noAnswer();
  return answer({
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: decision,
      ...(reason === undefined ? {} : { permissionDecisionReason: reason }),
    },
  });
}

/** What a PostToolUse hook adds to what a call gave. */
export function afterCall({
  person,
  model,
}: {
  readonly person?: string;
  readonly model?: string;
}): CallToolResult {
  return answer({
    ...(person === undefined ? {} : { systemMessage: person }),
    ...(model === undefined
      ? {}
      : { hookSpecificOutput: { hookEventName: "PostToolUse", additionalContext: model } }),
  });
}

/** An envelope as a person reads it in Claude Code: without colours, its ways out as slash commands. */
export async function textOf(envelope: Envelope): Promise<string> {
  const { renderEnvelope } = await import("../../../report/text/render-envelope.ts");
  return renderEnvelope(inSlashWords(envelope), { columns: 80, colour: false });
}

/** Claude Code reads the text of a tool that a hook calls as the hook's output. */
function answer(output: Readonly<Record<string, unknown>>): CallToolResult {
  return { content: [{ type: "text", text: JSON.stringify(output) }] };
}
