import type { ThreadSummary } from "../../domain/envelope.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { AppServer } from "./app-server.ts";
import { RemoteError } from "./peer.ts";

/** The newest threads that Codex keeps, without our jobs on them. */
export async function listStoredThreads(
  server: AppServer,
  options: { readonly limit: number; readonly cwd?: string },
): Promise<readonly Omit<ThreadSummary, "jobs">[]> {
  const { data } = await server.request("thread/list", {
    limit: options.limit,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  return data.map(({ id, name, preview, cwd, updatedAt }) => ({
    id,
    ...(name === null ? {} : { name }),
    ...(preview === "" ? {} : { preview }),
    cwd,
    // Codex counts in seconds.
    updatedAt: new Date(updatedAt * 1000).toISOString(),
  }));
}

/** Gives a thread another name in the user's own lists. Throws `usage` when there is no such thread. */
export async function renameStoredThread(server: AppServer, threadId: string, name: string): Promise<void> {
  try {
    await server.request("thread/name/set", { threadId, name });
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw new TandemError(
      "usage",
      { problem: `Codex did not rename the thread: ${error.message}`, hint: "See `tandem threads`." },
      { cause: error },
    );
  }
}
