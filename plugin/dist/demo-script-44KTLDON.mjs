import {
  command,
  contentTexts,
  isNativeReview,
  isUserMessage,
  items,
  lastUserText,
  message,
  parseRecord,
  textOf,
  userTexts
} from "./chunk-CJ4KB7YW.mjs";
import {
  isRecord
} from "./chunk-YSIIG4JU.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/rehearsal/tool-outputs.ts
function toolOutputs(request) {
  return readOutputs(request.input);
}
function latestToolOutputs(request) {
  const lastUser = request.input.findLastIndex(isUserMessage);
  return readOutputs(request.input.slice(lastUser + 1));
}
function readOutputs(input) {
  const calls = new Map(input.filter(isCall).map((item) => [item["call_id"], item]));
  return input.filter(isOutput).map((item) => readOutput(item, calls.get(item["call_id"])));
}
function isCall(item) {
  return item["type"] === "function_call" || item["type"] === "custom_tool_call";
}
function isOutput(item) {
  return item["type"] === "function_call_output" || item["type"] === "custom_tool_call_output";
}
function readOutput(item, call) {
  const command2 = call === void 0 ? void 0 : commandOf(call);
  const raw = contentTexts(item["output"]);
  const { text, exitCode } = readCodeOutput(raw) ?? readFunctionOutput(raw.join("\n"));
  return {
    callId: textOf(item["call_id"]) ?? "",
    ...command2 === void 0 ? {} : { command: command2 },
    ...exitCode === void 0 ? {} : { exitCode },
    text
  };
}
function commandOf(call) {
  const source = textOf(call["arguments"]) ?? /exec_command\((\{.*\})\)/s.exec(String(call["input"]))?.[1];
  return source === void 0 ? void 0 : textOf(parseRecord(source)?.["cmd"]);
}
function readCodeOutput(parts) {
  if (parts[0]?.startsWith("Script ") !== true) return void 0;
  const text = parts.slice(1).join("\n");
  const result = parseRecord(text);
  const exitCode = result?.["exit_code"];
  return {
    text: textOf(result?.["output"]) ?? text,
    ...typeof exitCode === "number" ? { exitCode } : {}
  };
}
function readFunctionOutput(raw) {
  const header = /^(?:Chunk ID|Wall time|Exit code)[\s\S]*?\nOutput:\n/.exec(raw)?.[0];
  if (header === void 0) return { text: raw };
  const exitCode = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(header)?.[1];
  const text = raw.slice(header.length);
  return exitCode === void 0 ? { text } : { text, exitCode: Number(exitCode) };
}

// src/rehearsal/demo-consult.ts
var commands = ["ls", "git log --oneline -5"];
function consultReply(request) {
  const outputs = latestToolOutputs(request);
  if (outputs.length === 0) return items(commands.map((line) => command(line)));
  return message(
    [
      "This is the scripted model of a rehearsal: no real model has read the question.",
      `The question has ${lastUserText(request).length} characters. In the sandbox of this run:`,
      ...outputs.map(describe)
    ].join("\n\n")
  );
}
function describe(output) {
  if (output.command === void 0) return "A tool gave an output.";
  if (output.exitCode !== 0) {
    const end = output.exitCode === void 0 ? "did not run" : `ended with exit code ${output.exitCode}`;
    return `\`${output.command}\` ${end}.`;
  }
  return `\`${output.command}\` printed:

${excerpt(output.text)}`;
}
function excerpt(text) {
  const lines = text.trimEnd().split("\n");
  const shown = lines.slice(0, 10).map((line) => `    ${line.slice(0, 120)}`);
  return [...shown, ...lines.length > 10 ? [`    \u2026 ${lines.length - 10} more lines`] : []].join("\n");
}

