import { describe } from "vitest";
import { areClientsInstalled, type Client, clients } from "../../../scripts/clients.mjs";

export { type Client, clients } from "../../../scripts/clients.mjs";

/** Declares the same tests for each of the pinned versions of Claude Code. */
export function withEachClient(declare: (client: Client) => void): void {
  if (!areClientsInstalled()) {
    throw new Error("The pinned versions of Claude Code are not installed: run `npm run clients`.");
  }
  for (const client of clients) describe(`Claude Code ${client.version}`, () => declare(client));
}
