// src/domain/exit-code.ts
var ExitCode = {
  /** The command did what was asked. */
  done: 0,
  /** It did, but findings reached `--fail-on`, or a required check failed. */
  doneWithConcerns: 1,
  /** A precondition failed; nothing was started and nothing was spent. */
  precondition: 2,
  /** Codex cannot be used here: missing, too old, not logged in, or its sandbox cannot start. */
  codexUnusable: 3,
  /** The run was started and failed. */
  runFailed: 4,
  /** A limit of time ended the run. */
  timeLimit: 5,
  /** The waiting budget is over; the job goes on. */
  stillRunning: 6,
  /** The run was cancelled. */
  cancelled: 130
};

// src/domain/errors/entry.ts
function entry(definition) {
  return definition;
}

// src/domain/errors/codex.ts
var exitCode = ExitCode.codexUnusable;
var retryable = false;
var codexErrors = {
  codex_not_installed: entry({
    exitCode,
    retryable,
    when: "No Codex binary was found, or the one that TANDEM_CODEX names cannot be run.",
    message: ({ searched, cause }) => cause ?? `No Codex found. Searched: ${searched.join(", ")}.`,
    repair: () => ({
      say: "Install Codex, or name its binary in TANDEM_CODEX.",
      command: "npm install --global @openai/codex"
    })
  }),
  codex_unsupported: entry({
    exitCode,
    retryable,
    when: "The installed Codex is older than the oldest version that the promises rest on.",
    message: ({ version, minimum, path }) => `Codex ${version} at ${path} is older than ${minimum}, the oldest supported.`,
    repair: ({ override }) => ({
      say: `Update Codex. ${override} runs it all the same, without any promise.`,
      command: "npm install --global @openai/codex@latest"
    })
  }),
  not_logged_in: entry({
    exitCode,
    retryable,
    when: "The provider refused the credentials, or there are none (HTTP 401, `unauthorized`).",
    message: ({ cause }) => `Codex has no valid login for its provider: ${cause}`,
    repair: () => ({ say: "Log in with Codex itself, then start again.", command: "codex login" })
  }),
  sandbox_unavailable: entry({
    exitCode,
    retryable,
    when: "Codex's sandbox cannot start on this system.",
    message: ({ cause }) => `Codex cannot start its sandbox here: ${cause}`,
    repair: () => ({ say: "See Codex's notes on its sandbox for this system; nothing was run without it." })
  }),
  host_sandbox: entry({
    exitCode,
    retryable,
    when: "The sandbox around us (a container, Claude Code's own) forbids what Codex needs.",
    message: ({ cause }) => `The sandbox around this process forbids what Codex needs: ${cause}`,
    repair: () => ({ say: "Run it outside that sandbox, or allow the command there." })
  })
};

// src/domain/errors/endings.ts
var endingErrors = {
  timeout: entry({
    exitCode: ExitCode.timeLimit,
    retryable: true,
    when: "The run was stopped at its wall clock limit (`timeout`).",
    message: ({ afterMs }) => `The run was stopped after its limit of ${Math.round(afterMs / 1e3)} s.`,
    repair: () => ({ say: "Give it more time or ask for less.", command: "tandem \u2026 --timeout 60m" })
  }),
  stalled: entry({
    exitCode: ExitCode.timeLimit,
    retryable: true,
    when: "Nothing was heard from Codex for longer than `stall` while no command was running.",
    message: ({ silentMs }) => `Codex was silent for ${Math.round(silentMs / 1e3)} s; the run was stopped.`,
    repair: () => ({ say: "Start again; --stall moves the limit." })
  }),
  verification_failed: entry({
    exitCode: ExitCode.doneWithConcerns,
    retryable: true,
    when: "The run ended and a required check of its outcome failed.",
    message: ({ checks }) => `Failed checks: ${checks.join(", ")}.`,
    repair: () => ({ say: "See the evidence rows of the result." })
  }),
  cancelled: entry({
    exitCode: ExitCode.cancelled,
    retryable: true,
    when: "The run was cancelled by a person or by the host.",
    message: ({ by }) => `Cancelled (${by}).`,
    repair: () => ({ say: "What had arrived is kept in the job." })
  })
};

