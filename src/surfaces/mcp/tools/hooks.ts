import { good } from "../../../settings/value-kind.ts";
import type { Field } from "../arguments/fields.ts";
import { defineTool, type Tool } from "./tool.ts";

/** A hook gives every input as text, and whatever a person typed is an answer's matter, not a refusal's. */
const typed: Field<string> = {
  about: "",
  schema: { type: "string" },
  read: (given) => good(typeof given === "string" ? given : ""),
};

/**
 * Tools for the hooks of our own plugin, so that a slash command costs no start of Node. Claude Code calls them by name although
 * they are not listed, and lets no model call what is not listed (2.1.197, 2.1.329).
 */
export const hookTools: readonly Tool[] = [
  defineTool({
    name: "hook_slash",
    title: "hook_slash",
    description: "For the hooks of this plugin.",
    isHidden: true,
    annotations: { readOnlyHint: false, openWorldHint: true },
    fields: { command: typed, args: typed, cwd: typed, session: typed, prompt: typed },
    call: async ({ command = "", args = "", cwd = "", session = "", prompt = "" }, context) => {
      await context.host.session.learn(session);
      const { answerSlash } = await import("../slash/answer-slash.ts");
      const name = command.replace(/^codex:/, "");
      return answerSlash({ command: name, args, cwd, session, prompt }, context);
    },
  }),
  defineTool({
    name: "hook_call",
    title: "hook_call",
    description: "For the hooks of this plugin.",
    isHidden: true,
    annotations: { readOnlyHint: true, openWorldHint: false },
    fields: { session: typed, tool: typed, prompt: typed, toolUse: typed, write: typed },
    call: async ({ session = "", tool = "", prompt = "", toolUse = "", write = "" }, { host }) => {
      await host.session.learn(session);
      const { judgeTask } = await import("../slash/judge-task.ts");
      return judgeTask({ tool, prompt, toolUse, write }, host);
    },
  }),
  defineTool({
    name: "hook_session",
    title: "hook_session",
    description: "For the hooks of this plugin.",
    isHidden: true,
    annotations: { readOnlyHint: false, openWorldHint: false },
    fields: { session: typed },
    call: async ({ session = "" }, { host }) => {
      await host.session.learn(session);
      const { noAnswer } = await import("../slash/hook-answer.ts");
      return noAnswer();
    },
  }),
  defineTool({
    name: "hook_agent",
    title: "hook_agent",
    description: "For the hooks of this plugin.",
    isHidden: true,
    annotations: { readOnlyHint: true, openWorldHint: false },
    fields: { session: typed, agent: typed },
    call: async ({ session = "", agent = "" }, { host }) => {
      const { tellOfAgent } = await import("../slash/tell-of-agent.ts");
      return tellOfAgent(session, agent, host);
    },
  }),
];
