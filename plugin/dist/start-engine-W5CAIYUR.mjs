import {
  tandemIdentity
} from "./chunk-VSIW6IHQ.mjs";
import {
  identifyProcess,
  systemProcessReader
} from "./chunk-M5EEDASH.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/surfaces/cli/start-engine.ts
async function startEngine(name, start) {
  const { codex, codexWorld, session, hooks } = start;
  const { location } = codex;
  const reader = systemProcessReader(session.world.platform);
  const common = {
    program: { path: location.path, parameters: location.argumentsPrefix },
    environment: codexWorld.environment,
    identify: (pid) => identifyProcess(pid, reader),
    onEvent: hooks.onEvent
  };
  if (name === "exec") {
    const { startExecEngine } = await import("./exec-engine-CEH26OKO.mjs");
    return startExecEngine({ ...common, folder: start.jobFolder, onChild: hooks.onChild });
  }
  const { startAppServerEngine } = await import("./app-server-engine-Y2SXSBDH.mjs");
  return startAppServerEngine({
    ...common,
    folder: session.stateRoot,
    identity: { name: "codex_tandem", version: tandemIdentity().version }
  });
}
export {
  startEngine
};
