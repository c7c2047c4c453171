import { join } from "node:path";
import { repository } from "../../support/repository.ts";
import { type ClaudeWorld, type ClaudeWorldOptions, startClaudeWorld } from "./claude-world.ts";
import { type Observer, startObserver } from "./observer.ts";

/** A marketplace with the fixture plugin in its folder `plugin`. */
export const fixtureMarketplace = join(repository, "test", "e2e", "fixtures", "marketplace");

/** What Claude Code calls the fixture's server. */
export const fixtureServer = "plugin:fixture:srv";

/** What the model calls a tool of the fixture's server. */
export const fixtureTool = (name: string) => `mcp__plugin_fixture_srv__${name}`;

export interface FixtureWorld extends ClaudeWorld {
  readonly observer: Observer;
}

/** A world whose Claude Code has the fixture plugin, whose server tells the observer what it receives. */
export async function startFixtureWorld(
  options: Pick<ClaudeWorldOptions, "client" | "script" | "settings">,
): Promise<FixtureWorld> {
  const observer = await startObserver();
  const world = await startClaudeWorld({
    pluginFolder: join(fixtureMarketplace, "plugin"),
    environment: observer.environment,
    ...options,
  });
  return { ...world, observer };
}
