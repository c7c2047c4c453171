import { type Envelope, envelopeSchema, type Readiness } from "../../../domain/envelope.ts";
import { toErrorReport } from "../../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { oneLine } from "../../../report/text/sanitise.ts";
import {
  type ClaudeSettings,
  claudeSettingsPath,
  folderSettingsPath,
  readClaudeSettings,
} from "../../../setup/claude/claude-settings.ts";
import { disableCommand, otherCodexPlugins } from "../../../setup/claude/other-plugins.ts";
import { gitVersion } from "../../../setup/find-tools.ts";
import { readReadiness } from "../../../setup/readiness.ts";
import { askProgram } from "../../client/ask-program.ts";
import { formatOf, printEnvelope } from "../output.ts";
import { type CliSession, openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";
import { allowReadOnly, ruleLines } from "./allow-read-only.ts";
import { gateLines } from "./gate-lines.ts";
import { installLine, isCodexMissing, offerCodex } from "./install-codex.ts";

export interface SetupOptions {
  readonly json?: boolean;
  readonly rehearse?: boolean;
  readonly allowReadOnly?: boolean;
  readonly enableReviewGate?: boolean;
  readonly disableReviewGate?: boolean;
}

/** One part of the report, and whether it stands in the way. */
interface Part {
  readonly lines: readonly string[];
  readonly isProblem?: boolean;
}

/** `tandem setup`: what is needed and there, what is missing and how to get it. It changes nothing that it was not asked to change. */
export async function setupCommand(options: SetupOptions, world: CliWorld): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const { stateRoot, workspace, settings } = session;
  const look = async () => readReadiness({ machine: world, workspace, stateRoot, settings });
  const first = await look();
  const isInstalled = isCodexMissing(first, session) && (await offerCodex(session));
  const readiness = isInstalled ? await look() : first;
  const claude = await readOrProblem(claudeSettingsPath(world));
  const parts = [
    await describeTools(readiness, session),
    "values" in claude ? await describePlugins(claude, session) : claude,
    ...("values" in claude ? [await describeRules(claude, options.allowReadOnly === true, world)] : []),
    ...(options.rehearse === true ? [await rehearse(session)] : []),
    ...(await switchGate(options, session)),
    { lines: settings.warnings.map((warning) => `Note      ${oneLine(warning)}`) },
  ];
  const ok = readiness.problems.length === 0 && parts.every(({ isProblem }) => isProblem !== true);
  const answer = parts.flatMap(({ lines }) => lines).join("\n");
  const envelope: Envelope = { schema: envelopeSchema, ok, kind: "status", readiness, answer };
  await printEnvelope(envelope, formatOf(options), world);
  return readiness.problems.length === 0 ? ExitCode.done : ExitCode.codexUnusable;
}

async function readOrProblem(path: string): Promise<ClaudeSettings | Part> {
  try {
    return await readClaudeSettings(path);
  } catch (error) {
    return { lines: [`Claude    ${toErrorReport(error).message}`], isProblem: true };
  }
}

async function describeTools(readiness: Readiness, session: CliSession): Promise<Part> {
  const git = await gitVersion(session.world, session.workspace);
  return {
    lines: [
      `Node      ${process.versions.node}`,
      `git       ${git ?? "not found: reviews need it (consult and task do not)"}`,
      ...(isCodexMissing(readiness, session) ? [installLine(session)] : []),
      ...(readiness.login.kind.startsWith("none")
        ? ["Log in    codex login   (with a key on stdin: codex login --with-api-key)"]
        : []),
    ],
  };
}

/** Two plugins of one name: which of them answers `/codex:review` is not ours to say. */
async function describePlugins(user: ClaudeSettings, { world, workspace }: CliSession): Promise<Part> {
  const places = [...new Set([workspace, world.cwd])].flatMap((folder) =>
    (["project", "local"] as const).map((scope) => ({ scope, path: folderSettingsPath(folder, scope) })),
  );
  // In the home folder one of them is the user's own.
  const others = places.filter(({ path }) => path !== user.path);
  const found = await Promise.all(
    others.map(async ({ scope, path }) => ({ scope, ...(await readOrProblem(path)) })),
  );
  const plugins = otherCodexPlugins([
    { scope: "user", values: user.values },
    ...found.filter((settings) => "values" in settings),
  ]);
  const unread = found.flatMap((settings) => ("lines" in settings ? settings.lines : []));
  if (plugins.length === 0 && unread.length === 0) {
    return { lines: ["Plugins   no other plugin answers to /codex:"] };
  }
  return {
    lines: [
      ...plugins.flatMap((plugin) => [
        `Plugins   ${plugin.name} answers to /codex: as well (${plugin.scope} settings).`,
        `          To keep this one: ${disableCommand(plugin)}`,
      ]),
      ...unread,
    ],
    isProblem: true,
  };
}

async function describeRules(settings: ClaudeSettings, writes: boolean, world: CliWorld): Promise<Part> {
  try {
    return { lines: writes ? await allowReadOnly(settings, world) : ruleLines(settings) };
  } catch (error) {
    return { lines: [`Rules     ${toErrorReport(error).message}`], isProblem: true };
  }
}

/** The real Codex with a scripted model: all but the login and the provider is tried, for nothing. */
async function rehearse({ world }: CliSession): Promise<Part> {
  const parameters = ["consult", "--rehearse", "--json", "--", "Is everything in its place?"];
  const { error } = await askProgram({ parameters, cwd: world.cwd, environment: world.environment }, world);
  return error === undefined
    ? { lines: ["Rehearsal passed: Codex started, answered and ended, with a scripted model and at no cost"] }
    : { lines: [`Rehearsal failed (${error.kind}): ${error.message}`], isProblem: true };
}

async function switchGate(options: SetupOptions, { world }: CliSession): Promise<readonly Part[]> {
  const wish =
    options.enableReviewGate === true ? "on" : options.disableReviewGate === true ? "off" : undefined;
  if (wish === undefined) return [];
  const parameters = ["gate", wish, "--json"];
  const { error, summary = `switched ${wish}` } = await askProgram(
    { parameters, cwd: world.cwd, environment: world.environment },
    world,
  );
  return error === undefined
    ? [{ lines: gateLines(summary) }]
    : [{ lines: gateLines(error.message), isProblem: true }];
}
