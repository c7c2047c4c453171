import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { hang, httpError } from "../../../src/rehearsal/faults.ts";
import { command, message, toolCall } from "../../../src/rehearsal/replies.ts";
import { type Entry, sequence } from "../../../src/rehearsal/script.ts";
import { plainPng } from "../../../src/rehearsal/scripted-images.ts";
import { type CliWorldOptions, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { madeBy, rowOf, saysOk } from "./support.ts";

const picture = plainPng(160, 90, [200, 30, 30]);
const draw = toolCall("imagegen", { prompt: "a red dot" }, "image_gen");
const drawn = (): Entry => sequence(draw, message(saysOk));
const options: CliWorldOptions = { codex: { isLoggedIn: true }, images: () => picture };
const image = ["image", "a red dot", "--out", "dot.png", "--json"];

for (const engine of ["app-server", "exec"]) {
  describe(`the operator image, ${engine}`, () => {
    verifies("operator.image", "takes the image of its own thread and puts it to its place", async () => {
      const world = await startCliWorld(drawn, options);
      const { exitCode, envelope } = await world.run([...image, "--aspect", "16:9", "--engine", engine]);
      expect(exitCode).toBe(0);
      expect(readFileSync(join(world.workspace, "dot.png")).equals(picture)).toBe(true);
      expect(readdirSync(world.workspace)).toEqual(["dot.png", "dot.png.provenance.json"]);
      expect(envelope.run?.tier).toBe("read-only");
      expect(madeBy(envelope)).toMatchObject([{ mediaType: "image/png" }]);
      expect(rowOf(envelope.evidence, "tool image_gen")?.status).toBe("passed");
      const beside = JSON.parse(readFileSync(join(world.workspace, "dot.png.provenance.json"), "utf8"));
      expect(beside).toMatchObject({
        sha256: madeBy(envelope)[0]?.sha256,
        thread: envelope.run?.thread,
        job: envelope.job?.id,
        rehearsal: false,
      });
    });

    verifies(
      "operator.image",
      "takes no image of another thread, and none that the agent made itself",
      async () => {
        const script = () => sequence(command("echo drawing > dot.png"), message(saysOk));
        const world = await startCliWorld(script, options);
        const other = join(world.codexHome, "generated_images", "01a21264-ccdb-7de1-aca2-3d884dc4438c");
        mkdirSync(other, { recursive: true });
        writeFileSync(join(other, "call_1.png"), picture);
        const { exitCode, envelope } = await world.run([...image, "--engine", engine]);
        expect(exitCode).toBe(4);
        expect(envelope.error?.kind).toBe("no_image_gen_tool_use");
        expect(readdirSync(world.workspace)).toEqual([]);
      },
    );

    verifies("operator.endings", "keeps the image when the time was over after it was made", async () => {
      const world = await startCliWorld(() => sequence(draw, hang()), options);
      // The image is made by then, however busy the machine is.
      const { exitCode, envelope } = await world.run([...image, "--engine", engine, "--timeout", "12s"]);
      expect(exitCode).toBe(5);
      expect(envelope).toMatchObject({ error: { kind: "timeout" }, run: { thread: expect.any(String) } });
      const [kept] = madeBy(envelope);
      expect(readFileSync(kept?.path ?? "").equals(picture)).toBe(true);
      expect(readdirSync(world.workspace)).toEqual([]);
    });
  });
}

describe("the operator image", () => {
  verifies("operator.image", "fails on an image of another aspect", async () => {
    const world = await startCliWorld(drawn, options);
    const { exitCode, envelope } = await world.run([...image, "--aspect", "1:1"]);
    expect([exitCode, envelope.error?.kind]).toEqual([4, "artifact_invalid"]);
    expect(existsSync(join(world.workspace, "dot.png"))).toBe(false);
  });

  verifies("operator.image", "takes the image from Codex's record when its file is gone", async () => {
    const script = (): Entry =>
      sequence(draw, () => {
        rmSync(join(home, "generated_images"), { recursive: true });
        return message(saysOk);
      });
    const world = await startCliWorld(script, options);
    const home = world.codexHome;
    const { exitCode, envelope } = await world.run(image);
    expect(envelope.error).toBeUndefined();
    expect(exitCode).toBe(0);
    expect(rowOf(envelope.evidence, "image is of this thread")?.detail).toMatch(/record of thread/);
    expect(readFileSync(join(world.workspace, "dot.png")).equals(picture)).toBe(true);
  });

  verifies(
    "operator.image_spending",
    "is refused before anything is spent without a login with ChatGPT",
    async () => {
      const world = await startCliWorld(drawn);
      const none = await world.run(image);
      writeFileSync(join(world.codexHome, "auth.json"), '{"auth_mode":"apikey","OPENAI_API_KEY":"sk-none"}');
      const key = await world.run(image);
      for (const { exitCode, envelope } of [none, key]) {
        expect(exitCode).toBe(2);
        expect(envelope.error?.message).toMatch(/ChatGPT only/);
      }
      expect(world.records()).toEqual([]);
      expect(world.model.requests).toEqual([]);
    },
  );

  verifies("operator.image_batch", "keeps those that succeed", async () => {
    let count = 0;
    const images = () => {
      count += 1;
      return count === 2 ? httpError(500, { error: { message: "no" } }) : picture;
    };
    const world = await startCliWorld(drawn, { ...options, images });
    const line = ["image", "a dot", "--out", "dot.png", "--count", "3", "--json"];
    const { exitCode, envelope } = await world.run(line);
    expect(exitCode).toBe(4);
    expect(envelope.results?.map(({ ok }) => ok).toSorted()).toEqual([false, true, true]);
    const made = readdirSync(world.workspace).filter((name) => /^dot-[123]\.png$/.test(name));
    expect(made).toHaveLength(2);
    const batch = {
      images: [
        { prompt: "one", out: "one.png" },
        { prompt: "two", out: "two.png", ref: [] },
      ],
    };
    writeFileSync(join(world.workspace, "batch.json"), JSON.stringify(batch));
    expect((await world.run(["image", "--batch", "batch.json", "--json"])).exitCode).toBe(0);
    expect(existsSync(join(world.workspace, "two.png.provenance.json"))).toBe(true);
  });

  verifies("operator.image_batch", "shows every run of a dry run, and starts none", async () => {
    const world = await startCliWorld(drawn, options);
    const line = ["image", "a dot", "--out", "dot.png", "--count", "3", "--aspect", "16:9", "--dry-run"];
    const { exitCode, envelope } = await world.run([...line, "--json"]);
    expect([exitCode, envelope.results?.length]).toEqual([0, 3]);
    for (const [index, result] of (envelope.results ?? []).entries()) {
      const place = join(world.workspace, `dot-${index + 1}.png`);
      expect(result.dryRun?.prompt?.preview).toContain(place);
      expect(rowOf(result.evidence, "image is there")).toMatchObject({ status: "skipped", detail: place });
      expect(result.evidence?.map(({ detail }) => detail)).toContain(
        "image is a whole image, of aspect 16:9",
      );
      expect(result.dryRun?.pins?.length).toBeGreaterThan(10);
    }
    const { stdout } = await world.run(line);
    expect(stdout).toMatch(/Result 1 of 3[\s\S]*dot-1\.png[\s\S]*Result 3 of 3[\s\S]*dot-3\.png/);
    expect([world.records(), world.model.requests, readdirSync(world.workspace)]).toEqual([[], [], []]);
  });

  verifies("operator.bad_input", "refuses what it cannot make before anything is started", async () => {
    const world = await startCliWorld(drawn, options);
    const lines: readonly (readonly [readonly string[], RegExp, string?])[] = [
      [["a dot"], /is not said/],
      [["a dot", "--out", "dot.jpg"], /Codex makes PNG images/],
      [["a dot", "--out", "dot.png", "--aspect", "wide"], /aspect/],
      [["a dot", "--out", "no/dot.png"], /has no folder to go to/],
      [["a dot", "--out", "dot.png", "--ref", "no.png"], /no\.png/],
      [["--batch", "-", "--out", "dot.png"], /--batch says all/, "[]"],
      [["--batch", "-"], /it must list 1 to 100/, "[]"],
      [["--batch", "-"], /no prompt or no out/, "images: [{prompt: x}]"],
      [["--batch", "-"], /a key that is not known: size/, "[{prompt: x, out: x.png, size: 1}]"],
      [["--batch", "-"], /no key count/, "{images: [], count: 2}"],
      [["--batch", "-"], /Two images/, "[{prompt: x, out: x.png}, {prompt: y, out: ./x.png}]"],
    ];
    for (const [line, problem, input] of lines) {
      const run = await world.run(["image", ...line, "--json"], input === undefined ? {} : { input });
      expect(run.envelope.error?.message).toMatch(problem);
      expect(run.exitCode).toBe(2);
    }
    expect([world.records(), world.model.requests, readdirSync(world.workspace)]).toEqual([[], [], []]);
  });
});
