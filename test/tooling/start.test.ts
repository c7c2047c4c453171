import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transform } from "esbuild";
import { describe, expect, onTestFinished } from "vitest";
import { testEnvironment } from "../support/environment.ts";
import { readJson, readText, repository } from "../support/repository.ts";
import { verifies } from "../support/requirements.ts";

const program = join(repository, "plugin", "bin", "tandem");

describe("bin/tandem", () => {
  for (const version of ["8.17.0", "18.20.8", "20.18.3"]) {
    verifies("tooling.old-node", `Node ${version} gets one line with what to do, and 3`, async () => {
      const { code, stdout, stderr } = await runNode(["-e", pretend(version)]);
      expect(code).toBe(3);
      expect(stdout).toBe("");
      expect(stderr).toMatch(
        /^codex-tandem needs Node 20\.19 or newer, but .+ is v[^\n]+ Install a newer Node .+\n$/,
      );
      expect(stderr).toContain(`v${version}`);
    });
  }

  verifies("tooling.no-node", "without any Node there is one line with what to do, and 3", async () => {
    const { code, stdout, stderr } = await run(program, ["status"], { PATH: "/no/such/folder" });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(
      /^codex-tandem needs Node 20\.19 or newer, and there is no node on PATH\. [^\n]+\n$/,
    );
  });

  verifies(
    "tooling.no-node",
    "the shell hands every argument to Node as it is, also by way of a link",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "tandem-link-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const link = join(folder, "tandem link");
      symlinkSync(program, link);
      const hostile = `$(id) \`id\` "a" 'b' ; exit 7 \\ *\n`;
      const { code, stderr } = await run(link, [hostile], testEnvironment());
      expect(code).toBe(2);
      expect(stderr).toContain("$(id) `id`");
    },
  );

  verifies(
    "tooling.old-node",
    "the program is executable and its first file is written in the oldest syntax",
    async () => {
      expect(statSync(program).mode & 0o111).toBe(0o111);
      const text = readText("plugin/bin/tandem");
      const [old, current] = await Promise.all([
        transform(text, { target: "es5" }),
        transform(text, { target: "esnext" }),
      ]);
      expect(old.code).toBe(current.code);
    },
  );

  verifies(
    "tooling.versions",
    "`tandem --version` prints the version of the package and nothing else",
    async () => {
      const { version } = readJson("plugin/package.json");
      for (const flag of ["--version", "-V"]) {
        const printed = { code: 0, stdout: `${version}\n`, stderr: "" };
        expect(await runNode([program, flag])).toEqual(printed);
        // What npm installs, and what a shell starts.
        expect(await runNode([join(repository, "plugin", "tandem.cjs"), flag])).toEqual(printed);
        expect(await run(program, [flag], testEnvironment())).toEqual(printed);
      }
    },
  );
});

/** A script that runs the program on this Node while it says that it is another one. */
function pretend(version: string): string {
  return `
    Object.defineProperty(process, "versions", { value: { node: ${JSON.stringify(version)} } });
    Object.defineProperty(process, "version", { value: ${JSON.stringify(`v${version}`)} });
    require(${JSON.stringify(program)});`;
}

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

async function runNode(parameters: readonly string[]): Promise<Ended> {
  return run(process.execPath, parameters, testEnvironment());
}

async function run(file: string, parameters: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, parameters, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}
