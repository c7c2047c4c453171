import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { findReceiptLines } from "../../../src/domain/receipt-line.ts";
import { digestOf } from "../../../src/evidence/digest.ts";
import { parseReceipt, printReceipt, type Receipt } from "../../../src/evidence/receipt.ts";
import { usageLimitReached } from "../../../src/rehearsal/faults.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { lastUserText } from "../../../src/rehearsal/model-request.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { asks, firstOf, when } from "../../../src/rehearsal/script.ts";
import { type CliWorld, inTurn, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";

const secret = `sk-proj-${"a1B2".repeat(12)}`;
const script = () =>
  firstOf(
    when(asks("fail"), usageLimitReached()),
    when(asks("token"), message(`It is ${secret}.`)),
    message("Forty-two."),
  );

/** Runs a consultation to its end: its id and folder. */
async function consult(
  world: CliWorld,
  ...words: readonly string[]
): Promise<{ id: string; folder: string }> {
  const { envelope } = await world.run(["consult", "--json", ...words]);
  const id = envelope.job?.id ?? "";
  return { id, folder: join(world.stateRoot, "jobs", id) };
}

function receiptIn(folder: string): Receipt {
  const receipt = parseReceipt(readFileSync(join(folder, "receipt.json"), "utf8"));
  if (receipt === undefined) throw new Error(`${folder} has no receipt.`);
  return receipt;
}

/** Puts `to` in place of every `from` in a file, and gives back what undoes it. */
function alter(path: string, from: string, to: string): () => void {
  const before = readFileSync(path, "utf8");
  if (!before.includes(from)) throw new Error(`${path} does not hold ${from}.`);
  writeFileSync(path, before.replaceAll(from, to), { mode: 0o600 });
  return () => writeFileSync(path, before, { mode: 0o600 });
}

/** What `tandem verify --json` fails on; its exit code has to fit. */
async function failuresOf(world: CliWorld, name: string): Promise<readonly string[]> {
  const { envelope, exitCode } = await world.run(["verify", "--json", name]);
  const failed = (envelope.evidence ?? []).filter(({ status }) => status === "failed");
  expect(exitCode).toBe(failed.length === 0 ? 0 : 1);
  expect(envelope.error?.kind).toBe(failed.length === 0 ? undefined : "verification_failed");
  return failed.map(({ check }) => check);
}

describe("a run", () => {
  for (const engine of ["app-server", "exec"]) {
    verifies("receipts.written", `(${engine}) leaves a receipt, and shows its short form`, async () => {
      const world = await startCliWorld(script);
      const { exitCode, stdout } = await world.run(["consult", "--engine", engine, "How many?"]);
      expect(exitCode).toBe(0);
      const [line, ...others] = findReceiptLines(stdout);
      expect(others).toEqual([]);
      const folder = join(world.stateRoot, "jobs", line?.job ?? "");
      const receipt = receiptIn(folder);
      const { sha256 } = digestOf(readFileSync(join(folder, "receipt.json")));
      expect(line).toEqual({ job: receipt.job, digest: sha256.slice(0, 16), rehearsal: false });
      expect(receipt).toMatchObject({
        kind: "consult",
        status: "succeeded",
        engine,
        codex: { version: "0.169.0" },
        tier: "read-only",
        sandbox: "read-only",
        prompt: digestOf("How many?"),
        finalText: digestOf("Forty-two."),
      });
      expect(receipt.thread).toMatch(/^[0-9a-f-]{36}$/);
      expect(receipt.rollout?.path).toMatch(`${world.codexHome}/sessions/`);
      // The record that the receipt covers holds the turn's answer already.
      const rollout = readFileSync(receipt.rollout?.path ?? "").subarray(0, receipt.rollout?.bytes);
      expect(rollout.toString("utf8")).toContain("Forty-two.");
      expect(rollout.toString("utf8")).toContain(receipt.turn);
      expect(await failuresOf(world, receipt.job)).toEqual([]);
    });
  }

  verifies("receipts.sent", "has the digests of what went over the wire, secrets included", async () => {
    const world = await startCliWorld(script);
    const { folder } = await consult(world, "What is the token?");
    const [request] = world.model.requests;
    const sent = request === undefined ? "" : lastUserText(request);
    expect(sent).toContain("What is the token?");
    const { turns, turn, finalText } = receiptIn(folder);
    const answer = `It is ${secret}.`;
    expect(turns).toEqual([{ turn, prompt: digestOf(sent), answer: digestOf(answer) }]);
    expect(finalText).not.toEqual(digestOf(answer));
    expect(readFileSync(join(folder, "receipt.json"), "utf8")).not.toContain(secret);
  });

  verifies("receipts.written", "that failed or was cancelled leaves one as well", async () => {
    const thinking = gate();
    const world = await startCliWorld(() =>
      firstOf(when(asks("fail"), usageLimitReached()), message("Late.", { after: thinking })),
    );
    const failed = await consult(world, "Please fail.");
    const running = world.start(["consult", "--json", "Wait."]);
    const id = await running.job;
    await world.model.waitForRequest(2);
    const early = await world.run(["verify", "--json", id]);
    expect(early).toMatchObject({ exitCode: 2, envelope: { error: { kind: "job_running" } } });
    await world.run(["cancel", id]);
    await running.ended;
    for (const [name, status] of [
      [failed.id, "failed"],
      [id, "cancelled"],
    ] as const) {
      expect(receiptIn(join(world.stateRoot, "jobs", name))).toMatchObject({ status });
      expect(await failuresOf(world, name)).toEqual([]);
    }
  });

  verifies(
    "receipts.rehearsal",
    "that is a rehearsal says so in receipt, line and verification",
    async () => {
      const world = await startCliWorld(script);
      const { stdout } = await world.run(["consult", "--rehearse", "Q"]);
      expect(stdout).toMatch(/^Receipt \(rehearsal\): \S+ [0-9a-f]{16}$/m);
      const [line] = findReceiptLines(stdout);
      expect(line?.rehearsal).toBe(true);
      const id = line?.job ?? "";
      const folder = join(world.stateRoot, "jobs", id);
      expect(receiptIn(folder)).toMatchObject({ rehearsal: true, provider: "rehearsal" });
      expect(receiptIn(folder)).not.toHaveProperty("rollout");
      const text = await world.run(["verify", id]);
      expect(text).toMatchObject({ exitCode: 0, stderr: "" });
      expect(text.stdout).toMatch(/^REHEARSAL: scripted model/);
      expect(text.stdout.replaceAll("\n", " ")).toContain("It was a rehearsal");
      // It cannot be made a real run by hand.
      for (const name of ["job.json", "receipt.json", "request.json"]) {
        const undo = alter(join(folder, name), '"rehearsal": true', '"rehearsal": false');
        expect(await failuresOf(world, id), name).toContain(name);
        undo();
      }
    },
  );
});

describe("tandem verify", () => {
  verifies("receipts.verify", "starts nothing and needs neither Codex nor network", async () => {
    const world = await startCliWorld(script);
    const { id, folder } = await consult(world, "Q");
    const before = readFileSync(join(folder, "job.json"), "utf8");
    await world.model.close();
    const none = { TANDEM_CODEX: "/no/such/codex", CODEX_HOME: "/no/such/home", PATH: "/no/such/bin" };
    const { exitCode, stdout } = await world.run(["verify", id.slice(-6)], { environment: none });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Check of consult: Q\njob [a-z]{6}\nReceipt: \S+ \S+\n\n/);
    const checks = ["receipt.json", "job.json", "request.json", "plan.json", "events.jsonl", "result.json"];
    for (const check of [...checks, "prompt", "run facts", "rollout"]) {
      expect(stdout).toMatch(new RegExp(`^  passed: ${check} `, "m"));
    }
    expect(stdout).toContain("Checks: 9 of 9 passed");
    // It does not count as reading the result.
    expect(readFileSync(join(folder, "job.json"), "utf8")).toBe(before);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  verifies("receipts.alteration", "names what was altered or deleted, as text and as JSON", async () => {
    const world = await startCliWorld(script);
    const { id, folder } = await consult(world, "How many?");
    const inFolder = (name: string) => join(folder, name);
    const alterations: readonly [string, readonly string[], () => () => void][] = [
      [
        "answer",
        ["result.json", "run facts"],
        () => alter(inFolder("result.json"), "Forty-two", "Forty-six"),
      ],
      ["journal", ["events.jsonl"], () => alter(inFolder("events.jsonl"), "Forty-two", "Forty-six")],
      ["prompt", ["request.json", "prompt"], () => alter(inFolder("request.json"), "How many?", "How much?")],
      ["plan", ["plan.json"], () => alter(inFolder("plan.json"), "0.169.0", "0.169.1")],
      ["deleted journal", ["events.jsonl"], () => remove(inFolder("events.jsonl"))],
      ["deleted result", ["result.json", "run facts"], () => remove(inFolder("result.json"))],
      ["deleted receipt", ["receipt.json"], () => remove(inFolder("receipt.json"))],
    ];
    for (const [what, wanted, change] of alterations) {
      const undo = change();
      expect(await failuresOf(world, id), what).toEqual(wanted);
      undo();
    }
    const undo = alter(inFolder("result.json"), "Forty-two", "Forty-six");
    const { exitCode, stdout } = await world.run(["verify", id]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Error (verification_failed): Failed checks: result.json, run facts.");
    expect(stdout).toMatch(/^  failed: result\.json \(/m);
    expect(stdout).toContain(`tandem retry ${id.slice(-6)}`);
    // What nobody can vouch for has no receipt line.
    expect(findReceiptLines(stdout)).toEqual([]);
    undo();
    expect(await failuresOf(world, id)).toEqual([]);
  });

  verifies("receipts.invention", "finds the receipt of another job, and a forged one", async () => {
    const world = await startCliWorld(script);
    const [one, other] = await inTurn(["One?", "Other?"], 2, async (text) => consult(world, text));
    if (one === undefined || other === undefined) throw new Error("Two jobs were asked for.");
    const path = join(one.folder, "receipt.json");
    const own = readFileSync(path);
    copyFileSync(join(other.folder, "receipt.json"), path);
    expect(await failuresOf(world, one.id)).toEqual(expect.arrayContaining(["receipt.json", "job.json"]));
    writeFileSync(path, own, { mode: 0o600 });
    alter(join(one.folder, "result.json"), "Forty-two", "All is well");
    const result = digestOf(readFileSync(join(one.folder, "result.json")));
    const { files, ...receipt } = receiptIn(one.folder);
    const fitting = files.map((file) => (file.name === "result.json" ? { ...file, ...result } : file));
    const forged = { ...receipt, files: fitting, finalText: digestOf("All is well.") };
    writeFileSync(path, printReceipt(forged), { mode: 0o600 });
    expect(await failuresOf(world, one.id)).toEqual(["receipt.json"]);
    // Its result is shown without a receipt then.
    const { stdout } = await world.run(["result", one.id]);
    expect(stdout).toContain("All is well.");
    expect(findReceiptLines(stdout)).toEqual([]);
  });

  verifies("receipts.verify", "takes saved results, receipts and folders", async () => {
    const world = await startCliWorld(script);
    const { id, folder } = await consult(world, "How many?");
    const save = (name: string, text: string | Buffer) => writeFileSync(join(world.workspace, name), text);
    const { stdout: shown } = await world.run(["result", "--json", id]);
    save("saved.json", shown);
    save("altered.json", shown.replaceAll("Forty-two", "Forty-six"));
    save("receipt.json", readFileSync(join(folder, "receipt.json")));
    save("forged.json", printReceipt({ ...receiptIn(folder), model: "another" }));
    expect(await failuresOf(world, "./saved.json")).toEqual([]);
    expect(await failuresOf(world, "altered.json")).toEqual(["given result"]);
    expect(await failuresOf(world, "receipt.json")).toEqual([]);
    expect(await failuresOf(world, "forged.json")).toEqual(["given receipt"]);
    expect(await failuresOf(world, folder)).toEqual([]);
    expect(await failuresOf(world, join(folder, "receipt.json"))).toEqual([]);
    const undo = alter(join(folder, "events.jsonl"), "Forty-two", "Forty-six");
    for (const name of ["saved.json", "receipt.json", folder]) {
      expect(await failuresOf(world, name), name).toEqual(["events.jsonl"]);
    }
    undo();
    // A copy of the whole folder, on a machine that knows nothing of the job.
    const copy = realpathSync(mkdtempSync(join(tmpdir(), "tandem-copy-")));
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    renameSync(folder, join(copy, id));
    expect(await failuresOf(world, join(copy, id))).toEqual([]);
    const gone = await world.run(["verify", "--json", "saved.json"]);
    expect(gone).toMatchObject({ exitCode: 2, envelope: { error: { kind: "job_not_found" } } });
  });

  verifies("receipts.verify", "says what is wrong with what it was given", async () => {
    const world = await startCliWorld(script);
    writeFileSync(join(world.workspace, "notes.json"), '{"schema":"something else"}');
    writeFileSync(join(world.workspace, "notes.txt"), "Forty-two.");
    for (const [name, kind, exitCode] of [
      ["zzzzzz", "job_not_found", 2],
      ["./missing.json", "input_unreadable", 2],
      ["notes.json", "input_unreadable", 2],
      ["notes.txt", "input_unreadable", 2],
      // A folder without a receipt.
      [".", "verification_failed", 1],
    ] as const) {
      const result = await world.run(["verify", "--json", name]);
      expect(result, name).toMatchObject({ exitCode, envelope: { ok: false, error: { kind } } });
    }
    const { exitCode, stderr } = await world.run(["verify"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("tandem help verify");
  });

  verifies("receipts.rollout", "is not misled by what a thread becomes later", async () => {
    const world = await startCliWorld(script);
    const { id, folder } = await consult(world, "How many?");
    const { rollout } = receiptIn(folder);
    const path = rollout?.path ?? "";
    await world.run(["reply", id, "And now?"]);
    expect(readFileSync(path).length).toBeGreaterThan(rollout?.bytes ?? 0);
    const { envelope } = await world.run(["verify", "--json", id]);
    expect(envelope.evidence).toContainEqual(expect.objectContaining({ check: "rollout", status: "passed" }));
    const undo = alter(path, "How many?", "How much?");
    expect(await failuresOf(world, id)).toEqual(["rollout"]);
    undo();
    rmSync(path);
    const late = await world.run(["verify", "--json", id]);
    expect(late).toMatchObject({ exitCode: 0, envelope: { ok: true } });
    expect(late.envelope.evidence).toContainEqual(
      expect.objectContaining({ check: "rollout", status: "skipped" }),
    );
  });
});

function remove(path: string): () => void {
  renameSync(path, `${path}.away`);
  return () => renameSync(`${path}.away`, path);
}