// src/domain/errors/preconditions.ts
var exitCode2 = ExitCode.precondition;
var retryable2 = false;
var preconditionErrors = {
  usage: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "An option, argument, setting or combination of them is not acceptable.",
    message: ({ problem }) => problem,
    repair: ({ hint, command }) => ({
      say: hint ?? "See `tandem --help`.",
      ...command === void 0 ? {} : { command }
    })
  }),
  not_a_git_repo: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "A command that examines changes was started outside a git work tree.",
    message: ({ folder, cause }) => `${folder} is not inside a git work tree${cause ? `: ${cause}` : "."}`,
    repair: () => ({
      say: "Go to a git work tree or name one with --cwd. `tandem consult` works in any folder.",
      command: "tandem review --cwd PATH"
    })
  }),
  bad_revision: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "A branch, tag, commit or range does not name a commit in this repository.",
    message: ({ revision, cause }) => cause ?? `${JSON.stringify(revision)} does not name a commit in this repository.`,
    repair: () => ({
      say: "Name a branch, tag or commit that exists here; fetch it first if it is remote.",
      command: "git branch --all"
    })
  }),
  input_unreadable: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "A file named on the command line (prompt, context, image, schema) cannot be read.",
    message: ({ path, cause }) => `Cannot read ${path}: ${cause}`,
    repair: ({ path }) => ({ say: `Check that ${path} exists, is a readable file and has the right type.` })
  }),
  input_too_large: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "A text that an author wrote is over the byte cap, or the whole prompt is over Codex's own limit.",
    message: ({ what, size, limit, unit }) => `${what} has ${size} ${unit}; the limit is ${limit}.`,
    repair: () => ({
      say: "Shorten it, or put the material into a file and let Codex read it; `input_byte_cap` moves our own limit."
    })
  }),
  model_unavailable: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "The model or effort is not in the catalogue of the installed Codex.",
    message: ({ problem }) => problem,
    repair: ({ supported }) => ({
      say: supported.length > 0 ? `Supported here: ${supported.join(", ")}.` : "Leave the option out."
    })
  }),
  config_rejected: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "A setting, `-c` override or profile touches what a pin protects, or Codex refuses its configuration.",
    message: ({ key, reason, source }) => `${source ? `${source}: ` : ""}${key} is not accepted: ${reason}`,
    repair: ({ key }) => ({
      say: `Remove ${key}; a flag such as --tier, --network or --mcp asks for more rights.`
    })
  }),
  workspace_gone: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "The folder that a job belongs to does not exist any more.",
    message: ({ folder }) => `The folder ${folder} does not exist any more.`,
    repair: () => ({ say: "Restore it, or start again in another folder with --cwd." })
  }),
  workspace_busy: entry({
    exitCode: exitCode2,
    retryable: true,
    when: "Another job that may write holds this work tree.",
    message: ({ folder, job }) => `Job ${job} is writing in ${folder}.`,
    repair: ({ job }) => ({ say: "Wait for it or cancel it.", command: `tandem status ${job}` })
  }),
  job_not_found: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "No stored job has this id, prefix or suffix.",
    message: ({ id, searched }) => `No job ${JSON.stringify(id)} in ${searched}.`,
    repair: () => ({ say: "List the jobs of all folders.", command: "tandem status --all" })
  }),
  job_ambiguous: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "A short job name fits several jobs.",
    message: ({ id, candidates }) => `${JSON.stringify(id)} fits several jobs: ${candidates.join(", ")}.`,
    repair: () => ({ say: "Give more letters of the id." })
  }),
  job_running: entry({
    exitCode: exitCode2,
    retryable: true,
    when: "The result of a job was asked for before its end.",
    message: ({ id }) => `Job ${id} is still running.`,
    repair: ({ id }) => ({ say: "Look at it again later.", command: `tandem status ${id}` })
  }),
  idempotency_conflict: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "The idempotency key was used before with other arguments.",
    message: ({ key, job }) => `Idempotency key ${JSON.stringify(key)} belongs to job ${job} with other arguments.`,
    repair: () => ({ say: "Use a new key for a new request." })
  }),
  budget_exceeded: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "A limit that the person set on spending is reached.",
    message: ({ what, limit }) => `The limit of ${limit} for ${what} is reached.`,
    repair: () => ({ say: "Raise the limit in the settings or wait until it starts anew." })
  }),
  state_unwritable: entry({
    exitCode: exitCode2,
    retryable: retryable2,
    when: "The state root cannot be created or written, or belongs to somebody else.",
    message: ({ folder, cause }) => `Cannot use the state folder ${folder}: ${cause}`,
    repair: () => ({
      say: "Make it writable for you alone, or name another absolute folder in TANDEM_HOME."
    })
  })
};