// src/rehearsal/unified-diff.ts
function readDiff(text) {
  const paths = [];
  const lines = [];
  let path;
  let number = 0;
  let oldLeft = 0;
  let newLeft = 0;
  for (const line of text.split("\n")) {
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (oldLeft > 0 || newLeft > 0) {
      const isNew = line.startsWith("+") || line.startsWith(" ");
      if (isNew && path !== void 0) {
        lines.push({ path, number, text: line.slice(1), isAdded: line.startsWith("+") });
      }
      if (isNew) number += 1;
      if (isNew) newLeft -= 1;
      if (line.startsWith("-") || line.startsWith(" ")) oldLeft -= 1;
    } else if (hunk !== null) {
      oldLeft = Number(hunk[1] ?? 1);
      number = Number(hunk[2]);
      newLeft = Number(hunk[3] ?? 1);
    } else if (line.startsWith("+++ ")) {
      path = pathOf(line);
      if (path !== void 0) paths.push(path);
    }
  }
  return { paths, lines };
}
function pathOf(line) {
  return /^\+\+\+ b\/([^\t"]+)\t?$/.exec(line)?.[1];
}

// src/rehearsal/demo-findings.ts
var demoFindings = [
  {
    title: "Keep the time that has not earned a whole token",
    priority: 1,
    severity: "high",
    path: "src/rate-limiter.js",
    quote: [
      "    const earned = Math.floor(elapsedSeconds * this.#refillPerSecond);",
      "    this.#tokens = Math.min(this.#capacity, this.#tokens + earned);",
      "    this.#updatedAt = now;"
    ].join("\n"),
    failurePath: "With `refillPerSecond: 5` and the 100 ms of `Outbox.start()`, every flush earns `Math.floor(0.5)`, which is 0 tokens, and still moves `#updatedAt` to now. Once the first burst has emptied the bucket, no token is ever earned again.",
    risk: "Messages stay in the queue for ever and no error is seen. The tests miss it: they let 250 ms or a whole second pass between two calls.",
    recommendation: "Move `#updatedAt` only by the time that the earned tokens stand for, or keep fractions in `#tokens` and round down in `available`.",
    confidence: 0.95
  },
  {
    title: "Give the interval in the README in milliseconds",
    priority: 3,
    severity: "low",
    path: "README.md",
    quote: "`outbox.start(interval)` flushes by itself every `interval` seconds, `outbox.stop()` ends that.",
    failurePath: "The README says seconds, `start(intervalMs = 100)` takes milliseconds. Who follows the README and calls `start(1)` flushes every millisecond.",
    risk: "A thousand times as many timer calls as intended.",
    recommendation: "Say milliseconds in the README.",
    confidence: 0.9
  }
];
function findingsInDiff(text) {
  const { lines } = readDiff(text);
  return demoFindings.flatMap((finding) => {
    const first = lines.findIndex((_line, index) => isAt(lines, index, finding));
    const start = lines[first]?.number;
    if (start === void 0) return [];
    return [{ ...finding, lineStart: start, lineEnd: start + finding.quote.split("\n").length - 1 }];
  });
}
function findingsInReview(text) {
  return demoFindings.flatMap((finding) => {
    const named = text.split("\n").find((line) => line.includes(finding.title));
    const place = named === void 0 ? void 0 : /:(\d+)-(\d+)\s*$/.exec(named);
    if (named === void 0) return [];
    return [{ ...finding, lineStart: Number(place?.[1] ?? 1), lineEnd: Number(place?.[2] ?? 1) }];
  });
}
function isAt(lines, index, finding) {
  if (lines[index]?.isAdded !== true) return false;
  return finding.quote.split("\n").every((text, offset) => {
    const line = lines[index + offset];
    return line?.path === finding.path && line.text === text;
  });
}

// src/rehearsal/demo-review.ts
var findRoot = "git rev-parse --show-toplevel";
var listChanges = "git status --porcelain --untracked-files=all";
var diffOptions = "--no-ext-diff --no-textconv --no-color --src-prefix=a/ --dst-prefix=b/";
var maxReads = 20;
function reviewReply(request) {
  const outputs = latestToolOutputs(request);
  const showChange = changeCommand(lastUserText(request));
  if (outputOf(outputs, listChanges) === void 0) {
    return items([command(findRoot), command(listChanges)]);
  }
  const root = outputOf(outputs, findRoot)?.trim() ?? "";
  const place = root.startsWith("fatal:") || root === "" ? {} : { workdir: root };
  const diff = outputOf(outputs, showChange);
  if (diff === void 0) {
    return items([command(`${showChange} --stat`, place), command(showChange, place)]);
  }
  const paths = pathsToRead(diff, outputOf(outputs, listChanges) ?? "");
  const reads = paths.slice(0, maxReads).map(readCommand);
  if (reads.some((line) => outputOf(outputs, line) === void 0)) {
    return items(reads.map((line) => command(line, place)));
  }
  const findings = findingsInDiff(diff);
  return message(JSON.stringify(verdict(findings, root, explain(request, outputs, paths.length, findings))));
}
function changeCommand(prompt) {
  const range = /`git diff ([\w./@^~{}:=-][\w./@^~{}:= -]*)`/.exec(prompt)?.[1];
  const commit = /\bcommit ([0-9a-f]{7,64})\b/.exec(prompt)?.[1];
  if (range === void 0 && commit !== void 0) return `git show --format= ${diffOptions} ${commit}`;
  return `git diff ${diffOptions} ${range ?? "HEAD"}`;
}
function outputOf(outputs, line) {
  return outputs.find((output) => output.command === line)?.text;
}
function pathsToRead(diff, status) {
  const entries = status.matchAll(/^\?\? (?:"([^"\\]+)"|([^"].*))$/gm);
  const untracked = [...entries].flatMap((match) => match[1] ?? match[2] ?? []);
  return [.../* @__PURE__ */ new Set([...readDiff(diff).paths, ...untracked])];
}
function readCommand(path) {
  return `sed -n '1,400p' ${shellWord(path.startsWith("-") ? `./${path}` : path)}`;
}
function shellWord(path) {
  if (path.includes("'") && !/["$`\\!]/.test(path)) return `"${path}"`;
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
function explain(request, outputs, changed, findings) {
  const done = outputs.filter((output) => output.exitCode === 0);
  const read = done.filter((output) => output.command?.startsWith("sed ")).length;
  const steered = userTexts(request).some((text) => text.startsWith("# AGENTS.md instructions"));
  return [
    "This is the scripted model of a rehearsal, not a real review.",
    `It ran ${outputs.length} commands in the sandbox, ${done.length} of them with success, and read ${read} of ${changed} changed files.`,
    `The repository's AGENTS.md was ${steered ? "part of" : "not part of"} its request.`,
    findings.length > 0 ? "It recognised the change of the demo repository, whose bugs it knows." : "It judges nothing: it knows no code but the demo repository's."
  ].join(" ");
}
function verdict(findings, root, explanation) {
  return {
    findings: findings.map((finding) => ({
      title: `[P${finding.priority}] ${finding.title}`,
      body: `${finding.failurePath} ${finding.risk} ${finding.recommendation}`,
      confidence_score: finding.confidence,
      priority: finding.priority,
      code_location: {
        absolute_file_path: `${root}/${finding.path}`,
        line_range: { start: finding.lineStart, end: finding.lineEnd }
      }
    })),
    overall_correctness: findings.length > 0 ? "patch is incorrect" : "patch is correct",
    overall_explanation: explanation,
    overall_confidence_score: findings.length > 0 ? 0.9 : 0
  };
}

// src/rehearsal/schema-answer.ts
function answerFor(schema, content) {
  const known = {
    verdict: content.findings.length > 0 ? "fail" : "none",
    confidence: content.findings.length > 0 ? 0.9 : 0
  };
  return fill({ schema, root: schema, name: "", known, content });
}
function fill(slot) {
  const schema = resolve(slot.schema, slot.root);
  const known = slot.known[nameKey(slot.name)];
  if (schema["const"] !== void 0) return schema["const"];
  if (Array.isArray(schema["enum"])) return schema["enum"].includes(known) ? known : schema["enum"][0];
  const variants = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(variants)) return fill({ ...slot, schema: chooseVariant(variants, known) });
  switch (typeOf(schema, known) ?? "null") {
    case "object":
      return fillObject({ ...slot, schema });
    case "array":
      return fillArray({ ...slot, schema });
    case "string":
      return typeof known === "string" ? known : slot.content.note;
    case "integer":
    case "number":
      return typeof known === "number" ? known : 0;
    case "boolean":
      return false;
    default:
      return null;
  }
}
function fillObject(slot) {
  const properties = isRecord(slot.schema["properties"]) ? slot.schema["properties"] : {};
  const filled = Object.entries(properties).map(([name, schema]) => {
    return [name, fill({ ...slot, name, schema: isRecord(schema) ? schema : {} })];
  });
  return Object.fromEntries(filled);
}
function fillArray(slot) {
  const schema = isRecord(slot.schema["items"]) ? slot.schema["items"] : {};
  if (/finding|comment|issue/i.test(slot.name)) {
    return slot.content.findings.map(
      (finding, index) => fill({ ...slot, schema, name: "", known: knownOf(finding, index) })
    );
  }
  const minimum = Number(slot.schema["minItems"] ?? 0);
  return Array.from({ length: minimum }, () => fill({ ...slot, schema, name: "" }));
}
function knownOf(finding, index) {
  return {
    index,
    number: index + 1,
    id: String(index + 1),
    title: finding.title,
    severity: finding.severity,
    priority: finding.priority,
    category: "fact",
    file: finding.path,
    path: finding.path,
    linestart: finding.lineStart,
    lineend: finding.lineEnd,
    start: finding.lineStart,
    end: finding.lineEnd,
    quote: finding.quote,
    body: finding.failurePath,
    failurepath: finding.failurePath,
    risk: finding.risk,
    recommendation: finding.recommendation,
    confidence: finding.confidence
  };
}
function chooseVariant(variants, known) {
  const records = variants.filter(isRecord);
  const nothing = records.find((variant) => variant["type"] === "null");
  const something = records.find((variant) => variant["type"] !== "null");
  return (known === void 0 ? nothing ?? something : something) ?? {};
}
function typeOf(schema, known) {
  const { type } = schema;
  if (!Array.isArray(type)) return textOf(type) ?? (isRecord(schema["properties"]) ? "object" : void 0);
  if (known === void 0 && type.includes("null")) return "null";
  return type.filter((name) => typeof name === "string").find((name) => name !== "null");
}
function resolve(schema, root) {
  const reference = textOf(schema["$ref"]);
  if (reference === void 0) return schema;
  let target = root;
  for (const part of reference.split("/").slice(1)) target = isRecord(target) ? target[part] : void 0;
  return isRecord(target) ? target : {};
}
function nameKey(name) {
  return name.toLowerCase().replaceAll("_", "");
}

// src/rehearsal/demo-script.ts
var demoScript = (request) => {
  if (isNativeReview(request)) return reviewReply(request);
  if (request.outputSchema === void 0) return consultReply(request);
  const note = "Scripted answer of a rehearsal; no real model has read the question.";
  const content = { note, findings: knownFindings(request) };
  return message(JSON.stringify(answerFor(request.outputSchema, content)));
};
function knownFindings(request) {
  const asked = userTexts(request);
  const texts = [...asked, ...toolOutputs(request).map((output) => output.text)];
  const seen = texts.map(findingsInDiff).find((findings) => findings.length > 0);
  return seen ?? asked.map(findingsInReview).find((findings) => findings.length > 0) ?? [];
}
export {
  demoScript
};
