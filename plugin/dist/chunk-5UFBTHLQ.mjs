import {
  ageOf,
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatElapsed,
  formatTokens,
  unwrapCommand
} from "./chunk-LECVKPZU.mjs";
import {
  isTerminal,
  shortJobId
} from "./chunk-XT4QHU2W.mjs";
import {
  flow,
  formatConfidence,
  hanging,
  joinBlocks,
  labelled,
  list,
  modelIndent,
  renderFindings,
  verbatim,
  wrapText
} from "./chunk-3K3OQXAC.mjs";
import {
  cutToWidth,
  displayWidth,
  padToWidth
} from "./chunk-3TNWXDK7.mjs";
import {
  oneLine,
  sanitiseDeep
} from "./chunk-INF2XAWY.mjs";
import {
  severities
} from "./chunk-VD2U5BDO.mjs";
import {
  paint,
  paintStart,
  proseColumns
} from "./chunk-SQSA5K2W.mjs";

// src/report/text/coverage.ts
function renderCoverage(coverage, style) {
  if (coverage === void 0 || coverage.examined.length === 0 && coverage.omitted.length === 0) return [];
  const examined = formatCount(coverage.examined.length, "path");
  const how = coverage.basis === "codex" ? ", as read by Codex's own commands" : "";
  if (coverage.omitted.length === 0) return [paint(`Examined: ${examined}${how}`, "quiet", style)];
  const groups = groupByReason(coverage.omitted);
  const shown = groups.slice(0, reasonsShown);
  const rest = groups.slice(reasonsShown).reduce((sum, [, paths]) => sum + paths.length, 0);
  return [
    paint(`Not examined: ${formatCount(coverage.omitted.length, "path")}`, "caution", style) + paint(` (examined: ${examined}${how})`, "quiet", style),
    ...shown.flatMap(([reason, paths]) => hanging(`${oneLine(reason)}: ${listPaths(paths)}`, style)),
    ...rest === 0 ? [] : hanging(`other reasons: ${formatCount(rest, "path")}`, style)
  ];
}
var reasonsShown = 6;
var pathsShown = 5;
function groupByReason(omitted) {
  const groups = /* @__PURE__ */ new Map();
  for (const { path, reason } of omitted) {
    const paths = groups.get(reason);
    if (paths === void 0) groups.set(reason, [path]);
    else paths.push(path);
  }
  return [...groups].sort(([, one], [, other]) => other.length - one.length);
}
function listPaths(paths) {
  const shown = paths.slice(0, pathsShown).map(quotePath).join(", ");
  return paths.length > pathsShown ? `${shown} and ${paths.length - pathsShown} more` : shown;
}
function quotePath(path) {
  const line = oneLine(path);
  return /[\s,]/.test(path) ? `"${line.replaceAll('"', '\\"')}"` : line;
}

// src/report/text/dry-run.ts
function renderDryRun(dryRun, style) {
  if (dryRun === void 0) return [];
  const { inputs, pins, prompt, route, leavesTheMachine } = dryRun;
  return joinBlocks([
    labelled("Leaves the machine:", leavesTheMachine, style, { tone: "title" }),
    labelled("Route:", route, style, { tone: "title" }),
    renderInputs(inputs, style),
    pins.length === 0 ? [] : [
      paint(`Pinned (${pins.length})`, "title", style),
      ...pins.flatMap(
        ({ key, value, reason }) => hanging(oneLine(`${key} = ${value}: ${reason}`), style)
      )
    ],
    prompt === void 0 ? [] : [paint(`Prompt (${formatBytes(prompt.bytes)})`, "title", style), ...verbatim(prompt.preview)]
  ]);
}
var inputsShown = 12;
function renderInputs(inputs, style) {
  if (inputs.length === 0) return [];
  const total = inputs.reduce((sum, { bytes }) => sum + bytes, 0);
  const rest = inputs.length - inputsShown;
  return [
    paint(`Inputs (${formatCount(inputs.length, "file")}, ${formatBytes(total)})`, "title", style),
    ...inputs.slice(0, inputsShown).flatMap(({ path, bytes }) => hanging(`${oneLine(path)}  ${formatBytes(bytes)}`, style)),
    ...rest > 0 ? [paint(`  \u2026 and ${rest} more, listed by --json`, "quiet", style)] : []
  ];
}

