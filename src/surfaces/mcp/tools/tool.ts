import type { CallToolResult, ToolAnnotations } from "@modelcontextprotocol/server";
import type { Fields } from "../arguments/fields.ts";
import type { Arguments } from "../arguments/read-arguments.ts";
import type { CallContext } from "../host.ts";

/** What the client is told of a tool. */
interface ToolFace {
  readonly name: string;
  readonly title: string;
  /** For the model: the rule first, then what leaves the machine and what it costs. At most 1,000 characters. */
  readonly description: string;
  readonly annotations: ToolAnnotations;
  /** Claude Code loads its schema with the session; all others are found by their names when they are needed. */
  readonly isAlwaysLoaded?: true;
  /** Can be called and is not listed. */
  readonly isHidden?: true;
}

/** A tool as its file defines it. */
interface ToolDefinition<Table extends Fields> extends ToolFace {
  readonly fields: Table;
  readonly call: (values: Arguments<Table>, context: CallContext) => Promise<CallToolResult>;
}

/** A tool for code that treats all of them alike. */
export interface Tool extends ToolFace {
  readonly fields: Fields;
  /** Reads the arguments and does the work. Throws `TandemError` for what the model should read. */
  readonly call: (given: unknown, context: CallContext) => Promise<CallToolResult>;
}

/** Puts the reading of the arguments before a tool's work. */
export function defineTool<Table extends Fields>(definition: ToolDefinition<Table>): Tool {
  const { call, ...face } = definition;
  return {
    ...face,
    call: async (given, context) => {
      const { readArguments } = await import("../arguments/read-arguments.ts");
      return call(readArguments(definition.fields, given), context);
    },
  };
}
