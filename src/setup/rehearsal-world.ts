import { join } from "node:path";
import { trustedPath } from "../codex/trusted-path.ts";
import type { Machine } from "../settings/paths.ts";
import { type CodexWorld, withoutOurs } from "./codex-world.ts";

/** A Codex home that has to be given back. */
export interface RehearsalWorld extends CodexWorld {
  readonly dispose: () => Promise<void>;
}

export interface RehearsalNeeds {
  readonly stateRoot: string;
  readonly workspace: string;
  /** Codex offers its image tool, as it does to a login with ChatGPT. */
  readonly needsImages?: boolean;
}

/** The real Codex led to a scripted model in this process, with a home of its own below the state root and no key of the user's. */
export async function openRehearsalWorld(
  machine: Machine,
  { stateRoot, workspace, needsImages }: RehearsalNeeds,
): Promise<RehearsalWorld> {
  const [{ startScriptedModel }, { createRehearsalHome, removeRehearsalHome }, { demoScript }] =
    await Promise.all([
      import("../rehearsal/scripted-model.ts"),
      import("../rehearsal/rehearsal-home.ts"),
      import("../rehearsal/demo-script.ts"),
    ]);
  const model = await startScriptedModel(demoScript, needsImages === true ? await scriptedImages() : {});
  try {
    const codexHome = await createRehearsalHome(join(stateRoot, "rehearsal"), {
      baseUrl: model.baseUrl,
      ...(needsImages === true ? { isLoggedIn: true } : {}),
    });
    return {
      environment: {
        ...withoutKeys(withoutOurs(machine.environment)),
        ...trustedPath(machine, workspace),
        CODEX_HOME: codexHome,
      },
      codexHome,
      dispose: async () => {
        await model.close();
        await removeRehearsalHome(codexHome);
      },
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** Loopback must not go through a proxy, and no key belongs into a rehearsal. */
function withoutKeys(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const unwanted = /^(?:OPENAI_|CODEX_)|^(?:https?|all)_proxy$/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !unwanted.test(name)));
}

/** A plain picture, whatever is asked for. */
async function scriptedImages() {
  const { plainPng } = await import("../rehearsal/scripted-images.ts");
  return { images: () => plainPng(64, 64, [90, 120, 160]) };
}
