import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { demoFindings } from "../../src/rehearsal/demo-findings.ts";
import { createDemoRepository } from "../../src/rehearsal/demo-repository.ts";
import { demoScript } from "../../src/rehearsal/demo-script.ts";
import { isNativeReview, lastUserText } from "../../src/rehearsal/model-request.ts";
import { verifies } from "../support/requirements.ts";
import { answers, runExec } from "./codex-exec.ts";
import { type NativeReview, runNativeReview } from "./native-review.ts";

const run = promisify(execFile);
let base = "";
let demo = "";

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "demo-script-")));
  demo = join(base, "demo");
  await createDemoRepository(demo);
});

afterAll(async () => rm(base, { recursive: true, force: true }));

async function git(folder: string, ...words: string[]): Promise<string> {
  const identity = ["-c", "user.name=T", "-c", "user.email=t@example.invalid"];
  const environment = { PATH: process.env["PATH"] ?? "", HOME: base, GIT_CONFIG_NOSYSTEM: "1" };
  return (await run("git", [...identity, ...words], { cwd: folder, env: environment })).stdout.trim();
}

/** Each finding as `path:start-end`, and the text that stands there. */
async function places(review: NativeReview): Promise<readonly (readonly [string, string])[]> {
  return Promise.all(
    review.verdict.findings.map(
      async ({ code_location: { absolute_file_path: file, line_range: lines } }) => {
        const content = (await readFile(file, "utf8")).split("\n");
        return [relative(demo, file), content.slice(lines.start - 1, lines.end).join("\n")] as const;
      },
    ),
  );
}

const expectedPlaces = demoFindings.map((finding) => [finding.path, finding.quote]);

describe("review of the demo repository", () => {
  verifies(
    "rehearsal.demo_review",
    "the native reviewer reads every changed file and finds both bugs",
    async () => {
      const review = await runNativeReview({ cwd: demo, trust: "untrusted" });
      expect(await places(review)).toEqual(expectedPlaces);
      expect(review.verdict.findings.map((finding) => finding.title)).toEqual(
        demoFindings.map((finding) => `[P${finding.priority}] ${finding.title}`),
      );
      expect(review.verdict.overall_correctness).toBe("patch is incorrect");
      expect(review.reads.map((path) => relative(demo, path)).sort()).toEqual([
        "README.md",
        "src/outbox.js",
        "src/rate-limiter.js",
        "test/outbox.test.js",
      ]);
      expect(review.requests.every(isNativeReview)).toBe(true);
      expect(review.warnings).toEqual([]);
    },
  );

  verifies("rehearsal.demo_review", "it says whether AGENTS.md was part of its request", async () => {
    const untrusted = await runNativeReview({ cwd: demo, trust: "untrusted" });
    expect(untrusted.verdict.overall_explanation).toContain("AGENTS.md was not part of its request");
    const loaded = await runNativeReview({ cwd: demo });
    expect(loaded.verdict.overall_explanation).toContain("AGENTS.md was part of its request");
    expect(loaded.verdict.findings).toHaveLength(2);
  });

  verifies(
    "rehearsal.demo_review",
    "it does the same for a model that calls its tools from code",
    async () => {
      const review = await runNativeReview({ cwd: demo, model: "gpt-6-sol" });
      expect(await places(review)).toEqual(expectedPlaces);
      expect(review.reads).toHaveLength(4);
    },
  );

  verifies(
    "rehearsal.demo_review",
    "it works from a folder below and against a branch, a commit or own words",
    async () => {
      const branched = join(base, "branched");
      await run("cp", ["-r", demo, branched]);
      await git(branched, "checkout", "--quiet", "-b", "topic");
      await git(branched, "commit", "--quiet", "--all", "--message", "Count whole tokens");
      const targets = [
        { type: "baseBranch", branch: "main" },
        { type: "commit", sha: await git(branched, "rev-parse", "HEAD") },
        { type: "custom", instructions: "Run `git diff main...topic -- src README.md` and review it." },
      ];
      for (const target of targets) {
        const review = await runNativeReview({ cwd: join(branched, "src"), target });
        expect([target, review.verdict.findings.length]).toEqual([target, 2]);
        const [high] = review.verdict.findings;
        expect(high?.code_location.absolute_file_path).toBe(join(branched, "src/rate-limiter.js"));
      }
    },
  );

  verifies(
    "rehearsal.demo_schema",
    "a second turn gives the findings in the shape that it asks for",
    async () => {
      const { followUp } = await runNativeReview({
        cwd: demo,
        followUp: { prompt: "Say more about each finding.", schema: detailSchema },
      });
      expect(followUp).toEqual({
        findings: demoFindings.map((finding) => ({
          title: finding.title,
          quote: finding.quote,
          failure_path: finding.failurePath,
          risk: finding.risk,
          category: "fact",
          lineStart: expect.any(Number),
        })),
      });
    },
  );
});

