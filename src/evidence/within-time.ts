import { runInNewContext } from "node:vm";

/**
 * Does something synchronous that hostile input could make endless (a pattern that backtracks, a schema that unfolds), and gives it up after
 * that many milliseconds: whatever runs is stopped by V8 itself. Throws what `body` throws, or that it took too long.
 */
export function withinTime<Result>(limitMs: number, body: () => Result): Result {
  let result: { readonly value: Result } | undefined;
  const context = {
    body: () => {
      result = { value: body() };
    },
  };
  try {
    runInNewContext("body()", context, { timeout: limitMs });
  } catch (error) {
    // The error of the time limit is one of the other context: no `instanceof` knows it.
    const code: unknown =
      typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
    if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      throw new Error(`it took longer than ${limitMs} ms to look at`, { cause: error });
    }
    throw error;
  }
  if (result === undefined) throw new Error("it was not looked at");
  return result.value;
}
