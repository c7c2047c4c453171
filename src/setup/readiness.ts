import { join } from "node:path";
import { readBrokers } from "../broker/broker-record.ts";
import { readEndpoint } from "../codex/app-server/endpoint.ts";
import { readLogin } from "../codex/credentials.ts";
import { findInstalledCodex } from "../codex/installed-codex.ts";
import type { SearchRequest } from "../codex/locate.ts";
import { testedRange } from "../codex/supported-versions.ts";
import type { Readiness } from "../domain/envelope.ts";
import { type ErrorReport, toErrorReport } from "../domain/errors/tandem-error.ts";
import { systemProcessReader } from "../jobs/process-reader.ts";
import { endpointOf } from "../settings/endpoint-settings.ts";
import type { LoadedSettings } from "../settings/load.ts";
import { variableOf } from "../settings/paths.ts";
import { isSettingKey, settingOf } from "../settings/table.ts";
import { codexHomeOf, realCodexHome } from "./codex-world.ts";
import { codexClientIdentity } from "./identity.ts";
import { readKnownLimits } from "./known-limits.ts";
import { surfaceFingerprint } from "./surface-fingerprint.ts";

export interface ReadinessRequest {
  readonly machine: SearchRequest;
  readonly workspace: string;
  readonly stateRoot: string;
  readonly settings: LoadedSettings;
}

/** In which an app-server elsewhere must answer `status`, in milliseconds: nobody waits longer for it. */
const answerMs = 3_000;

/** The settings that `status` shows, whatever their origin. */
const shownAlways = ["model", "effort"] as const;

/**
 * What can be said about the installation without starting Codex: whether a turn would start is only known by starting one,
 * since a provider of the user's own needs no login at all.
 */
export async function readReadiness(request: ReadinessRequest): Promise<Readiness> {
  const { machine, stateRoot, settings } = request;
  const problems: ErrorReport[] = [];
  const [codex, login] = await Promise.all([
    describeCodex(request).catch((error: unknown) => {
      problems.push(toErrorReport(error));
      return unknownCodex(request);
    }),
    describeLogin(request),
  ]);
  const limits = limitsOf(request);
  const brokers = readBrokers(stateRoot, systemProcessReader(machine.platform));
  return {
    codex: { ...codex, testedRange: `${testedRange.from} to ${testedRange.to}` },
    login,
    defaults: shownDefaults(settings),
    stateRoot,
    ...(limits === undefined ? {} : { limits }),
    ...(brokers.length === 0 ? {} : { brokers }),
    surface: surfaceFingerprint(),
    problems,
  };
}

type CodexFacts = Omit<Readiness["codex"], "testedRange">;

/** The Codex that runs would take. One elsewhere has to be asked; that spends nothing. */
async function describeCodex({
  machine,
  workspace,
  stateRoot,
  settings,
}: ReadinessRequest): Promise<CodexFacts> {
  const allowUnsupported = settings.values.allow_unsupported_codex;
  const endpoint = endpointOf(settings);
  if (endpoint === undefined) {
    const codex = await findInstalledCodex({ ...machine, workspace }, { stateRoot, allowUnsupported });
    return { path: codex.location.path, version: codex.version, range: codex.range };
  }
  const { visitEndpoint } = await import("../codex/app-server/visit-endpoint.ts");
  const { name, version, range } = await visitEndpoint(endpoint, {
    platform: machine.platform,
    identity: codexClientIdentity(),
    allowUnsupported,
    deadlineMs: answerMs,
    timing: { handshakeMs: answerMs, pingMs: answerMs, closeMs: answerMs },
  });
  return { path: name, ...(version === undefined ? {} : { version }), range };
}

/** What is known when there is none that can be used: where one elsewhere would have been. */
function unknownCodex({ machine, settings }: ReadinessRequest): CodexFacts {
  const endpoint = endpointOf(settings);
  if (endpoint === undefined) return { range: "unknown" };
  try {
    const { name } = readEndpoint({ address: endpoint.address }, machine.platform);
    return { path: name, range: "unknown" };
  } catch {
    // It is no address, as the problem says.
    return { range: "unknown" };
  }
}

async function describeLogin({ machine, settings }: ReadinessRequest): Promise<Readiness["login"]> {
  if (endpointOf(settings) !== undefined) return { kind: "elsewhere", detail: "the endpoint's own" };
  const home = variableOf(machine.environment, "CODEX_HOME") ?? join(machine.home, ".codex");
  const { kind, source } = await readLogin(home, machine.environment);
  if (source === "environment") return { kind, detail: "in CODEX_API_KEY; runs go through codex exec" };
  if (kind === "none") {
    return { kind: "none stored", detail: "fine for a provider of your own; else run `codex login`" };
  }
  return kind === "other" ? { kind: "stored", detail: "of another kind" } : { kind };
}

/** Of the account of this CODEX_HOME; an endpoint has another one. */
function limitsOf({ machine, stateRoot, settings }: ReadinessRequest): Readiness["limits"] {
  if (endpointOf(settings) !== undefined) return undefined;
  return readKnownLimits(stateRoot, realCodexHome(codexHomeOf(machine)), new Date());
}

function shownDefaults({ values, origins }: LoadedSettings): Readiness["defaults"] {
  const changed = Object.entries(origins).filter(
    ([key, origin]) => origin !== "default" || shownAlways.some((shown) => shown === key),
  );
  return Object.fromEntries(
    changed.map(([key, origin]) => [key, { value: shownValue(key, values) ?? "Codex's own", origin }]),
  );
}

/** Durations and sizes as they are written in a settings file: a number alone does not say of what. */
function shownValue(key: string, values: LoadedSettings["values"]): unknown {
  if (!isSettingKey(key)) return undefined;
  const value = values[key];
  const { conceal, format } = settingOf(key).kind;
  if (typeof value === "number") return format(value);
  return value === undefined || conceal === undefined ? value : conceal(value);
}
