import {
  exitCodeOf
} from "./chunk-VWEJZTN3.mjs";
import {
  isTerminal
} from "./chunk-XT4QHU2W.mjs";
import {
  printJson
} from "./chunk-5IX4SXJX.mjs";
import {
  byGravity,
  levelOf,
  linesOf,
  plainText,
  resultsOf,
  titleOf,
  treePathOf
} from "./chunk-FNLN3DMD.mjs";
import "./chunk-3K3OQXAC.mjs";
import "./chunk-3TNWXDK7.mjs";
import {
  oneLine,
  sanitise
} from "./chunk-INF2XAWY.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-SQSA5K2W.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/report/formats/sarif/message.ts
function plainMessage(text) {
  const literal = sanitise(text).trim().replace(/\](?=\()|\{(?=\d)/g, "$&\u200B");
  return { text: literal === "" ? "No text." : literal };
}

// src/report/formats/sarif/location.ts
var sourceRoot = "%SRCROOT%";
function locationOf(path, finding) {
  const region = regionOf(finding);
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(path), uriBaseId: sourceRoot },
      ...region === void 0 ? {} : { region }
    }
  };
}
function regionOf(finding) {
  const lines = linesOf(finding);
  if (lines === void 0) return void 0;
  const { quote = "" } = finding;
  return {
    startLine: lines.first,
    endLine: lines.last,
    ...quote.trim() === "" ? {} : { snippet: { text: sanitise(quote) } }
  };
}
function uriOf(path) {
  const whole = path.replace(new RegExp("\\p{Surrogate}", "gu"), "\uFFFD");
  return whole.split("/").map(encodeURIComponent).join("/");
}

// src/report/formats/sarif/result.ts
function resultOf(finding, rules) {
  const { id, index } = rules.referTo(finding);
  const path = treePathOf(finding);
  return {
    ruleId: id,
    ruleIndex: index,
    level: levelOf(finding),
    message: plainMessage(findingText(finding)),
    ...path === void 0 ? {} : { locations: [locationOf(path, finding)] },
    partialFingerprints: { "codexTandemFinding/v1": finding.id },
    properties: propertiesOf(finding)
  };
}
function findingText(finding) {
  const title = titleOf(finding);
  const end = /[.!?]$/.test(title) ? "" : ".";
  return `${title}${end}

${plainText(finding)}`;
}
function propertiesOf({
  severity,
  category,
  confidence,
  anchor,
  proof
}) {
  return {
    severity,
    ...category === void 0 ? {} : { category },
    ...confidence === void 0 ? {} : { confidence },
    anchor,
    proof
  };
}

// src/report/formats/sarif/invocation.ts
function invocationOf(envelope, unplaced, rules) {
  const { job, error, ok } = envelope;
  const isOpen = job !== void 0 && !isTerminal(job.status);
  const notifications = [
    ...error === void 0 ? [] : [failureOf(error)],
    ...isOpen ? [notify("running", "warning", `The job ${job.id} is still running.`)] : [],
    ...omissionsOf(envelope),
    ...(envelope.run?.warnings ?? []).map((warning) => notify("warning", "warning", warning)),
    ...unplaced.map((finding) => placeless(finding, rules))
  ];
  return {
    executionSuccessful: ok && error === void 0 && !isOpen,
    ...error === void 0 ? {} : { exitCode: exitCodeOf(error.kind) },
    ...timesOf(envelope),
    ...notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }
  };
}
function timesOf({ job }) {
  return {
    ...job !== void 0 && isUtc(job.createdAt) ? { startTimeUtc: job.createdAt } : {},
    ...job?.endedAt !== void 0 && isUtc(job.endedAt) ? { endTimeUtc: job.endedAt } : {}
  };
}
function isUtc(time) {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(time);
}
function notify(id, level, text) {
  return { descriptor: { id }, level, message: plainMessage(text) };
}
function failureOf({ kind, message, repair }) {
  const command = repair.command === void 0 ? "" : ` (${repair.command})`;
  return notify(kind, "error", `${message}
${repair.say}${command}`);
}
var pathsShown = 20;
function omissionsOf({ coverage }) {
  if (coverage === void 0 || coverage.status === "complete") return [];
  const { omitted } = coverage;
  if (omitted.length === 0) {
    return coverage.status === "none" ? [notify("not-examined", "warning", "Nothing was examined.")] : [];
  }
  const shown = omitted.slice(0, pathsShown).map(({ path, reason }) => `${oneLine(path)}: ${oneLine(reason)}`);
  const rest = omitted.length - shown.length;
  const lines = [`Not examined: ${omitted.length}.`, ...shown, ...rest > 0 ? [`and ${rest} more`] : []];
  return [notify("not-examined", "warning", lines.join("\n"))];
}
function placeless(finding, rules) {
  const { id, index } = rules.referTo(finding);
  const place = finding.file === void 0 ? "" : ` (${oneLine(finding.file)})`;
  return {
    descriptor: { id: "finding-without-place" },
    associatedRule: { id, index },
    level: levelOf(finding),
    message: plainMessage(findingText(finding) + place),
    properties: { ...propertiesOf(finding), id: finding.id }
  };
}

