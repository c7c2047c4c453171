import {
  readLogin
} from "./chunk-57QW2UWD.mjs";
import {
  commandPath,
  ownCodexWorld
} from "./chunk-EFXKVE2V.mjs";
import {
  findWorkTreeRoot
} from "./chunk-GZK5FSE3.mjs";
import {
  findAllowRules
} from "./chunk-OMTX55A2.mjs";
import {
  exitCodeFor,
  formatOf,
  printEnvelope
} from "./chunk-HGYVZI67.mjs";
import {
  covers
} from "./chunk-M6RY2JR5.mjs";
import {
  isReviewKind
} from "./chunk-VFFUZNCE.mjs";
import {
  envelopeSchema
} from "./chunk-ZETVG5RM.mjs";
import {
  TandemError,
  messageOf
} from "./chunk-VWEJZTN3.mjs";

// src/tasks/title.ts
var titleLength = 60;
function titleFrom(text) {
  const [line = ""] = text.trim().split(/[\r\n\u2028\u2029]/, 1);
  const characters = Array.from(cleanTitle(line));
  if (characters.length <= titleLength) return characters.join("");
  return `${characters.slice(0, titleLength - 3).join("").trimEnd()}...`;
}
function cleanTitle(title) {
  return title.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
}

// src/codex/route.ts
function chooseRoute(facts) {
  const { engine, reason } = chooseEngine(facts);
  if (!isReviewKind(facts.kind)) return { engine, reason };
  const form = facts.kind === "adversarial-review" ? "structured" : facts.form ?? defaultForm(engine);
  if (engine === "exec" && form === "native") {
    throw new TandemError("usage", {
      problem: `Codex's own reviewer gives its findings as data to the app-server engine only; codex exec would run (${reason}).`,
      hint: "Leave out what leads to codex exec, or use --structured."
    });
  }
  return {
    engine,
    form,
    reason: form === "structured" && facts.form === void 0 && facts.kind === "review" ? `${reason}; so the review is asked for by our own prompt` : reason
  };
}
function chooseEngine(facts) {
  const { choice, isolation, credentials, hasAllowRules, isResumed, kind } = facts;
  if (choice === "app-server") {
    refuseOnAppServer(facts);
    return { engine: "app-server", reason: "asked for" };
  }
  if (choice === "exec") return { engine: "exec", reason: "asked for" };
  if (isolation !== "inherit") return exec(`isolation ${isolation} is known to codex exec only`);
  if (credentials === "environment")
    return exec("the credentials are in the environment, which the app-server ignores");
  if (facts.form === "native") return appServer("Codex's own reviewer was asked for");
  if (hasAllowRules)
    return exec(
      "execution rules may let commands run outside the sandbox, and codex exec can leave them out"
    );
  if (isResumed) return appServer("it goes on with an earlier thread");
  if (kind === "review") return appServer("Codex's own reviewer needs it");
  return appServer("it can be interrupted and continued there");
}
function refuseOnAppServer({ isolation, credentials }) {
  const problem = isolation !== "inherit" ? `The app-server engine has no isolation ${isolation} (Codex 0.169).` : credentials === "environment" ? "The app-server engine ignores a key that is in the environment alone (Codex 0.169)." : void 0;
  if (problem !== void 0) {
    throw new TandemError("usage", { problem, hint: "Leave --engine out: codex exec can do it." });
  }
}
function exec(reason) {
  return { engine: "exec", reason };
}
function appServer(reason) {
  return { engine: "app-server", reason };
}
function defaultForm(engine) {
  return engine === "app-server" ? "native" : "structured";
}

// src/surfaces/cli/plan-run.ts
async function planRun(request, session) {
  const { kind, engine: choice, isolation, resume, review } = request;
  const wishes = { kind, choice, isolation, isResumed: resume !== void 0 };
  const form = review?.form === void 0 ? {} : { form: review.form };
  if (request.rehearsal) {
    stayOnThisMachine(request);
    return chooseRoute({ ...wishes, ...form, hasAllowRules: false, credentials: "none" });
  }
  const { codexHome, environment } = ownCodexWorld(session);
  const [rules, login] = await Promise.all([
    findAllowRules({ codexHome, cwd: request.cwd, untrusted: isReviewKind(kind) }),
    readLogin(codexHome, environment)
  ]);
  return chooseRoute({ ...wishes, ...form, hasAllowRules: rules.length > 0, credentials: login.source });
}
function stayOnThisMachine({ isolation, profile, overrides }) {
  const way = isolation === "ignore-config" ? "--isolation ignore-config" : profile !== void 0 ? "--profile" : overrides.find((text) => /provider|base_url/i.test(text));
  if (way === void 0) return;
  throw new TandemError("usage", {
    problem: `${way} could lead a rehearsal past its scripted model.`,
    hint: "Leave it out, or leave out --rehearse."
  });
}

// src/surfaces/cli/run-request.ts
import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";

// src/settings/environment-allow.ts
function selectEnvironment(allowed, environment) {
  const selected = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== void 0 && allowed.some((permitted) => covers(permitted, name))) selected[name] = value;
  }
  return selected;
}

