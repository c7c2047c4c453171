import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { disk } from "../../src/codex/file-view.ts";
import { findNativeProgram } from "../../src/codex/npm-package.ts";
import type { CodexProgram } from "../../src/codex/program.ts";
import { checkVersion, minimumVersion, rangeOf, testedRange } from "../../src/codex/supported-versions.ts";
import { readCodexVersion } from "../../src/codex/version.ts";
import { compareVersions, parseVersion } from "../../src/codex/version-order.ts";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import { makeHome } from "../support/homes.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { makeFolder, writeProgram } from "./locate-support.ts";

const environment = { PATH: process.env["PATH"] };

/** A stand-in for a native Codex that says `version` and counts its starts in a file. */
function makeCodex(
  says: string,
  native = true,
): { program: CodexProgram; starts: () => number; rewrite: (says: string) => void } {
  const folder = makeFolder();
  const log = join(folder, "starts");
  const body = (line: string) => `#!/bin/sh\necho start >> '${log}'\n${line}\n`;
  const path = writeProgram(join(folder, "codex"), body(says));
  return {
    program: { path, argumentsPrefix: [], native },
    starts: () => readIfPresent(log).split("\n").length - 1,
    rewrite: (line) => {
      writeProgram(path, body(line));
      utimesSync(path, 1, 1);
    },
  };
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function failureOf(program: CodexProgram, timeoutMs = 60_000): Promise<TandemError["report"]> {
  const failure: unknown = await readCodexVersion(program, {
    cacheFolder: makeFolder(),
    environment,
    timeoutMs,
  }).then(
    (version) => version,
    (error: unknown) => error,
  );
  if (failure instanceof TandemError) return failure.report;
  throw new Error(`Expected an error report, got ${String(failure)}`);
}

describe("reading the version", () => {
  verifies("locate.version", "the real Codex of this checkout says its version", async () => {
    const folder = dirname(createRequire(import.meta.url).resolve("@openai/codex/package.json"));
    const path = await findNativeProgram(
      folder,
      { platform: process.platform, architecture: process.arch },
      disk,
    );
    if (path === undefined) throw new Error("The pinned Codex has no program for this machine.");
    const CODEX_HOME = makeHome("version");
    const version = await readCodexVersion(
      { path, argumentsPrefix: [], native: true },
      { cacheFolder: makeFolder(), environment: { ...environment, CODEX_HOME } },
    );
    expect([version, rangeOf(version)]).toEqual(["0.169.0", "tested"]);
  });

  verifies("locate.version", "it is asked once per file, and again when the file has changed", async () => {
    const { program, starts, rewrite } = makeCodex("echo codex-cli 0.169.0");
    const request = { cacheFolder: join(makeFolder(), "cache"), environment };
    expect(await readCodexVersion(program, request)).toBe("0.169.0");
    expect(await readCodexVersion(program, request)).toBe("0.169.0");
    expect(starts()).toBe(1);
    rewrite("echo codex-cli 0.170.0-alpha.2");
    expect(await readCodexVersion(program, request)).toBe("0.170.0-alpha.2");
    expect(starts()).toBe(2);
  });

  verifies("locate.version", "a wrapper is asked every time", async () => {
    const { program, starts } = makeCodex("echo codex-cli 0.169.0", false);
    const request = { cacheFolder: makeFolder(), environment };
    await readCodexVersion(program, request);
    await readCodexVersion(program, request);
    expect(starts()).toBe(2);
  });

  verifies("locate.version", "the cache is private, has no leftover beside it, and stays small", async () => {
    const cacheFolder = join(makeFolder(), "state", "cache");
    for (let index = 0; index < 12; index++)
      await readCodexVersion(makeCodex("echo codex-cli 0.169.0").program, { cacheFolder, environment });
    expect(readdirSync(cacheFolder)).toEqual(["codex-version.json"]);
    const file = join(cacheFolder, "codex-version.json");
    expect(JSON.parse(readFileSync(file, "utf8")).entries).toHaveLength(8);
    if (process.platform === "win32") return;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(cacheFolder).mode & 0o777).toBe(0o700);
  });

  verifies(
    "locate.version",
    "a damaged cache is replaced and a place that cannot be written costs only time",
    async () => {
      const { program, starts } = makeCodex("echo codex-cli 0.169.0");
      for (const content of ["", "{", "null", "[]", '{"entries":3}', '{"entries":[null,{"path":1}]}']) {
        const cacheFolder = makeFolder();
        writeFileSync(join(cacheFolder, "codex-version.json"), content);
        expect(await readCodexVersion(program, { cacheFolder, environment })).toBe("0.169.0");
        const before = starts();
        await readCodexVersion(program, { cacheFolder, environment });
        expect(starts()).toBe(before);
      }
      const occupied = join(makeFolder(), "file");
      writeFileSync(occupied, "");
      expect(await readCodexVersion(program, { cacheFolder: join(occupied, "cache"), environment })).toBe(
        "0.169.0",
      );
      const blocked = makeFolder();
      mkdirSync(join(blocked, "codex-version.json"));
      expect(await readCodexVersion(program, { cacheFolder: blocked, environment })).toBe("0.169.0");
      expect(readdirSync(blocked)).toEqual(["codex-version.json"]);
    },
  );

  verifies("locate.version", "a remembered text that is no version is not believed", async () => {
    const { program } = makeCodex("echo codex-cli 0.169.0");
    const cacheFolder = makeFolder();
    await readCodexVersion(program, { cacheFolder, environment });
    const file = join(cacheFolder, "codex-version.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("0.169.0", "newest"));
    expect(await readCodexVersion(program, { cacheFolder, environment })).toBe("0.169.0");
  });

  verifies(
    "locate.version",
    "a program that fails, says nothing of use or cannot be started is reported with its reason",
    async () => {
      const failing = await failureOf(makeCodex("exit 3").program);
      expect(failing).toMatchObject({
        kind: "codex_not_installed",
        message: expect.stringContaining("exit code 3"),
      });
      expect((await failureOf(makeCodex("echo hello").program)).message).toContain('but "hello"');
      expect((await failureOf(makeCodex("echo codex-cli latest").program)).message).toContain(
        "does not say its version",
      );
      expect((await failureOf(makeCodex("yes").program)).message).toContain("without end");
      const missing = { path: join(makeFolder(), "none"), argumentsPrefix: [], native: true };
      expect((await failureOf(missing)).message).toContain("ENOENT");
    },
  );

  verifies("locate.version", "a program that hangs is killed together with what it started", async () => {
    const folder = makeFolder();
    const pidFile = join(folder, "pid");
    const { program } = makeCodex(`sleep 1000 & echo $! > '${pidFile}'; wait`);
    expect((await failureOf(program, 2000)).message).toContain("no version within 2000 ms");
    const pid = Number(readIfPresent(pidFile));
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
  });

  verifies(
    "locate.version",
    "Codex gets the given environment, no input, and its own folder as the current one",
    async () => {
      const { program } = makeCodex('echo "codex-cli 0.169.0-$MARK.$(wc -c | tr -d " ").$(basename "$PWD")"');
      const version = await readCodexVersion(program, {
        cacheFolder: makeFolder(),
        environment: { ...environment, MARK: "seen" },
      });
      expect(version).toBe(`0.169.0-seen.0.${dirname(program.path).split("/").at(-1)}`);
    },
  );
});

/** A killed process that nobody has waited for yet still has an entry; it counts as ended. */
function isRunning(pid: number): boolean {
  if (process.platform === "linux")
    return !/^\d+ \(.*\) [ZX]/s.test(readIfPresent(`/proc/${pid}/stat`) || "0 () X");
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("the supported range", () => {
  const path = "/usr/bin/codex";

  verifies("locate.range", "each version is tested, newer, older or unknown", () => {
    const table: Record<string, string> = {
      "0.169.0": "tested",
      "0.169.7": "tested",
      "0.169.1-alpha.1": "tested",
      "0.169.0-alpha.9": "older",
      "0.168.9": "older",
      "0.9.0": "older",
      "0.0.0": "older",
      "0.170.0-alpha.1": "newer",
      "0.170.0": "newer",
      "1.0.0": "newer",
      latest: "unknown",
    };
    for (const [version, range] of Object.entries(table)) expect(rangeOf(version), version).toBe(range);
    expect(rangeOf(minimumVersion)).not.toBe("older");
    expect(rangeOf(testedRange.from)).toBe("tested");
  });

  verifies("locate.range", "a newer Codex runs with a warning that names the override", () => {
    const { range, warnings } = checkVersion({ version: "0.171.0", path }, false);
    expect(range).toBe("newer");
    expect(warnings).toEqual([expect.stringContaining("allow_unsupported_codex")]);
    expect(warnings[0]).toContain("TANDEM_ALLOW_UNSUPPORTED_CODEX");
    expect(checkVersion({ version: "0.171.0", path }, true).warnings).toEqual([]);
    expect(checkVersion({ version: "0.169.3", path }, false).warnings).toEqual([]);
  });

  verifies(
    "locate.range",
    "an older Codex is refused as codex_unsupported naming the override, which lets it run",
    () => {
      const refuse = () => checkVersion({ version: "0.168.0", path }, false);
      expect(refuse).toThrow(TandemError);
      try {
        refuse();
      } catch (error) {
        const { report } = error as TandemError;
        expect(report.kind).toBe("codex_unsupported");
        expect(report.message).toContain("0.168.0");
        expect(report.repair.say).toContain("TANDEM_ALLOW_UNSUPPORTED_CODEX");
      }
      expect(checkVersion({ version: "0.168.0", path }, true)).toEqual({ range: "older", warnings: [] });
    },
  );

  verifies("locate.range", "versions are ordered as Semantic Versioning orders them", () => {
    const ordered = [
      "0.9.9",
      "0.10.0",
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
    ];
    for (const [left, leftText] of ordered.entries())
      for (const [right, rightText] of ordered.entries())
        expect(Math.sign(compare(leftText, rightText)), `${leftText} ${rightText}`).toBe(
          Math.sign(left - right),
        );
  });

  verifies("locate.range", "the order is the same from both sides, and what is no version is refused", () => {
    const part = fc.integer({ min: 0, max: 3 });
    const preRelease = fc.option(fc.constantFrom("-alpha", "-alpha.1", "-1", "-10.a"), { nil: "" });
    const version = fc.tuple(part, part, part, preRelease).map(([a, b, c, end]) => `${a}.${b}.${c}${end}`);
    fc.assert(
      fc.property(version, version, (left, right) => {
        expect(Math.sign(compare(left, right)) + Math.sign(compare(right, left))).toBe(0);
      }),
    );
    for (const text of ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3-", " 1.2.3", "1.2.3\n", "1.2.9999999999"])
      expect(parseVersion(text), text).toBeUndefined();
  });
});

function compare(left: string, right: string): number {
  const [parsedLeft, parsedRight] = [parseVersion(left), parseVersion(right)];
  if (parsedLeft === undefined || parsedRight === undefined)
    throw new Error(`${left} or ${right} is no version`);
  return compareVersions(parsedLeft, parsedRight);
}
