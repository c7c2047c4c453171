import { TandemError } from "../../domain/errors/tandem-error.ts";
import { quotePath } from "../../settings/quote.ts";

/** Where in a file something is; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a contract, with the place in its file where there is one: exit code 2, nothing started. */
export function contractProblem(file: string, problem: string, place?: Place): TandemError<"usage"> {
  // As compilers write it, so that editors find it; a path with anything odd in it is quoted.
  const path = /^[\w./\\: ~-]+$/.test(file) ? file : quotePath(file);
  const where = place === undefined ? path : `${path}:${place.line}:${place.column}`;
  return new TandemError("usage", {
    problem: `${where}: ${problem}.`,
    hint: "`tandem operator check FILE` looks at it again; docs/operators.md of codex-tandem has all fields.",
  });
}

/** What is wrong, and the path of it in the file. */
export interface ContractFault {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}