// src/surfaces/cli/run-request.ts
function makeRunRequest(part, options, { values }, cwd, world) {
  const tier = part.tier ?? options.tier ?? "read-only";
  refuseWiderTier(part.kind, tier, values.allow_full_access);
  const { model, effort } = values;
  const { profile, isolation } = options.rehearse === true ? ownWishes(options, values) : values;
  return {
    files: [],
    images: [],
    addDirectories: [],
    ...part,
    engine: values.engine,
    title: options.title === void 0 ? part.title : cleanTitle(options.title),
    cwd,
    ...model === void 0 ? {} : { model },
    ...effort === void 0 ? {} : { effort },
    ...profile === void 0 ? {} : { profile },
    tier,
    network: options.network ?? false,
    isolation,
    mcpServers: values.mcp_allow,
    overrides: options.config,
    timeoutMs: values[timeoutKeyOf(part.kind)],
    stallMs: values.stall,
    inputByteCap: values.input_byte_cap,
    gitTimeoutMs: values.git_timeout,
    environment: {
      // The repository under review chooses no program, in the sandbox neither.
      ...isReviewKind(part.kind) ? {} : commandPath(world, findWorkTreeRoot(cwd) ?? cwd),
      ...selectEnvironment(values.environment_allow, world.environment)
    },
    rehearsal: options.rehearse ?? false,
    askedBy: world.environment["CLAUDECODE"] === "1" ? "claude-code" : world.stdout.isTTY ? "terminal" : "pipe"
  };
}
function ownWishes(options, { profile, isolation }) {
  return {
    profile: options.profile === void 0 ? void 0 : profile,
    isolation: options.isolation === void 0 ? "inherit" : isolation
  };
}
function workingFolder(options, world) {
  const folder = resolve(world.cwd, options.cwd ?? ".");
  try {
    const real = realpathSync(folder);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    throw new TandemError("usage", { problem: `The folder ${folder} cannot be used: ${messageOf(error)}` });
  }
  throw new TandemError("usage", { problem: `${folder} is not a folder.` });
}
function timeoutKeyOf(kind) {
  switch (kind) {
    case "review":
    case "adversarial-review":
      return "timeout_review";
    case "consult":
      return "timeout_consult";
    case "task":
      return "timeout_task";
  }
}
function refuseWiderTier(kind, tier, allowFullAccess) {
  if (tier === "read-only") return;
  if (kind !== "task") {
    throw new TandemError("usage", {
      problem: `A ${kind} is always read-only; --tier ${tier} means nothing here.`,
      hint: "Leave --tier out. A task may write: `tandem task --write`."
    });
  }
  if (tier === "danger-full-access" && !allowFullAccess) {
    throw new TandemError("usage", {
      problem: "The tier danger-full-access needs the setting allow_full_access as well.",
      hint: "Set allow_full_access = true in your own user file, if you mean it."
    });
  }
}

// src/surfaces/cli/setting-flags.ts
function settingFlags(options, timeoutKey) {
  return {
    model: options.model,
    effort: options.effort,
    profile: options.profile,
    engine: options.engine,
    isolation: options.isolation,
    stall: options.stall,
    [timeoutKey]: options.timeout,
    mcp_allow: options.mcp.length === 0 ? void 0 : options.mcp.join(",")
  };
}

// src/codex/check-wishes.ts
async function checkWishes({ overrides, profile }, codexHome) {
  if (overrides.length > 0) {
    const { parseOverrides } = await import("./overrides-CKM5DVDL.mjs");
    await parseOverrides(overrides);
  }
  if (profile !== void 0) {
    const { readProfile } = await import("./profile-PMNI2IO3.mjs");
    await readProfile(codexHome, profile);
  }
}

// src/surfaces/cli/commands/run-command.ts
async function performRun(request, prepared, options, session) {
  const { world } = session;
  const format = formatOf(options);
  await checkWishes(request, ownCodexWorld(session).codexHome);
  const warnings = [...session.settings.warnings, ...session.problems];
  if (options.dryRun === true) {
    const envelope2 = await prepared.dryRun();
    await printEnvelope(envelope2, format, world);
    return exitCodeFor(envelope2);
  }
  if (prepared.immediate !== void 0) {
    const { parts } = prepared.immediate;
    const envelope2 = { schema: envelopeSchema, ok: true, kind: request.kind, ...parts };
    await printEnvelope(envelope2, format, world);
    return exitCodeFor(envelope2);
  }
  const { runInForeground } = await import("./run-in-foreground-JIAC2HYS.mjs");
  const envelope = await runInForeground(
    { request, perform: prepared.perform, route: prepared.route, warnings },
    session
  );
  const isFailure = envelope.error !== void 0 && format === "text";
  await printEnvelope(envelope, format, isFailure ? { ...world, stdout: world.stderr } : world);
  await settle(envelope, session);
  return exitCodeFor(envelope, request.failOn);
}
async function settle(envelope, { store, settings, log }) {
  const { values } = settings;
  try {
    if (envelope.job !== void 0) await store.markRead(envelope.job.id);
    await store.applyRetention({
      readDays: values.retention_read_days,
      readCount: values.retention_read_count,
      unreadResultDays: values.retention_unread_days,
      unreadJournalDays: values.retention_journal_days,
      totalBytes: values.retention_total_bytes
    });
  } catch (error) {
    log("warning", "bookkeeping after the run failed", String(error));
  }
}

export {
  titleFrom,
  planRun,
  makeRunRequest,
  workingFolder,
  settingFlags,
  performRun
};
