import type { ExitCode } from "../exit-code.ts";

/** What the reader can do about an error. `command` is for a terminal, `tool` + `arguments` for an MCP client. */
export interface Repair {
  readonly say: string;
  readonly command?: string;
  readonly tool?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** One kind of error: its contract (exit code, retryable, when) and how its fields become text. */
export interface ErrorEntry<Details> {
  readonly exitCode: ExitCode;
  /** True when the same call may succeed later without any change. */
  readonly retryable: boolean;
  /** When this kind is used, for the reference page. */
  readonly when: string;
  readonly message: (details: Details) => string;
  readonly repair: (details: Details) => Repair;
}

/** Keeps the details type of an entry while it is listed in the catalogue. */
export function entry<Details>(definition: ErrorEntry<Details>): ErrorEntry<Details> {
  return definition;
}

/** For failures whose text comes from somewhere else (Codex, the system): `cause` is quoted as given. */
export interface Caused {
  readonly cause: string;
}
