import type { Envelope } from "../../src/domain/envelope.ts";
import { bundleCli, findProgram } from "./cli-program.ts";
import type { CliWorld } from "./cli-world.ts";
import { parseEnvelope } from "./envelope-schema.ts";

/** More than any disk here holds. */
export const filled = Buffer.alloc(32 * 1024 * 1024);

/** Only Linux lets a test make a disk of its own without rights; the code under test is the same everywhere. */
export const canMakeDisk = process.platform === "linux";

/**
 * Gives the program a small disk of its own as state folder: a memory file system in a mount namespace, which ends with the last
 * process in it. `first` is shell code that runs before the program; `status --json` follows in the same namespace.
 */
export async function onSmallDisk(
  { stateRoot }: CliWorld,
  first: string,
  size = "640k",
): Promise<readonly string[]> {
  const script = [
    `"${findProgram("mount")}" -t tmpfs -o size=${size},mode=700 none "${stateRoot}" || exit 90`,
    first,
    '"$@"',
    'echo "exit $?"',
    `exec "${process.execPath}" "${await bundleCli()}" status --json`,
  ].join("\n");
  return [
    findProgram("unshare"),
    "--user",
    "--map-root-user",
    "--mount",
    findProgram("bash"),
    "-c",
    script,
    "bash",
  ];
}

/** What the program printed and ended with, and what `status` told afterwards. */
export function readRun(stdout: string): {
  readonly envelope: Envelope;
  readonly exitCode: number;
  readonly status: Envelope;
} {
  const [, printed = "", code, status = ""] = /^([\s\S]*\n)exit (\d+)\n([\s\S]*)$/.exec(stdout) ?? [];
  return { envelope: parseEnvelope(printed), exitCode: Number(code), status: parseEnvelope(status) };
}
