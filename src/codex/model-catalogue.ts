import { TandemError } from "../domain/errors/tandem-error.ts";
import type { AppServer } from "./app-server/app-server.ts";
import { readConfiguration } from "./app-server/read-configuration.ts";
import type { ModelChoice } from "./engine.ts";
import type { Model } from "./protocol/generated.ts";

/**
 * Checks a model and an effort against the catalogue of the running Codex. Codex itself takes any name and fails, or hangs,
 * much later. Fails open: with a provider of the user's own, whose models the catalogue does not know, or without a catalogue.
 */
export async function checkModelChoice(server: AppServer, choice: ModelChoice): Promise<readonly string[]> {
  if (choice.model === undefined && choice.effort === undefined) return [];
  const config = await readConfiguration(server);
  const models = await readCatalogue(server);
  if (models.length === 0) return ["Codex gave no list of models; model and effort were not checked."];
  const name = choice.model ?? config.model ?? models.find(({ isDefault }) => isDefault)?.model;
  const known = models.find(({ id, model }) => model === name || id === name);
  if (known !== undefined) {
    refuseEffort(known, choice.effort);
    return [];
  }
  const provider = config.model_provider ?? "openai";
  if (provider === "openai" && choice.model !== undefined) {
    const supported = models.filter(({ hidden }) => !hidden).map(({ model }) => model);
    throw new TandemError("model_unavailable", {
      problem: `The installed Codex does not know the model ${JSON.stringify(choice.model)}.`,
      supported,
    });
  }
  return [`The model ${name} of provider ${provider} is not in Codex's catalogue; it was not checked.`];
}

async function readCatalogue(server: AppServer): Promise<readonly Model[]> {
  const models: Model[] = [];
  let cursor: string | null = null;
  try {
    do {
      const page: { data: Model[]; nextCursor: string | null } = await server.request("model/list", {
        includeHidden: true,
        cursor,
      });
      models.push(...page.data);
      cursor = page.nextCursor;
    } while (cursor !== null && models.length < 1_000);
  } catch {
    // Without a catalogue nothing can be checked; Codex itself has the last word.
    return models;
  }
  return models;
}

function refuseEffort({ model, supportedReasoningEfforts }: Model, effort: string | undefined): void {
  const supported = supportedReasoningEfforts.map(({ reasoningEffort }) => reasoningEffort);
  if (effort === undefined || supported.length === 0 || supported.includes(effort)) return;
  throw new TandemError("model_unavailable", {
    problem: `The model ${model} has no effort ${JSON.stringify(effort)}.`,
    supported,
  });
}
