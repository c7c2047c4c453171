import { TandemError } from "../domain/errors/tandem-error.ts";

/** `strict` (command line): a bad value is an error. `lenient` (MCP server, hooks): a warning, and the value is left out. */
export type Mode = "strict" | "lenient";

/** Where the loader says what is wrong. */
export interface Reporter {
  readonly warnings: string[];
  /** The user's own mistake: throws `usage` in strict mode, warns in lenient mode. */
  readonly fault: (problem: string, hint: string) => void;
  /** Nothing that the user did: warns in both modes. */
  readonly warn: (problem: string) => void;
}

export function makeReporter(mode: Mode): Reporter {
  const warnings: string[] = [];
  return {
    warnings,
    fault: (problem, hint) => {
      if (mode === "strict") throw new TandemError("usage", { problem, hint });
      warnings.push(`${problem} It is ignored.`);
    },
    warn: (problem) => warnings.push(problem),
  };
}