// src/report/text/error.ts
function renderError(envelope, style) {
  const { error } = envelope;
  if (error === void 0) return [];
  return [
    ...renderReport(error, "Error", style),
    ...renderDetails(error, style),
    ...renderKept(envelope, style)
  ];
}
function renderReport(error, label, style) {
  return [
    ...labelled(`${label} (${error.kind}):`, error.message, style, { tone: "bad" }),
    ...renderRepair(error, style)
  ];
}
function renderRepair({ repair, retryAfterMs }, style) {
  const columns2 = proseColumns(style);
  const call = repair.command ?? (repair.tool === void 0 ? void 0 : `${repair.tool} ${JSON.stringify(repair.arguments ?? {})}`);
  return [
    ...repair.say.trim() === "" ? [] : wrapText(oneLine(repair.say), { columns: columns2 }),
    ...call === void 0 ? [] : [`  ${oneLine(call)}`],
    ...retryAfterMs === void 0 ? [] : [`Can be tried again in ${formatElapsed(retryAfterMs)}.`]
  ];
}
function renderDetails({ details = {}, message, repair }, style) {
  const said = `${message}
${repair.say}
${repair.command ?? ""}`;
  return Object.entries(details).map(([key, value]) => [key, textOf(value)]).filter(([, text]) => text !== "" && !said.includes(text)).slice(0, detailsShown).flatMap(([key, text]) => labelled(`${key}:`, text, style, { indent: "  " }));
}
var detailsShown = 6;
function textOf(value) {
  if (typeof value === "string") return value.trim();
  if (!Array.isArray(value)) return "";
  return value.filter((entry) => typeof entry === "string").join(", ");
}
function renderKept({ answer, findings, job, patch, run }, style) {
  const kept = [
    ...run?.thread === void 0 ? [] : [`thread ${oneLine(run.thread)}`],
    ...answer === void 0 || answer.trim() === "" ? [] : ["the answer so far (below)"],
    ...findings === void 0 || findings.length === 0 ? [] : ["the findings so far (below)"],
    ...patch === void 0 ? [] : ["the patch so far"],
    ...job === void 0 ? [] : [`job ${oneLine(shortJobId(job.id))} with its journal`]
  ];
  return kept.length === 0 ? [] : labelled("Kept:", kept.join(", "), style);
}

// src/report/text/header.ts
function renderHeader(envelope, style) {
  const title = titleOf(envelope);
  if (title === void 0) return renderMarks(envelope, style);
  const columns2 = proseColumns(style);
  const facts = factsOf(envelope).map((fact) => cutToWidth(fact, columns2));
  return [
    ...renderMarks(envelope, style),
    paint(cutToWidth(title, columns2), "title", style),
    ...flow(facts, " \xB7 ", { columns: columns2 }).map(
      (row2) => row2.map((fact) => paint(fact, fact === fullAccess ? "bad" : "quiet", style)).join(paint(" \xB7 ", "quiet", style))
    )
  ];
}
function renderMarks(envelope, style) {
  const marks = [
    ...isRehearsal(envelope) ? [rehearsalMark(envelope)] : [],
    ...envelope.dryRun === void 0 ? [] : ["DRY RUN: nothing was started, nothing was sent"]
  ];
  return marks.map((mark) => paint(mark, "caution", style));
}
function isRehearsal({ run, job }) {
  return run?.rehearsal ?? job?.rehearsal ?? false;
}
function rehearsalMark(envelope) {
  const what = envelope.kind === "review" || envelope.job?.kind === "review" ? "review" : "answer";
  return `REHEARSAL: scripted model, not a real ${what}`;
}
var fullAccess = "FULL ACCESS (no sandbox)";
function titleOf({ kind, job, target }) {
  const run = runKindOf(kind, job);
  if (run === void 0) return void 0;
  const name = run.charAt(0).toUpperCase() + run.slice(1);
  if (target !== void 0) return `${name} of ${oneLine(target.label)}`;
  return job === void 0 || job.title.trim() === "" ? name : `${name}: ${oneLine(job.title)}`;
}
function runKindOf(kind, job) {
  if (kind === "version") return void 0;
  return kind === "result" || kind === "error" || kind === "status" ? job?.kind : kind;
}
function factsOf({ run, job }) {
  const facts = run === void 0 ? [] : runFacts(run);
  return job === void 0 ? facts : [`job ${oneLine(shortJobId(job.id))}`, ...facts];
}
function runFacts(run) {
  const tokens = run.usage === void 0 ? 0 : run.usage.inputTokens + run.usage.outputTokens;
  return [
    run.engine,
    ...run.model === void 0 ? [] : [modelOf(run.model, run.effort)],
    tierOf(run),
    ...run.network ? ["network on"] : [],
    ...run.isolation === "inherit" ? [] : [run.isolation],
    formatDuration(run.durationMs),
    ...tokens > 0 ? [`${formatTokens(tokens)} tokens`] : []
  ];
}
function modelOf(model, effort) {
  return oneLine(effort === void 0 ? model : `${model} (${effort})`);
}
function tierOf({ tier, sandbox }) {
  if (tier === "danger-full-access" || sandbox.effective === "danger-full-access") return fullAccess;
  if (sandbox.effective === "unverified") return `${tier} (unverified)`;
  return sandbox.effective === tier ? tier : `${tier} (in force: ${sandbox.effective})`;
}

