import type { ErrorKind } from "./errors/tandem-error.ts";
import type { Tier } from "./tier.ts";

/** What an input of an operator may be. A path is made absolute; `paths` is a list of them. */
export const inputTypes = ["string", "number", "enum", "path", "paths"] as const;
export type InputType = (typeof inputTypes)[number];

export interface InputSpec {
  readonly type: InputType;
  readonly about?: string;
  readonly required?: boolean;
  /** Inputs without which this one makes no sense. */
  readonly needs?: readonly string[];
  readonly default?: string | number | readonly string[];
  /** The words that an `enum` may be. */
  readonly values?: readonly string[];
  /** Least and most: of a number its value, of a text its characters, of paths their count. */
  readonly min?: number;
  readonly max?: number;
  /** False for a path that need not be there before the run; true unless said otherwise. */
  readonly exists?: boolean;
}

/** The value of an input: paths are absolute. */
export type InputValue = string | number | readonly string[];

/**
 * Where an output comes from: a file that Codex writes into its scratch folder, the `result` of its final line, or the images that
 * its own image tool made in the thread.
 */
export const outputSources = ["file", "result", "image"] as const;
export type OutputSource = (typeof outputSources)[number];

export interface OutputSpec {
  /** Where we copy it to once the checks have passed: a path, or the input that names it as `{{name}}`. Without it it stays with the job. */
  readonly path?: string;
  readonly from: OutputSource;
  /** The present file is put into the scratch folder first, so that Codex can change it. */
  readonly seed?: boolean;
  /** Declared only when this input was given. */
  readonly when?: string;
}

/** Least and most of a measure; both count as inside. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Types of file that are told by the bytes in it, never by its name. */
export const fileTypes = ["png", "jpeg", "gif", "webp", "pdf", "zip", "gzip", "json", "text"] as const;
export type FileType = (typeof fileTypes)[number];

/** Tools of Codex whose use leaves a trace that can be checked; an MCP tool is `server.tool`. */
export type ToolName = string;

interface CheckBase {
  /** False makes it advice: a row of the evidence that decides nothing. */
  readonly required?: boolean;
  /** Held only when this input was given. */
  readonly when?: string;
}

/** One check of what a run left. `output` names the declared output that it looks at. */
export type CheckSpec = CheckBase &
  (
    | { readonly check: "type"; readonly output: string; readonly is: FileType | readonly FileType[] }
    | ({ readonly check: "size"; readonly output: string } & Range)
    | {
        readonly check: "image";
        readonly output: string;
        readonly width?: number | Range;
        readonly height?: number | Range;
        /** `16:9`; a tenth part off is still the same. */
        readonly aspect?: string;
        readonly alpha?: boolean;
      }
    | { readonly check: "schema"; readonly output: string; readonly schema: unknown }
    | { readonly check: "value"; readonly output: string; readonly at: string; readonly equals?: unknown }
    | {
        readonly check: "text";
        readonly output: string;
        readonly pattern: string;
        readonly absent?: boolean;
      }
    | { readonly check: "changed"; readonly output: string }
    | { readonly check: "command"; readonly run: readonly string[]; readonly exit?: number }
  );

/** The contract of an operator as its file says it, with what it includes put in. */
export interface OperatorContract {
  readonly name: string;
  readonly goal: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly prompt: string;
  readonly tools: { readonly require: readonly ToolName[]; readonly forbid: readonly string[] };
  readonly outputs: Readonly<Record<string, OutputSpec>>;
  readonly tier: "read-only" | "workspace-write";
  readonly network: boolean;
  /** Inputs whose files are attached as images. */
  readonly images: readonly string[];
  readonly timeoutMs?: number;
  readonly checks: readonly CheckSpec[];
  /** JSON Schema of `result` in the final line. */
  readonly returns?: unknown;
  /** How often the same thread is asked again, by the kind of error. */
  readonly retry: Readonly<Partial<Record<RetryableKind, number>>>;
}

/** What asking again on the same thread can mend. A quota or a refusal is none of it. */
export const retryableKinds = [
  "artifact_missing",
  "artifact_invalid",
  "verification_failed",
  "schema_violation",
  "no_image_gen_tool_use",
] as const satisfies readonly ErrorKind[];
export type RetryableKind = (typeof retryableKinds)[number];

/** Who wrote an operator. Only those of a project can come from somebody else. */
export type OperatorOrigin = "project" | "user" | "built-in";

/** One file that a run is to leave. */
export interface DeclaredOutput {
  /** The output of the contract that it belongs to. */
  readonly output: string;
  readonly from: OutputSource;
  /** Name of the file, for the scratch folder. */
  readonly file: string;
  /** Absolute; absent for what stays with the job. */
  readonly destination?: string;
  /** Absolute path of the present file that Codex gets to change. */
  readonly seed?: string;
}

/** One operator with its inputs, ready to run: plain data, so that any process can do it and the receipt covers it. */
export interface OperatorRequest {
  readonly origin: OperatorOrigin;
  /** SHA-256 over every file of the operator. */
  readonly digest: string;
  readonly contract: OperatorContract;
  readonly inputs: Readonly<Record<string, InputValue>>;
  readonly outputs: readonly DeclaredOutput[];
  /** Outputs that are there may be replaced. */
  readonly overwrite: boolean;
}

/** An operator as lists show it. */
export interface OperatorSummary {
  readonly name: string;
  readonly origin: OperatorOrigin;
  readonly goal?: string;
  readonly tier?: Tier;
  /** Absolute; absent for a built-in one. */
  readonly file?: string;
  /** SHA-256 over every file of it. */
  readonly digest?: string;
  /** It may run here: a project's operator only once a person has accepted it as it is. */
  readonly mayRun?: boolean;
  readonly inputs?: readonly {
    readonly name: string;
    readonly type: string;
    readonly required: boolean;
    readonly about?: string;
  }[];
  /** Why the file is no operator. */
  readonly problem?: string;
}
