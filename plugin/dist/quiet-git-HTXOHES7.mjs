import {
  findGit,
  readFilterDrivers
} from "./chunk-LOPZHO55.mjs";
import {
  gitEnvironment
} from "./chunk-DBKAKVSG.mjs";
import "./chunk-YSK4ZPGY.mjs";
import "./chunk-2QL3U3VP.mjs";
import {
  findWorkTreeRoot
} from "./chunk-GZK5FSE3.mjs";
import "./chunk-6DUTFFKH.mjs";
import {
  TandemError
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/workspace/quiet-git.ts
async function quietGitVariables(folder, world) {
  if (findWorkTreeRoot(folder) === void 0) return {};
  const drivers = await driversOf(folder, world);
  const given = Number(world.environment["GIT_CONFIG_COUNT"] ?? 0) || 0;
  const pairs = drivers.flatMap((driver) => [
    ...["clean", "smudge", "process"].map((variable) => [`filter.${driver}.${variable}`, ""]),
    [`filter.${driver}.required`, "false"]
  ]);
  if (pairs.length === 0) return {};
  const entries = pairs.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${given + index}`, key],
    [`GIT_CONFIG_VALUE_${given + index}`, value]
  ]);
  return { GIT_CONFIG_COUNT: String(given + pairs.length), ...Object.fromEntries(entries) };
}
async function driversOf(folder, world) {
  const { environment, platform, timeoutMs } = world;
  try {
    const { binary, searchPath } = findGit(folder, environment, platform);
    return await readFilterDrivers({
      binary,
      folder,
      environment: gitEnvironment(environment, searchPath),
      configuration: [],
      timeoutMs
    });
  } catch (error) {
    if (error instanceof TandemError && error.report.kind !== "config_rejected") return [];
    throw error;
  }
}
export {
  quietGitVariables
};