// src/report/formats/sarif/rules.ts
function ruleSetOf(findings) {
  const ids = [...new Set(findings.map(ruleIdOf))];
  return {
    descriptors: ids.map((id) => describe(id, findings)),
    referTo: (finding) => {
      const id = ruleIdOf(finding);
      return { id, index: ids.indexOf(id) };
    }
  };
}
var categoryWords = {
  fact: "stated as a fact of the code",
  inference: "concluded from the code",
  question: "asked as a question"
};
var problemSeverity = {
  error: "error",
  warning: "warning",
  note: "recommendation"
};
function ruleIdOf({ severity, category }) {
  return category === void 0 ? severity : `${severity}/${category}`;
}
function describe(id, findings) {
  const example = findings.find((finding) => ruleIdOf(finding) === id);
  if (example === void 0) return { id };
  const { severity, category } = example;
  const certainty = category === void 0 ? "" : `, ${categoryWords[category]}`;
  const level = levelOf({ ...example, anchor: "exact" });
  return {
    id,
    name: id.replace(/(?:^|\/)(\w)/g, (_, letter) => letter.toUpperCase()),
    shortDescription: { text: `A finding of severity ${severity}${certainty}.` },
    fullDescription: { text: `A point of a review by a model: severity ${severity}${certainty}.` },
    help: { text: "The words are those of a model: a claim, unless the finding says that it is proven." },
    defaultConfiguration: { level },
    properties: {
      tags: ["codex-tandem", severity, ...category === void 0 ? [] : [category]],
      "problem.severity": problemSeverity[level]
    }
  };
}

// src/report/formats/sarif/render-sarif.ts
function renderSarif(envelope, layout) {
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: resultsOf(envelope).map((result) => runOf(result, layout))
  };
  return printJson(log, layout);
}
function runOf(envelope, layout) {
  const findings = byGravity(envelope.findings ?? []);
  const rules = ruleSetOf(findings);
  const placed = findings.filter((finding) => treePathOf(finding) !== void 0);
  const unplaced = findings.filter((finding) => treePathOf(finding) === void 0);
  return {
    tool: {
      driver: {
        name: "codex-tandem",
        ...envelope.run === void 0 ? {} : { version: envelope.run.tandem.version, semanticVersion: envelope.run.tandem.version },
        rules: [...rules.descriptors]
      }
    },
    automationDetails: automationOf(envelope),
    ...provenanceOf(envelope, layout),
    originalUriBaseIds: { [sourceRoot]: { description: { text: "The root of the work tree." } } },
    invocations: [invocationOf(envelope, unplaced, rules)],
    results: placed.map((finding) => resultOf(finding, rules)),
    columnKind: "utf16CodeUnits",
    properties: factsOf(envelope)
  };
}
function automationOf({ kind, target, job }) {
  const series = ["codex-tandem", job?.kind ?? kind, ...target === void 0 ? [] : [target.scope]];
  return {
    id: `${series.join("/")}/${job?.id ?? ""}`,
    ...target === void 0 ? {} : { description: plainMessage(target.label) }
  };
}
function provenanceOf({ target }, { repositoryUri }) {
  if (repositoryUri === void 0 || target?.head === void 0) return {};
  return { versionControlProvenance: [{ repositoryUri, revisionId: target.head }] };
}
function factsOf(envelope) {
  const { verdict, confidence, target, coverage, run } = envelope;
  const facts = {
    verdict,
    confidence,
    base: target?.base,
    head: target?.head,
    coverage: coverage?.status,
    engine: run?.engine,
    codex: run?.codex?.version,
    model: run?.model,
    rehearsal: run?.rehearsal
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== void 0));
}
export {
  renderSarif
};
