import {
  pathFolders
} from "./chunk-PMBPFWK3.mjs";
import {
  isInside,
  pathsOf
} from "./chunk-X7P3SKCA.mjs";

// src/surfaces/cli/codex-world.ts
import { homedir } from "node:os";
import { join } from "node:path";

// src/codex/trusted-path.ts
import { realpathSync } from "node:fs";
function trustedPath(machine, workspace) {
  const folders = pathFolders(machine);
  return withPath(
    machine,
    folders.filter((folder) => !liesIn(folder, machine, workspace))
  );
}
function commandPath(machine, workspace) {
  const folders = pathFolders(machine);
  return folders.some((folder) => liesIn(folder, machine, workspace)) ? withPath(machine, folders) : {};
}
function liesIn(folder, { home, platform }, workspace) {
  const realWorkspace = realPathOf(workspace);
  if (isInside(realPathOf(home), realWorkspace, platform)) return false;
  return isInside(folder, workspace, platform) || isInside(realPathOf(folder), realWorkspace, platform);
}
function withPath({ environment, platform }, folders) {
  const name = Object.keys(environment).find((candidate) => candidate.toUpperCase() === "PATH");
  return name === void 0 ? {} : { [name]: folders.join(pathsOf(platform).delimiter) };
}
function realPathOf(path) {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

// src/surfaces/cli/codex-world.ts
function ownCodexWorld({ world, settings, workspace }) {
  const named = world.environment["CODEX_HOME"];
  const environment = { ...withoutOurs(world.environment), ...trustedPath(world, workspace) };
  return {
    environment: settings.values.use_openai_api_key ? withOpenaiKey(environment) : environment,
    codexHome: named === void 0 || named === "" ? join(world.home || homedir(), ".codex") : named,
    dispose: async () => void 0
  };
}
async function rehearsalCodexWorld({ world, stateRoot, workspace }) {
  const [{ startScriptedModel }, { createRehearsalHome, removeRehearsalHome }, { demoScript }] = await Promise.all([
    import("./scripted-model-R7FOCTMS.mjs"),
    import("./rehearsal-home-TEFX5IQR.mjs"),
    import("./demo-script-44KTLDON.mjs")
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
        CODEX_HOME: codexHome
      },
      codexHome,
      dispose
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}
function withOpenaiKey(environment) {
  const key = environment["OPENAI_API_KEY"];
  return key === void 0 || environment["CODEX_API_KEY"] ? environment : { ...environment, CODEX_API_KEY: key };
}
function withoutOurs(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("TANDEM_")));
}
function withoutKeys(environment) {
  const unwanted = /^(?:OPENAI_|CODEX_)|^(?:https?|all)_proxy$/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !unwanted.test(name)));
}

export {
  commandPath,
  ownCodexWorld,
  rehearsalCodexWorld
};