// src/report/text/table.ts
function renderTable(columns2, rows, style) {
  const kept = keepColumns(columns2, rows, style.columns);
  const widths = kept.map((index) => naturalWidth(columns2, rows, index));
  const headings = kept.map((index) => ({ text: columns2[index]?.heading ?? "", tone: "quiet" }));
  return [
    renderRow(headings, widths, style),
    ...rows.flatMap(({ cells, note }) => [
      renderRow(
        kept.map((index) => cells[index] ?? { text: "" }),
        widths,
        style
      ),
      ...note === void 0 ? [] : [paint(cutToWidth(`        ${note}`, style.columns), "quiet", style)]
    ])
  ];
}
var gap = "  ";
var smallestLast = 20;
function keepColumns(columns2, rows, width) {
  let kept = columns2.map((_, index) => index).filter((index) => naturalWidth(columns2, rows, index) > 0);
  while (spaceForLast(kept, columns2, rows, width) < smallestLast) {
    const worst = kept.slice(0, -1).reduce((chosen, index) => {
      const rank = columns2[index]?.expendable ?? 0;
      return rank > (chosen === void 0 ? 0 : columns2[chosen]?.expendable ?? 0) ? index : chosen;
    }, void 0);
    if (worst === void 0) break;
    kept = kept.filter((index) => index !== worst);
  }
  return kept;
}
function spaceForLast(kept, columns2, rows, width) {
  return kept.slice(0, -1).reduce((rest, index) => rest - naturalWidth(columns2, rows, index) - gap.length, width);
}
function naturalWidth(columns2, rows, index) {
  const widest = Math.max(0, ...rows.map(({ cells }) => displayWidth(cells[index]?.text ?? "")));
  return widest === 0 ? 0 : Math.max(widest, displayWidth(columns2[index]?.heading ?? ""));
}
function renderRow(cells, widths, style) {
  let used = 0;
  const pieces = cells.map(({ text, tone }, position) => {
    const isLast = position === cells.length - 1;
    const width = widths[position] ?? 0;
    const plain = isLast ? cutToWidth(text, style.columns - used) : padToWidth(text, width);
    used += width + gap.length;
    return tone === void 0 ? plain : paint(plain, tone, style);
  });
  return pieces.join(gap).trimEnd();
}

