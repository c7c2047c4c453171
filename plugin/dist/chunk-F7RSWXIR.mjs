import {
  TandemError
} from "./chunk-VWEJZTN3.mjs";

// src/codex/model-catalogue.ts
async function checkModelChoice(server, choice) {
  if (choice.model === void 0 && choice.effort === void 0) return [];
  const { config } = await server.request("config/read", { includeLayers: false });
  const models = await readCatalogue(server);
  if (models.length === 0) return ["Codex gave no list of models; model and effort were not checked."];
  const name = choice.model ?? config.model ?? models.find(({ isDefault }) => isDefault)?.model;
  const known = models.find(({ id, model }) => model === name || id === name);
  if (known !== void 0) {
    refuseEffort(known, choice.effort);
    return [];
  }
  const provider = config.model_provider ?? "openai";
  if (provider === "openai" && choice.model !== void 0) {
    const supported = models.filter(({ hidden }) => !hidden).map(({ model }) => model);
    throw new TandemError("model_unavailable", {
      problem: `The installed Codex does not know the model ${JSON.stringify(choice.model)}.`,
      supported
    });
  }
  return [`The model ${name} of provider ${provider} is not in Codex's catalogue; it was not checked.`];
}
async function readCatalogue(server) {
  const models = [];
  let cursor = null;
  try {
    do {
      const page = await server.request("model/list", {
        includeHidden: true,
        cursor
      });
      models.push(...page.data);
      cursor = page.nextCursor;
    } while (cursor !== null && models.length < 1e3);
  } catch {
    return models;
  }
  return models;
}
function refuseEffort({ model, supportedReasoningEfforts }, effort) {
  const supported = supportedReasoningEfforts.map(({ reasoningEffort }) => reasoningEffort);
  if (effort === void 0 || supported.length === 0 || supported.includes(effort)) return;
  throw new TandemError("model_unavailable", {
    problem: `The model ${model} has no effort ${JSON.stringify(effort)}.`,
    supported
  });
}

export {
  checkModelChoice
};