describe("review of other folders", () => {
  verifies(
    "rehearsal.demo_review",
    "in other repositories it reads the change, finds nothing and says why",
    async () => {
      const other = join(base, "other");
      await mkdir(join(other, "a b"), { recursive: true });
      await git(other, "init", "--quiet");
      await writeFile(join(other, "a b", "it's.txt"), "one\n");
      await git(other, "add", "--all");
      await git(other, "commit", "--quiet", "--message", "First");
      await git(other, "config", "diff.noprefix", "true");
      await git(other, "config", "color.ui", "always");
      await writeFile(join(other, "a b", "it's.txt"), "one\ntwo\n");
      await writeFile(join(other, "a b", "-new.txt"), "x\n");
      await writeFile(join(other, "-new.txt"), "+++ b/../../../../etc/passwd\n");
      const review = await runNativeReview({ cwd: other });
      expect(review.verdict).toMatchObject({ findings: [], overall_confidence_score: 0 });
      expect(review.verdict.overall_explanation).toMatch(/scripted model of a rehearsal.*judges nothing/);
      expect(review.verdict.overall_explanation).toContain("read 3 of 3 changed files");
      expect(review.reads.map((path) => relative(other, path)).sort()).toEqual([
        "-new.txt",
        "a b/-new.txt",
        "a b/it's.txt",
      ]);
    },
  );

  verifies(
    "rehearsal.demo_review",
    "a repository without commits, and a folder without one, end as well",
    async () => {
      const fresh = join(base, "fresh");
      const plain = join(base, "plain");
      await mkdir(fresh);
      await mkdir(plain);
      await git(fresh, "init", "--quiet");
      await writeFile(join(fresh, "new.txt"), "x\n");
      const [first, second] = [await runNativeReview({ cwd: fresh }), await runNativeReview({ cwd: plain })];
      expect(first.verdict.overall_explanation).toContain("read 1 of 1 changed files");
      expect(second.verdict.overall_explanation).toContain("read 0 of 0 changed files");
      expect([...first.verdict.findings, ...second.verdict.findings]).toEqual([]);
    },
  );

  verifies("rehearsal.demo_review", "no known bug is named once it is repaired", async () => {
    const repaired = join(base, "repaired");
    await run("cp", ["-r", demo, repaired]);
    const file = join(repaired, "src/rate-limiter.js");
    const source = await readFile(file, "utf8");
    await writeFile(
      file,
      source.replace("    this.#updatedAt = now;\n  }\n}", "    this.#updatedAt += 1;\n  }\n}"),
    );
    const review = await runNativeReview({ cwd: repaired });
    expect(review.verdict.findings.map((finding) => finding.priority)).toEqual([3]);
  });
});

describe("consult", () => {
  verifies(
    "rehearsal.demo_consult",
    "it says that it is scripted and what its commands printed",
    async () => {
      const result = await runExec(demoScript, { cwd: demo, prompt: "What is this?" });
      expect(result.exitCode).toBe(0);
      const [answer] = answers(result);
      expect(answer).toContain("scripted model of a rehearsal");
      expect(answer).toContain("Send messages through the token bucket");
      expect(answer).toContain("    README.md");
      expect(result.requests).toHaveLength(2);
      expect(result.requests.map(lastUserText)).toEqual(["What is this?", "What is this?"]);
    },
  );

  verifies("rehearsal.demo_consult", "it works without a repository and without files", async () => {
    const nothing = join(base, "nothing");
    await mkdir(nothing);
    const [answer] = answers(await runExec(demoScript, { cwd: nothing }));
    expect(answer).toContain("`git log --oneline -5` ended with exit code 128");
  });
});

const finding = {
  type: "object",
  properties: {
    title: { type: "string" },
    quote: { type: "string" },
    failure_path: { type: "string" },
    risk: { type: "string" },
    category: { type: "string", enum: ["question", "fact"] },
    lineStart: { type: "integer" },
  },
  required: ["title", "quote", "failure_path", "risk", "category", "lineStart"],
  additionalProperties: false,
};

const detailSchema = {
  type: "object",
  properties: { findings: { type: "array", items: finding } },
  required: ["findings"],
  additionalProperties: false,
};