// src/report/text/jobs-table.ts
function renderJobs(jobs, style) {
  if (jobs.length === 0) return [paint("No jobs here.", "quiet", style)];
  const newestFirst = jobs.toSorted((one, other) => compareTimes(other, one));
  const active = newestFirst.filter(({ status }) => !isTerminal(status));
  const ended = newestFirst.filter(({ status }) => isTerminal(status));
  const showFolder = new Set(jobs.map(({ workspace }) => workspace)).size > 1;
  return joinBlocks([
    section("Running", active, activeShown, (job, now) => activeRow(job, now, showFolder), style),
    section("Ended", ended, endedShown, (job, now) => endedRow(job, now, showFolder), style)
  ]);
}
function phaseWords(phase) {
  return phases[phase];
}
function outcomeOf(job) {
  if (job.status !== "succeeded")
    return { text: job.status, tone: job.status === "failed" ? "bad" : "quiet" };
  return job.verdict === void 0 ? { text: "done", tone: "good" } : verdictCells[job.verdict];
}
var activeShown = 40;
var endedShown = 15;
var phases = {
  queued: "queued",
  starting: "starting",
  thinking: "thinking",
  running_command: "command",
  waiting_approval: "needs you",
  verifying: "verifying",
  cancelling: "cancelling"
};
var verdictCells = {
  pass: { text: "pass", tone: "good" },
  concerns: { text: "concerns", tone: "caution" },
  fail: { text: "fail", tone: "bad" },
  none: { text: "no verdict", tone: "caution" }
};
var columns = [
  { heading: "job", expendable: 0 },
  { heading: "kind", expendable: 2 },
  { heading: "state", expendable: 0 },
  { heading: "age", expendable: 0 },
  { heading: "last event", expendable: 1 },
  { heading: "tokens", expendable: 4 },
  { heading: "folder", expendable: 3 },
  { heading: "title", expendable: 0 }
];
function section(heading, jobs, limit, toRow, style) {
  if (jobs.length === 0) return [];
  const now = style.now ?? /* @__PURE__ */ new Date();
  const rest = jobs.length - limit;
  return [
    paint(`${heading} (${jobs.length})`, "title", style),
    ...renderTable(
      columns,
      jobs.slice(0, limit).map((job) => toRow(job, now)),
      style
    ),
    ...rest > 0 ? [paint(`\u2026 and ${rest} older, listed by --json`, "quiet", style)] : []
  ];
}
function activeRow(job, now, showFolder) {
  const age = ageOf(job.createdAt, now);
  const cells = [
    { text: oneLine(shortJobId(job.id)), tone: "accent" },
    { text: job.kind },
    {
      text: job.phase === void 0 ? job.status : phaseWords(job.phase),
      ...job.phase === "waiting_approval" ? { tone: "caution" } : {}
    },
    { text: age === void 0 ? "?" : formatElapsed(age) },
    { text: job.lastEventAt === void 0 ? "none yet" : formatAge(job.lastEventAt, now) },
    { text: tokensOf(job) },
    { text: showFolder ? folderName(job) : "" },
    { text: titleOf2(job) }
  ];
  return job.currentCommand === void 0 ? { cells } : { cells, note: `$ ${oneLine(unwrapCommand(job.currentCommand))}` };
}
function endedRow(job, now, showFolder) {
  const cause = job.error === void 0 ? "" : `${cutToWidth(oneLine(job.error), 30)}: `;
  return {
    cells: [
      { text: oneLine(shortJobId(job.id)), tone: "accent" },
      { text: job.kind },
      outcomeOf(job),
      { text: formatAge(job.endedAt ?? job.createdAt, now) },
      { text: "" },
      { text: tokensOf(job) },
      { text: showFolder ? folderName(job) : "" },
      { text: cause + titleOf2(job) }
    ]
  };
}
function titleOf2({ title, rehearsal }) {
  return `${rehearsal === true ? "[rehearsal] " : ""}${oneLine(title)}`;
}
function tokensOf({ tokens }) {
  return tokens === void 0 || tokens === 0 ? "" : formatTokens(tokens);
}
function folderName({ workspace }) {
  const separator = /^([A-Za-z]:|\\)\\/.test(workspace) ? /[\\/]/ : "/";
  return cutToWidth(oneLine(workspace).split(separator).at(-1) ?? "", 16);
}
function compareTimes(one, other) {
  return timeOf(one).localeCompare(timeOf(other));
}
function timeOf({ endedAt, createdAt }) {
  return endedAt ?? createdAt;
}

