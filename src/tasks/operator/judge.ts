import type { TurnOutcome } from "../../codex/engine.ts";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { CheckSpec, InputValue, OperatorRequest } from "../../domain/operator.ts";
import { schemaMismatch } from "../../evidence/json-schema/value-mismatch.ts";
import { checkOutput } from "./check-output.ts";
import { nameOfCheck } from "./check-words.ts";
import type { CollectedOutput } from "./collected-output.ts";
import { type FinalLine, readFinalLine } from "./final-line.ts";
import { fillWords, outputNamed, placeholdersIn } from "./placeholders.ts";
import { allPassed, failed, passed, type Row, skipped } from "./row.ts";
import type { RunLedger } from "./run-ledger.ts";

/** How a command of a check ended in Codex's sandbox. */
export interface CheckedCommand {
  readonly exitCode: number;
  readonly output: string;
}

/** Everything that a run is judged by. What the agent says is only in `turn.answer`. */
export interface Grounds {
  readonly request: OperatorRequest;
  readonly ledger: RunLedger;
  /** The last turn. */
  readonly turn: Pick<TurnOutcome, "status" | "error" | "answer">;
  readonly outputs: readonly CollectedOutput[];
  /** Runs a command in Codex's read-only sandbox, without a model. Absent where the engine cannot. */
  readonly runCommand?: (command: readonly string[]) => Promise<CheckedCommand>;
}

/** The evidence of a run: a row for each thing that has to be so, in the order in which it is looked at. */
export async function judge(grounds: Grounds): Promise<readonly Row[]> {
  const { request, ledger, turn, outputs } = grounds;
  const { contract } = request;
  const final = readFinalLine(turn.answer);
  const rows: Row[] = [
    ledger.thread === undefined
      ? failed("thread", "Codex named no thread", "agent_refused")
      : passed("thread", ledger.thread),
    turn.status === "completed" && turn.error === undefined && ledger.completedTurns > 0
      ? passed("turn", "Codex reported it as completed")
      : failed("turn", turn.error?.message ?? `Codex reported it as ${turn.status}`),
    ...contract.tools.require.map((tool) => toolRow(tool, ledger, outputs)),
    ...contract.tools.forbid.map((word) => forbiddenRow(word, ledger)),
    ...outputs.flatMap(presenceRows),
    ...(contract.returns === undefined ? [] : [resultRow(final, contract.returns)]),
  ];
  for (const check of contract.checks) rows.push(...(await checkRows(check, grounds)));
  return [...rows, finalRow(final, rows, contract.returns !== undefined)];
}

function toolRow(tool: string, ledger: RunLedger, outputs: readonly CollectedOutput[]): Row {
  const fault = tool === "image_gen" ? "no_image_gen_tool_use" : "verification_failed";
  const check = `tool ${tool}`;
  if (ledger.tools.includes(tool)) return passed(check, "its use is among the events", fault);
  // `codex exec` tells nothing of images; what the thread left is looked at instead (0.169).
  const source =
    tool === "image_gen" ? outputs.find((output) => output.source !== undefined)?.source : undefined;
  return source === undefined
    ? failed(check, "nothing shows that it was used", fault)
    : passed(check, source, fault);
}

/** Advice: what keeps a command from doing harm is the sandbox. The row says what was seen, and what came of it. */
function forbiddenRow(word: string, { commands, called }: RunLedger): Row {
  const check = `no ${word}`;
  const seen = commands.filter(({ command }) => hasWord(command, word));
  const [first] = seen;
  if (first !== undefined) {
    const more = seen.length > 1 ? `, and ${seen.length - 1} more` : "";
    return { ...failed(check, `seen: ${brief(first.command)} (${first.end})${more}`), required: false };
  }
  if (called.includes(word)) return { ...failed(check, "it was called"), required: false };
  return { ...passed(check, "not seen"), required: false };
}

/** As a word of its own: `rm` is not in `format`, and `curl` is in `/usr/bin/curl`. */
function hasWord(command: string, word: string): boolean {
  for (let at = command.indexOf(word); at >= 0; at = command.indexOf(word, at + 1)) {
    const around = [command.charAt(at - 1), command.charAt(at + word.length)];
    if (!around.some((sign) => /[\p{L}\p{N}_-]/u.test(sign))) return true;
  }
  return false;
}

