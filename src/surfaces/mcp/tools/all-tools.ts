import type { Tool as ListedTool } from "@modelcontextprotocol/server";
import type { Fields } from "../arguments/fields.ts";
import { cancelTool } from "./cancel.ts";
import { consultTool } from "./consult.ts";
import { delegateTool } from "./delegate.ts";
import { hookTools } from "./hooks.ts";
import { replyTool } from "./reply.ts";
import { resultTool } from "./result.ts";
import { reviewTool } from "./review.ts";
import { statusTool } from "./status.ts";
import { taskTool } from "./task.ts";
import type { Tool } from "./tool.ts";

const tools: readonly Tool[] = [
  consultTool,
  reviewTool,
  taskTool,
  delegateTool,
  resultTool,
  statusTool,
  replyTool,
  cancelTool,
  ...hookTools,
];

export function findTool(name: string): Tool | undefined {
  return tools.find((tool) => tool.name === name);
}

/** The tools as `tools/list` gives them. */
export function listTools(): ListedTool[] {
  return tools.filter(({ isHidden }) => isHidden !== true).map(describeTool);
}

/**
 * Claude Code writes results above 50 KB or 25,000 tokens to a file and shows the model 2 KB of it, unless the tool says how much it
 * may return (2.1.197, 2.1.329). Our pages stay far below this.
 */
const largeResults = { "anthropic/maxResultSizeChars": 200_000 };

function describeTool({ name, title, description, annotations, fields, isAlwaysLoaded }: Tool): ListedTool {
  return {
    name,
    title,
    description,
    inputSchema: schemaOf(fields),
    annotations: { ...annotations },
    // No output schema: what goes with it takes the place of the text before the model.
    _meta: { ...largeResults, ...(isAlwaysLoaded === true ? { "anthropic/alwaysLoad": true } : {}) },
  };
}

function schemaOf(fields: Fields): ListedTool["inputSchema"] {
  const all = Object.entries(fields);
  const needed = all.flatMap(([name, { isRequired }]) => (isRequired === true ? [name] : []));
  return {
    type: "object",
    properties: Object.fromEntries(
      all.map(([name, { about, schema }]) => [name, { ...schema, description: about }]),
    ),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  };
}