// src/report/text/job.ts
function renderJob(job, style) {
  const now = style.now ?? /* @__PURE__ */ new Date();
  const words = isTerminal(job.status) ? outcomeOf(job).text : stateWords(job);
  const columns2 = proseColumns(style);
  const tone = isTerminal(job.status) ? outcomeOf(job).tone ?? "title" : "title";
  const [first = "", ...rest] = flow([words, ...timesOf(job, now)], " \xB7 ", { columns: columns2 }).map(
    (row2) => row2.join(" \xB7 ")
  );
  return [
    paintStart(first, words.length, tone, style),
    ...rest,
    ...job.currentCommand === void 0 ? [] : [paint(cutToWidth(`  $ ${oneLine(unwrapCommand(job.currentCommand))}`, columns2), "quiet", style)],
    ...job.error === void 0 ? [] : labelled("Error:", job.error, style, { tone: "bad" }),
    ...labelled("Folder:", oneLine(job.workspace), style)
  ];
}
function stateWords({ phase, status }) {
  if (phase === void 0) return status;
  return phase === "running_command" ? "running a command" : phaseWords(phase);
}
function timesOf(job, now) {
  const age = ageOf(job.createdAt, isTerminal(job.status) ? new Date(job.endedAt ?? job.createdAt) : now);
  return [
    ...age === void 0 ? [] : [formatElapsed(age)],
    ...isTerminal(job.status) ? [`ended ${formatAge(job.endedAt, now)}`] : [job.lastEventAt === void 0 ? "no event yet" : `last event ${formatAge(job.lastEventAt, now)}`],
    ...job.tokens === void 0 || job.tokens === 0 ? [] : [`${formatTokens(job.tokens)} tokens`]
  ];
}

// src/report/text/readiness.ts
function renderReadiness({ readiness, run }, style) {
  if (readiness === void 0) return [];
  const { problems } = readiness;
  const mark = problems.length === 0 ? paint("Ready", "good", style) : paint(`Not ready: ${formatCount(problems.length, "problem")}`, "bad", style);
  return joinBlocks([
    [
      mark,
      ...run === void 0 ? [] : row("Tandem", tandemOf(run.tandem), style),
      ...row("Codex", codexOf(readiness.codex), style),
      ...row("Login", loginOf(readiness.login), style),
      ...row("State", oneLine(readiness.stateRoot), style),
      ...row("Settings", settingsOf(readiness.defaults), style)
    ],
    ...problems.map((problem) => renderReport(problem, "Problem", style))
  ]);
}
function renderVersion({ kind, run }, style) {
  if (kind !== "version" || run === void 0) return [];
  return [
    `tandem ${tandemOf(run.tandem)}`,
    ...run.codex === void 0 ? [] : hanging(`codex ${oneLine(run.codex.version)}, ${oneLine(run.codex.path)}`, style)
  ];
}
var labelWidth = 10;
function row(label, text, style) {
  const indent = " ".repeat(labelWidth);
  return wrapText(text, { columns: proseColumns(style), indent }).map(
    (line, index) => index === 0 ? paint(label.padEnd(labelWidth), "quiet", style) + line.slice(labelWidth) : line
  );
}
function tandemOf({ version, commit, build }) {
  return oneLine(`${version} (${commit === void 0 ? "" : `${commit.slice(0, 9)}, `}${build})`);
}
function codexOf({ version, path, range, testedRange }) {
  if (version === void 0 && path === void 0) return "not found";
  const remark = {
    tested: `tested range ${testedRange}`,
    newer: `newer than the tested range ${testedRange}`,
    older: `older than the tested range ${testedRange}`,
    unknown: `tested range ${testedRange}`
  }[range];
  return oneLine(`${version ?? "unknown version"} (${remark})${path === void 0 ? "" : `, ${path}`}`);
}
function loginOf({ kind, detail }) {
  return oneLine(detail === void 0 || detail === "" ? kind : `${kind}, ${detail}`);
}
function settingsOf(defaults) {
  const set = Object.entries(defaults).filter(([, { origin }]) => origin !== "default");
  if (set.length === 0) return "all at their defaults";
  return set.map(([key, { value, origin }]) => oneLine(`${key} = ${valueOf(value)} (${origin})`)).join(", ");
}
function valueOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "none";
}

