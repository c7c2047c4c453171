import type { FormatOptions, RunOptions } from "../run-options.ts";

/** Options of the commands that look at operators. */
export interface OperatorOptions extends FormatOptions {
  readonly cwd?: string;
}

export interface OperatorRunOptions extends RunOptions {
  readonly input: readonly string[];
  readonly inputFile?: string;
  readonly overwrite?: boolean;
  readonly job?: string;
}
