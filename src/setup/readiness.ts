import { join } from "node:path";
import { readBrokers } from "../broker/broker-record.ts";
import { readLogin } from "../codex/credentials.ts";
import { findInstalledCodex } from "../codex/installed-codex.ts";
import type { SearchRequest } from "../codex/locate.ts";
import { testedRange } from "../codex/supported-versions.ts";
import type { Readiness } from "../domain/envelope.ts";
import { type ErrorReport, toErrorReport } from "../domain/errors/tandem-error.ts";
import { systemProcessReader } from "../jobs/process-reader.ts";
import type { LoadedSettings } from "../settings/load.ts";
import { variableOf } from "../settings/paths.ts";
import { surfaceFingerprint } from "./surface-fingerprint.ts";

export interface ReadinessRequest {
  readonly machine: SearchRequest;
  readonly workspace: string;
  readonly stateRoot: string;
  readonly settings: LoadedSettings;
}

/** The settings that `status` shows, whatever their origin. */
const shownAlways = ["model", "effort"] as const;

/**
 * What can be said about the installation without starting Codex: whether a turn would start is only known by starting one,
 * since a provider of the user's own needs no login at all.
 */
export async function readReadiness(request: ReadinessRequest): Promise<Readiness> {
  const { machine, stateRoot, settings, workspace } = request;
  const problems: ErrorReport[] = [];
  const testedText = `${testedRange.from} to ${testedRange.to}`;
  const [codex, login] = await Promise.all([
    findInstalledCodex(
      { ...machine, workspace },
      { stateRoot, allowUnsupported: settings.values.allow_unsupported_codex },
    ).catch((error: unknown) => {
      problems.push(toErrorReport(error));
      return undefined;
    }),
    describeLogin(machine),
  ]);
  const brokers = readBrokers(stateRoot, systemProcessReader(machine.platform));
  return {
    codex:
      codex === undefined
        ? { range: "unknown", testedRange: testedText }
        : { path: codex.location.path, version: codex.version, range: codex.range, testedRange: testedText },
    login,
    defaults: shownDefaults(settings),
    stateRoot,
    ...(brokers.length === 0 ? {} : { brokers }),
    surface: surfaceFingerprint(),
    problems,
  };
}

async function describeLogin(machine: SearchRequest): Promise<Readiness["login"]> {
  const home = variableOf(machine.environment, "CODEX_HOME") ?? join(machine.home, ".codex");
  const { kind, source } = await readLogin(home, machine.environment);
  if (source === "environment") return { kind, detail: "in CODEX_API_KEY; runs go through codex exec" };
  if (kind === "none") {
    return { kind: "none stored", detail: "fine for a provider of your own; else run `codex login`" };
  }
  return kind === "other" ? { kind: "stored", detail: "of another kind" } : { kind };
}

function shownDefaults({ values, origins }: LoadedSettings): Readiness["defaults"] {
  const changed = Object.entries(origins).filter(
    ([key, origin]) => origin !== "default" || shownAlways.some((shown) => shown === key),
  );
  const all: Readonly<Record<string, unknown>> = values;
  return Object.fromEntries(
    changed.map(([key, origin]) => [key, { value: all[key] ?? "Codex's own", origin }]),
  );
}