// src/report/text/verdict.ts
function renderVerdict(envelope, style) {
  const { verdict, confidence } = envelope;
  if (verdict === void 0) return [];
  const { words, tone } = appearance[verdict];
  const tail = [
    ...verdict === "none" ? [reasonForNone(envelope)] : [],
    countFindings(envelope),
    ...confidence === void 0 || verdict === "none" ? [] : [formatConfidence(confidence)]
  ].filter((part) => part !== "");
  return labelled(
    tail.length === 0 ? words : `${words}:`,
    tail.join(verdict === "none" ? "\n" : ", "),
    style,
    { tone }
  );
}
var appearance = {
  pass: { words: "No blocking findings", tone: "good" },
  concerns: { words: "Concerns", tone: "caution" },
  fail: { words: "Fail", tone: "bad" },
  none: { words: "No verdict", tone: "caution" }
};
function countFindings({ findings = [], verdict }) {
  const counts = severities.map((severity) => ({
    severity,
    count: findings.filter((finding) => finding.severity === severity).length
  })).filter(({ count }) => count > 0).map(({ severity, count }) => `${count} ${severity}`);
  if (counts.length > 0) return counts.join(", ");
  return verdict === "none" ? "" : "nothing found";
}
function reasonForNone({ error, coverage, job, run, summary }) {
  if (error !== void 0) return "the run failed.";
  if (coverage?.status === "partial")
    return `${formatCount(coverage.omitted.length, "path")} not examined, see below.`;
  if (coverage?.status === "none" && coverage.basis === "codex" && job !== void 0)
    return "Codex read none of the changed files.";
  if (coverage?.status === "none") return inOneLine(summary) ?? "nothing was examined.";
  return inOneLine(run?.warnings[0]) ?? inOneLine(summary) ?? "the review gave no valid answer.";
}
function inOneLine(text) {
  const line = oneLine(text ?? "");
  return line === "" ? void 0 : line;
}

// src/report/text/render-envelope.ts
function renderEnvelope(envelope, style) {
  return `${joinBlocks(renderBlocks(sanitiseDeep(envelope), style)).join("\n")}
`;
}
function renderBlocks(envelope, style) {
  const {
    coverage,
    dryRun,
    findings = [],
    job,
    jobs,
    nextSteps = [],
    questions = [],
    results = []
  } = envelope;
  return [
    renderHeader(envelope, style),
    renderVersion(envelope, style),
    renderReadiness(envelope, style),
    renderError(envelope, style),
    job !== void 0 && showsJob(envelope) ? renderJob(job, style) : [],
    renderVerdict(envelope, style),
    renderSummary(envelope, style),
    renderAnswer(envelope),
    renderFindings(findings, style),
    list({ one: "Question", many: "Questions" }, questions, style),
    [
      ...renderChecks(envelope, style),
      ...renderWarnings(envelope, style),
      ...renderCoverage(coverage, style)
    ],
    renderDryRun(dryRun, style),
    ...results.map((result, index) => [
      paint(`Result ${index + 1} of ${results.length}`, "quiet", style),
      ...joinBlocks(renderBlocks(result, style))
    ]),
    jobs === void 0 ? [] : renderJobs(jobs, style),
    list({ one: "Next", many: "Next" }, nextSteps, style)
  ];
}
function showsJob({ job, kind, error }) {
  return job !== void 0 && error === void 0 && (kind === "status" || !isTerminal(job.status));
}
function renderSummary(envelope, style) {
  const { summary = "", answer, verdict } = envelope;
  if (summary.trim() === "" || summary.trim() === answer?.trim()) return [];
  if (verdict === "none" && reasonForNone(envelope) === oneLine(summary)) return [];
  return wrapText(summary.trim(), { columns: proseColumns(style), indent: indentOf(envelope) });
}
function renderAnswer(envelope) {
  const { answer = "", findings = [], raw = "", error, summary } = envelope;
  if (answer.trim() !== "") return verbatim(answer, indentOf(envelope));
  const isTold = summary !== void 0 || findings.length > 0;
  return raw.trim() === "" || isTold && error === void 0 ? [] : verbatim(raw, indentOf(envelope));
}
function indentOf({ kind, verdict }) {
  return kind === "review" || verdict !== void 0 ? modelIndent : "";
}
function renderChecks({ evidence = [] }, style) {
  if (evidence.length === 0) return [];
  const passed = evidence.filter(({ status }) => status === "passed").length;
  return [
    paint(`Checks: ${passed} of ${evidence.length} passed`, "quiet", style),
    ...evidence.filter(({ status }) => status !== "passed").flatMap(
      ({ check, status, detail }) => labelled(`${status}:`, `${check} (${detail})`, style, {
        indent: "  ",
        tone: status === "failed" ? "bad" : "quiet"
      })
    )
  ];
}
function renderWarnings({ run }, style) {
  return (run?.warnings ?? []).flatMap(
    (warning) => labelled("Warning:", warning, style, { tone: "caution" })
  );
}

export {
  renderHeader,
  renderVerdict,
  renderEnvelope
};