// src/domain/errors/run.ts
var exitCode3 = ExitCode.runFailed;
var runErrors = {
  spawn_failed: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "The Codex process could not be started, or ended before it could be spoken to.",
    message: ({ path, cause }) => `Could not start ${path}: ${cause}`,
    repair: () => ({ say: "Check what is said of Codex there.", command: "tandem status" })
  }),
  agent_refused: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "The model declined the request, by a refusal or by a policy of the provider.",
    message: ({ cause }) => `The model refused: ${cause}`,
    repair: () => ({ say: "Reword the request; the same one will most likely be refused again." })
  }),
  empty_answer: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "The turn completed without a final message.",
    message: ({ commands }) => `Codex ended its turn without an answer (after ${commands} commands).`,
    repair: () => ({ say: "Ask again; if it repeats, ask for less at once." })
  }),
  schema_violation: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "The final answer is not of the shape that was asked for.",
    message: ({ problem }) => `The answer is not of the required shape: ${problem}`,
    repair: () => ({ say: "The raw answer is kept in `raw`; ask again for a valid one." })
  }),
  quota: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "The account's usage limit or quota is used up (`usageLimitExceeded`, `insufficient_quota`).",
    message: ({ cause }) => `The account's limit is used up: ${cause}`,
    repair: () => ({
      say: "Wait for the limit to start anew or change the plan; a retry before that is refused."
    })
  }),
  rate_limited: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "The provider answered 429 more often than Codex retries.",
    message: ({ cause }) => `The provider limits the rate of requests: ${cause}`,
    repair: () => ({ say: "Start again in a minute." })
  }),
  overloaded: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "The provider is overloaded or answers with server errors.",
    message: ({ cause }) => `The provider is overloaded or failing: ${cause}`,
    repair: () => ({ say: "Start again in some minutes." })
  }),
  network_unreachable: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "The provider could not be reached, or the stream broke more often than Codex retries.",
    message: ({ cause }) => `The provider cannot be reached: ${cause}`,
    repair: () => ({ say: "Check the network, the proxy and the provider's base URL." })
  }),
  context_too_large: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "The conversation does not fit into the model's context window.",
    message: ({ cause }) => `The request does not fit into the model's context: ${cause}`,
    repair: () => ({ say: "Ask for less: fewer paths, a smaller range, or a model with a larger window." })
  }),
  sandbox_mismatch: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "Codex reports another sandbox or approval policy than the one that was asked for; the run was stopped.",
    message: ({ requested, effective }) => `Codex would run with ${effective} where ${requested} was asked for.`,
    repair: () => ({ say: "A managed configuration may force this; see Codex's requirements file." })
  }),
  approval_declined: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "The run could not go on after a request of its was declined.",
    message: ({ what }) => `Codex asked for ${what}, which was declined.`,
    repair: () => ({ say: "Start it with the tier it needs, if you want that." })
  }),
  broker_lost: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "The process that owned the job has ended without a result.",
    message: ({ owner }) => `The process that ran this job (${owner}) has ended before its result.`,
    repair: () => ({ say: "What had arrived is kept in the job; start the run again." })
  }),
  protocol: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "Codex broke its own protocol, or ended in the middle of a turn.",
    message: ({ problem }) => `Codex broke off: ${problem}`,
    repair: () => ({ say: "Start again; if it repeats, report it with the job's journal." })
  }),
  contract_changed: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "Codex does not know a method, option or key any more that a promise rests on.",
    message: ({ what }) => `This Codex does not accept ${what}, on which a promise rests.`,
    repair: () => ({ say: "Use a Codex version in the tested range.", command: "tandem status" })
  }),
  workspace_changed: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "The files changed while they were needed unchanged.",
    message: ({ folder }) => `The files in ${folder} changed meanwhile.`,
    repair: () => ({ say: "Start again when nothing else writes there." })
  }),
  patch_conflict: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "A patch does not apply to the present files; nothing was changed.",
    message: ({ problem }) => `The patch does not apply: ${problem}`,
    repair: () => ({ say: "Resolve the difference, or delegate again from the present state." })
  }),
  no_image_gen_tool_use: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "An image was asked for and Codex did not use its image tool.",
    message: () => "Codex did not use its image tool.",
    repair: () => ({ say: "The tool is offered with a ChatGPT login only." })
  }),
  artifact_missing: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "A declared output was not made.",
    message: ({ path }) => `The declared output ${path} was not made.`,
    repair: () => ({ say: "See the evidence rows of the result, then start again." })
  }),
  artifact_invalid: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "A declared output was made and a check of it failed.",
    message: ({ path, problem }) => `${path} is not valid: ${problem}`,
    repair: () => ({ say: "See the evidence rows of the result, then start again." })
  }),
  disk_full: entry({
    exitCode: exitCode3,
    retryable: true,
    when: "There is no space left in the state root.",
    message: ({ folder, cause }) => `No space left in ${folder}: ${cause}`,
    repair: () => ({ say: "Free some space, then start again." })
  }),
  internal: entry({
    exitCode: exitCode3,
    retryable: false,
    when: "A fault of codex-tandem itself.",
    message: ({ cause }) => `codex-tandem failed: ${cause}`,
    repair: () => ({ say: "Please report it with this text and the job's journal." })
  })
};

// src/domain/errors/tandem-error.ts
var errorCatalogue = { ...preconditionErrors, ...codexErrors, ...runErrors, ...endingErrors };
function reportError(kind, details, extras = {}) {
  const entry2 = errorCatalogue[kind];
  return {
    kind,
    message: entry2.message(details),
    retryable: entry2.retryable,
    ...extras.retryAfterMs === void 0 ? {} : { retryAfterMs: extras.retryAfterMs },
    repair: extras.repair ?? entry2.repair(details),
    details: Object.fromEntries(Object.entries(details))
  };
}
function exitCodeOf(kind) {
  return errorCatalogue[kind].exitCode;
}
var TandemError = class extends Error {
  name = "TandemError";
  report;
  constructor(kind, details, extras = {}) {
    const report = reportError(kind, details, extras);
    super(report.message, extras.cause === void 0 ? {} : { cause: extras.cause });
    this.report = report;
  }
};
function toErrorReport(thrown) {
  if (thrown instanceof TandemError) return thrown.report;
  return reportError("internal", { cause: messageOf(thrown) });
}
function messageOf(thrown) {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

export {
  ExitCode,
  errorCatalogue,
  reportError,
  exitCodeOf,
  TandemError,
  toErrorReport,
  messageOf
};
