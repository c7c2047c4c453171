import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";
import { describe, expect } from "vitest";
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
        expect(await runNode([program, flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
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

async function runNode(
  parameters: readonly string[],
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, parameters, { env: testEnvironment() }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}
