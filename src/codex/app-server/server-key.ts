import { createHash } from "node:crypto";

/**
 * Variables that an app-server itself reads and that may differ from shell to shell: where it finds git, whom it talks to and how,
 * and whatever may hold credentials of a provider, whose variable has any name that the user's configuration gives it.
 */
const relevant =
  /^PATH$|^HOME$|^(?:CODEX|OPENAI|GIT|SSL|AWS|AZURE)_|PROXY$|KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|AUTHORIZATION|CERT|CA_BUNDLE/i;

/** What differs in every shell and says nothing: tokens of terminals, editors and whatever else runs us. */
const irrelevant = /^(?:CLAUDE|TERM|VSCODE|TANDEM)_/i;

/** Names the environment of an app-server: two runs with the same name can share one. Nothing can be read from it. */
export function serverKey(environment: Readonly<Record<string, string | undefined>>): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(environment).toSorted()) {
    const value = environment[name];
    if (value === undefined || !relevant.test(name) || irrelevant.test(name)) continue;
    hash.update(JSON.stringify([name, value]));
  }
  return hash.digest("hex").slice(0, 16);
}