function presenceRows({ label, digest, problem, source, declared }: CollectedOutput): readonly Row[] {
  const fault = declared.from === "result" ? "schema_violation" : "artifact_missing";
  const check = `${label} is there`;
  const rows =
    digest === undefined
      ? [failed(check, problem ?? "it was not made", fault, declared.destination ?? declared.file)]
      : [passed(check, `${digest.bytes} bytes, sha256 ${digest.sha256}`, fault)];
  if (declared.from !== "image" || digest === undefined) return rows;
  return [
    ...rows,
    source === undefined
      ? failed(
          `${label} is of this thread`,
          "no artefact of the thread has this hash",
          "artifact_invalid",
          label,
        )
      : passed(`${label} is of this thread`, source),
  ];
}

function resultRow(final: FinalLine, schema: unknown): Row {
  const check = "result";
  if (final.type === "none") return failed(check, final.problem, "schema_violation");
  if (final.result === undefined) return failed(check, 'the final line has no "result"', "schema_violation");
  try {
    const problem = schemaMismatch(final.result, schema);
    return problem === undefined
      ? passed(check, "it follows the schema of the contract")
      : failed(check, problem, "schema_violation");
  } catch (error) {
    return failed(check, messageOf(error));
  }
}

async function checkRows(check: CheckSpec, grounds: Grounds): Promise<readonly Row[]> {
  const required = check.required !== false;
  if (check.check === "command") return [{ ...(await commandRow(check, grounds)), required }];
  const fault = ["value", "text", "changed"].includes(check.check)
    ? "verification_failed"
    : "artifact_invalid";
  return grounds.outputs
    .filter(({ declared }) => declared.output === check.output)
    .map((output) => {
      const name = nameOfCheck(check, output.label);
      if (output.content === undefined) return { ...skipped(name, `${output.label} is not there`), required };
      const { ok, detail } = checkOutput(check, output);
      const subject = output.declared.destination ?? output.label;
      const row = ok ? passed(name, detail, fault) : failed(name, detail, fault, subject);
      return { ...row, required, isAboutResult: output.declared.from === "result" };
    });
}

async function commandRow(
  check: Extract<CheckSpec, { check: "command" }>,
  { request, outputs, runCommand }: Grounds,
): Promise<Row> {
  const name = nameOfCheck(check, "");
  if (runCommand === undefined) return failed(name, "this engine has no sandbox to run it in");
  const named = check.run.flatMap(placeholdersIn).flatMap(outputNamed);
  const filesOf = (output: string) => outputs.filter(({ declared }) => declared.output === output);
  const missing = named.find((output) => {
    const files = filesOf(output);
    return files.length === 0 || files.some(({ kept }) => kept === undefined);
  });
  if (missing !== undefined) return skipped(name, `${missing} is not there`);
  const valueOf = (reference: string): InputValue | undefined => {
    const [output] = outputNamed(reference);
    if (output === undefined) return request.inputs[reference];
    return filesOf(output).flatMap(({ kept }) => kept ?? []);
  };
  try {
    const { exitCode, output } = await runCommand(fillWords(check.run, valueOf));
    const detail = `exit code ${exitCode}${exitCode === (check.exit ?? 0) ? "" : `: ${brief(output.trim())}`}`;
    return exitCode === (check.exit ?? 0) ? passed(name, detail) : failed(name, detail);
  } catch (error) {
    return failed(name, messageOf(error));
  }
}

/** What the agent claims, held against what was seen. Prose in place of the line is advice, unless a result was asked for. */
function finalRow(final: FinalLine, rows: readonly Row[], wantsResult: boolean): Row {
  const check = "final line";
  const isProven = allPassed(rows.filter(({ isAboutResult }) => isAboutResult !== true));
  if (final.type === "none")
    return { ...failed(check, final.problem, "schema_violation"), required: wantsResult };
  const { status, reason = "no reason" } = final;
  if (status === "failed") {
    return failed(
      check,
      `it says that it failed (${brief(reason)})${isProven ? ", but all checks passed" : ""}`,
    );
  }
  return isProven
    ? passed(check, "it agrees with the checks")
    : { ...failed(check, "it says ok, but a check did not pass"), required: false };
}

function brief(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 200 ? line : `${line.slice(0, 197)}...`;
}
