import { homedir } from "node:os";
import { join } from "node:path";
import { trustedPath } from "../../codex/trusted-path.ts";
import type { CliSession } from "./session.ts";

/** Where Codex runs: its environment, and what has to be undone after the run. */
export interface CodexWorld {
  readonly environment: NodeJS.ProcessEnv;
  readonly codexHome: string;
  readonly dispose: () => Promise<void>;
}

/** The user's own Codex, as the user's shell would start it. */
export function ownCodexWorld({ world, settings, workspace }: CliSession): CodexWorld {
  const named = world.environment["CODEX_HOME"];
  const environment = { ...withoutOurs(world.environment), ...trustedPath(world, workspace) };
  return {
    environment: settings.values.use_openai_api_key ? withOpenaiKey(environment) : environment,
    codexHome: named === undefined || named === "" ? join(world.home || homedir(), ".codex") : named,
    dispose: async () => undefined,
  };
}

/** The real Codex led to a scripted model on this machine, with a home of its own and no key of the user's. */
export async function rehearsalCodexWorld({ world, stateRoot, workspace }: CliSession): Promise<CodexWorld> {
  const [{ startScriptedModel }, { createRehearsalHome, removeRehearsalHome }, { demoScript }] =
    await Promise.all([
      import("../../rehearsal/scripted-model.ts"),
      import("../../rehearsal/rehearsal-home.ts"),
      import("../../rehearsal/demo-script.ts"),
    ]);
  const model = await startScriptedModel(demoScript);
  try {
    const codexHome = await createRehearsalHome(join(stateRoot, "rehearsal"), { baseUrl: model.baseUrl });
    const dispose = async () => {
      await model.close();
      await removeRehearsalHome(codexHome);
    };
    return {
      environment: {
        ...withoutKeys(withoutOurs(world.environment)),
        ...trustedPath(world, workspace),
        CODEX_HOME: codexHome,
      },
      codexHome,
      dispose,
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** Codex itself takes a key from CODEX_API_KEY only, so that a key that lies around for other programs is not spent. */
function withOpenaiKey(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const key = environment["OPENAI_API_KEY"];
  return key === undefined || environment["CODEX_API_KEY"]
    ? environment
    : { ...environment, CODEX_API_KEY: key };
}

/** Our own variables are no business of Codex. */
function withoutOurs(environment: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("TANDEM_")));
}

/** Loopback must not go through a proxy, and no key belongs into a rehearsal. */
function withoutKeys(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const unwanted = /^(?:OPENAI_|CODEX_)|^(?:https?|all)_proxy$/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !unwanted.test(name)));
}
