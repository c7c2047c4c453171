import { findingsInDiff, type LocatedFinding } from "./demo-findings.ts";
import { lastUserText, type ModelRequest, userTexts } from "./model-request.ts";
import { command, items, message } from "./replies.ts";
import type { StreamReply } from "./reply.ts";
import { latestToolOutputs, type ToolOutput } from "./tool-outputs.ts";
import { readDiff } from "./unified-diff.ts";

const findRoot = "git rev-parse --show-toplevel";
/** Not `--short`, which follows the person's settings for colours and relative paths. */
const listChanges = "git status --porcelain --untracked-files=all";
/** The person's diff settings would change the format that is read here. */
const diffOptions = "--no-ext-diff --no-textconv --no-color --src-prefix=a/ --dst-prefix=b/";
const maxReads = 20;

/**
 * The scripted native reviewer, one step for each request: what changed, the change itself, the changed files, the verdict.
 * It works in any repository and knows only one bug, the demo repository's; elsewhere it says that it judges nothing.
 */
export function reviewReply(request: ModelRequest): StreamReply {
  const outputs = latestToolOutputs(request);
  const showChange = changeCommand(lastUserText(request));
  if (outputOf(outputs, listChanges) === undefined) {
    return items([command(findRoot), command(listChanges)]);
  }
  const root = outputOf(outputs, findRoot)?.trim() ?? "";
  // Without a repository there is no root; the commands then run where Codex runs.
  const place = root.startsWith("fatal:") || root === "" ? {} : { workdir: root };
  const diff = outputOf(outputs, showChange);
  if (diff === undefined) {
    return items([command(`${showChange} --stat`, place), command(showChange, place)]);
  }
  const paths = pathsToRead(diff, outputOf(outputs, listChanges) ?? "");
  const reads = paths.slice(0, maxReads).map(readCommand);
  if (reads.some((line) => outputOf(outputs, line) === undefined)) {
    return items(reads.map((line) => command(line, place)));
  }
  const findings = findingsInDiff(diff);
  return message(JSON.stringify(verdict(findings, root, explain(request, outputs, paths.length, findings))));
}

/**
 * The command that shows what the prompt asks to review: the first `git diff` with arguments that it names (Codex names the
 * merge base), or the commit that it names, or all uncommitted changes.
 */
function changeCommand(prompt: string): string {
  const range = /`git diff ([\w./@^~{}:=-][\w./@^~{}:= -]*)`/.exec(prompt)?.[1];
  const commit = /\bcommit ([0-9a-f]{7,64})\b/.exec(prompt)?.[1];
  if (range === undefined && commit !== undefined) return `git show --format= ${diffOptions} ${commit}`;
  return `git diff ${diffOptions} ${range ?? "HEAD"}`;
}

function outputOf(outputs: readonly ToolOutput[], line: string): string | undefined {
  return outputs.find((output) => output.command === line)?.text;
}

function pathsToRead(diff: string, status: string): readonly string[] {
  // Git quotes names with spaces or special characters; of these only the former are read.
  const entries = status.matchAll(/^\?\? (?:"([^"\\]+)"|([^"].*))$/gm);
  const untracked = [...entries].flatMap((match) => match[1] ?? match[2] ?? []);
  return [...new Set([...readDiff(diff).paths, ...untracked])];
}

function readCommand(path: string): string {
  return `sed -n '1,400p' ${shellWord(path.startsWith("-") ? `./${path}` : path)}`;
}

/** Codex 0.169 recognises what a command reads only when the path is one quoted piece; double quotes do where they are safe. */
function shellWord(path: string): string {
  if (path.includes("'") && !/["$`\\!]/.test(path)) return `"${path}"`;
  return `'${path.replaceAll("'", `'\\''`)}'`;
}

function explain(
  request: ModelRequest,
  outputs: readonly ToolOutput[],
  changed: number,
  findings: readonly LocatedFinding[],
): string {
  const done = outputs.filter((output) => output.exitCode === 0);
  const read = done.filter((output) => output.command?.startsWith("sed ")).length;
  const steered = userTexts(request).some((text) => text.startsWith("# AGENTS.md instructions"));
  return [
    "This is the scripted model of a rehearsal, not a real review.",
    `It ran ${outputs.length} commands in the sandbox, ${done.length} of them with success, and read ${read} of ${changed} changed files.`,
    `The repository's AGENTS.md was ${steered ? "part of" : "not part of"} its request.`,
    findings.length > 0
      ? "It recognised the change of the demo repository, whose bugs it knows."
      : "It judges nothing: it knows no code but the demo repository's.",
  ].join(" ");
}

/** The shape that Codex asks its reviewer for. */
function verdict(findings: readonly LocatedFinding[], root: string, explanation: string): object {
  return {
    findings: findings.map((finding) => ({
      title: `[P${finding.priority}] ${finding.title}`,
      body: finding.body,
      confidence_score: finding.confidence,
      priority: finding.priority,
      code_location: {
        absolute_file_path: `${root}/${finding.path}`,
        line_range: { start: finding.lineStart, end: finding.lineEnd },
      },
    })),
    overall_correctness: findings.length > 0 ? "patch is incorrect" : "patch is correct",
    overall_explanation: explanation,
    overall_confidence_score: findings.length > 0 ? 0.9 : 0,
  };
}
