import type { CliWorld } from "./world.ts";

/** Work that is quicker than this needs no word about it. */
const patienceMs = 400;

/** Does some work; when it takes long, a line on the terminal says what it is, and is gone afterwards. */
export async function withNotice<Result>(
  text: string,
  { stderr, environment }: Pick<CliWorld, "stderr" | "environment">,
  work: () => Promise<Result>,
): Promise<Result> {
  const canErase = stderr.isTTY === true && environment["TERM"] !== "dumb";
  if (!canErase) return work();
  let isShown = false;
  const timer = setTimeout(() => {
    isShown = true;
    stderr.write(text);
  }, patienceMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    if (isShown) stderr.write("\r\u001B[K");
  }
}
