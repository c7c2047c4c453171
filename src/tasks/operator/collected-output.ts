import type { DeclaredOutput } from "../../domain/operator.ts";
import type { Digest } from "../../evidence/digest.ts";

/** A declared output after the run: what was found of it, out of the agent's reach from then on. */
export interface CollectedOutput {
  readonly declared: DeclaredOutput;
  /** What it is called in the evidence: its name, with its file where there are several. */
  readonly label: string;
  readonly content?: Buffer;
  readonly digest?: Digest;
  /** Our own copy of it. */
  readonly kept?: string;
  /** Why there is none, or why what is there does not count. */
  readonly problem?: string;
  /** Of the file before the run, where Codex was given it. */
  readonly before?: Digest;
  /** Where an image came from, in words; images only. */
  readonly source?: string;
}

/** Largest output, in bytes. */
export const largestOutput = 256_000_000;
