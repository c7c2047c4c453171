import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";
import { makeStartWorld, poison, runNode, type StartWorld, says } from "./start-world.ts";

const only = (paths: readonly string[]): string => {
  expect(paths).toHaveLength(1);
  return paths[0] ?? "";
};

describe("compiled code", () => {
  verifies(
    "start.cache",
    "is written by the first start, for the user alone, and used by the next",
    async () => {
      const world = makeStartWorld();
      await poison(world);
      const file = only(world.compiled());
      expect(statSync(world.folder).mode & 0o777).toBe(0o700);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect((await world.start()).stdout).toBe("B\n");
    },
  );

  verifies("start.cache", "is kept of the files beside a program, too", async () => {
    const world = makeStartWorld();
    world.write("cli.cjs", 'console.log(require("./zod.cjs").letter + require("./zod.cjs").letter);');
    world.write("zod.cjs", 'module.exports = { letter: "B" };');
    expect((await world.start()).stdout).toBe("BB\n");
    world.write("zod.cjs", 'module.exports = { letter: "A" };');
    expect((await world.start()).stdout).toBe("BB\n");
    expect(world.compiled()).toHaveLength(2);
  });

  verifies("start.cache", "leaves the names of files and the lines in stack traces as they are", async () => {
    const world = makeStartWorld();
    world.write("cli.cjs", "\nfunction fails() {\n  console.log(new Error().stack);\n}\nfails();");
    const [first, second] = [await world.start(), await world.start()];
    expect(second.stdout).toContain(`at fails (${join(world.plugin, "dist", "cli.cjs")}:3:15)`);
    expect(second).toEqual(first);
  });

  verifies("start.cache", "there are never more files than two versions have", async () => {
    const world = makeStartWorld();
    mkdirSync(world.folder, { recursive: true, mode: 0o700 });
    for (let index = 0; index < 60; index++) {
      const old = join(world.folder, `cli.cjs-${index}`);
      writeFileSync(old, "", { mode: 0o600 });
      utimesSync(old, index, index);
    }
    world.write("cli.cjs", says("A"));
    await world.start();
    const names = world.compiled().map((path) => path.split("-").at(-1));
    expect(names).toHaveLength(48);
    expect(names).toContain("59");
    expect(names).not.toContain("12");
  });
});

describe("compiled code of somebody else", () => {
  const cases: Record<string, (world: StartWorld, file: string) => void> = {
    "a file that others may read": (_world, file) => chmodSync(file, 0o640),
    "a link": (world, file) => {
      renameSync(file, join(world.home, "moved"));
      symlinkSync(join(world.home, "moved"), file);
    },
    "a folder that others may look into": (world) => chmodSync(world.folder, 0o750),
    "a folder behind a link": (world) => {
      renameSync(world.folder, join(world.home, "moved"));
      symlinkSync(join(world.home, "moved"), world.folder);
    },
    "a state root that others may write": (world) => chmodSync(world.stateRoot, 0o770),
    "a cache folder behind a link": (world) => {
      renameSync(join(world.stateRoot, "cache"), join(world.home, "moved"));
      symlinkSync(join(world.home, "moved"), join(world.stateRoot, "cache"));
    },
  };
  for (const [what, change] of Object.entries(cases)) {
    verifies("start.cache-trust", `${what} is not taken`, async () => {
      const world = makeStartWorld();
      await poison(world);
      change(world, only(world.compiled()));
      expect(await world.start()).toEqual({ code: 0, stdout: "A\n", stderr: "" });
    });
  }

  for (const variable of ["TANDEM_HOME", "XDG_STATE_HOME"]) {
    verifies(
      "start.cache-trust",
      `in a state root that ${variable} names is neither taken nor made`,
      async () => {
        const world = makeStartWorld();
        const parent = makeHome("named");
        const root = variable === "TANDEM_HOME" ? parent : join(parent, "codex-tandem");
        await poison(world);
        mkdirSync(join(root, "cache"), { recursive: true, mode: 0o700 });
        renameSync(world.folder, join(root, "cache", "compiled"));
        expect((await world.start({ [variable]: parent })).stdout).toBe("A\n");
        expect(world.compiled()).toEqual([]);
      },
    );
  }
});

describe("compiled code is not taken with", () => {
  const other: Record<string, (world: StartWorld) => Readonly<Record<string, string>> | undefined> = {
    "another content of the same length": (world) => {
      world.write("cli.cjs", says("A"), "fedcba9876543210");
      return undefined;
    },
    "another date of the file": (world) => {
      utimesSync(join(world.plugin, "dist", "cli.cjs"), 1_000_000_001, 1_000_000_001);
      return undefined;
    },
    "another command": () => undefined,
    "other options of Node": () => ({ NODE_OPTIONS: "--no-deprecation" }),
  };
  for (const [what, change] of Object.entries(other)) {
    verifies("start.cache-key", what, async () => {
      const world = makeStartWorld();
      await poison(world);
      const words = what === "another command" ? ["wait"] : ["review"];
      expect((await world.start(change(world), words)).stdout).toBe("A\n");
      expect(world.compiled()).toHaveLength(2);
    });
  }

  verifies("start.cache-key", "another version of Node and another processor", async () => {
    const world = makeStartWorld();
    world.write("cli.cjs", says("A"));
    const pretend = join(world.plugin, "pretend.cjs");
    writeFileSync(
      pretend,
      `for (const name of ["version", "arch"]) {
        const value = process.env["PRETEND_" + name];
        if (value) Object.defineProperty(process, name, { value });
      }
      require("./start.cjs");`,
    );
    const environment = { PATH: "", HOME: world.home };
    await runNode([pretend], environment);
    await runNode([pretend], environment);
    expect(world.compiled()).toHaveLength(1);
    await runNode([pretend], { ...environment, PRETEND_version: "v22.11.0" });
    expect(world.compiled()).toHaveLength(2);
    await runNode([pretend], { ...environment, PRETEND_arch: "riscv64" });
    expect(world.compiled()).toHaveLength(3);
  });
});

describe("a start without usable compiled code", () => {
  verifies("start.cache-harmless", "makes nothing before there is a state root", async () => {
    const world = makeStartWorld({ withState: false });
    world.write("cli.cjs", says("A"));
    expect(await world.start()).toEqual({ code: 0, stdout: "A\n", stderr: "" });
    expect(existsSync(join(world.home, ".local"))).toBe(false);
  });

  const damages: Record<string, (file: string) => void> = {
    "cut off": (file) => truncateSync(file, statSync(file).size - 50),
    empty: (file) => truncateSync(file, 0),
    "zero from its middle on": (file) => {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0, bytes.length / 2));
    },
    "of another V8": (file) => {
      const bytes = readFileSync(file);
      const length = keyLengthOf(bytes);
      writeFileSync(file, bytes.fill(0xff, length, length + 16));
    },
    "nothing but its key": (file) => {
      const bytes = readFileSync(file);
      const length = keyLengthOf(bytes);
      writeFileSync(file, Buffer.concat([bytes.subarray(0, length), bytes.subarray(0, length)]));
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    verifies("start.cache-harmless", `works where the file is ${what}, and mends it`, async () => {
      const world = makeStartWorld();
      world.write("cli.cjs", says("A"));
      await world.start();
      const file = only(world.compiled());
      const whole = statSync(file).size;
      damage(file);
      const damaged = readFileSync(file);
      expect(await world.start()).toEqual({ code: 0, stdout: "A\n", stderr: "" });
      expect(only(world.compiled())).toBe(file);
      expect(statSync(file).size).toBe(whole);
      expect(readFileSync(file).equals(damaged)).toBe(false);
    });
  }

  for (const name of ["cache", join("cache", "compiled")]) {
    verifies("start.cache-harmless", `works where ${name} cannot be a folder`, async () => {
      const world = makeStartWorld();
      world.write("cli.cjs", says("A"));
      const path = join(world.stateRoot, name);
      mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
      writeFileSync(path, "something else");
      expect(await world.start()).toEqual({ code: 0, stdout: "A\n", stderr: "" });
      expect(readFileSync(path, "utf8")).toBe("something else");
    });
  }

  verifies("start.cache-harmless", "many at once leave one whole file and no draft", async () => {
    const world = makeStartWorld();
    world.write("cli.cjs", says("A"));
    const starts = await Promise.all(Array.from({ length: 8 }, async () => world.start()));
    expect(starts).toEqual(starts.map(() => ({ code: 0, stdout: "A\n", stderr: "" })));
    const file = only(world.compiled());
    const { mtimeMs } = statSync(file);
    expect((await world.start()).stdout).toBe("A\n");
    // It was taken as it is: one that is refused is written again.
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
  });

  verifies("start.cache-harmless", "keeps the exit code of the program", async () => {
    const world = makeStartWorld();
    world.write("cli.cjs", "process.exitCode = 6;");
    expect([(await world.start()).code, (await world.start()).code]).toEqual([6, 6]);
    expect(world.compiled()).toHaveLength(1);
  });

  verifies(
    "start.cache-harmless",
    "keeps nothing of a program that cannot be loaded, and says so",
    async () => {
      const world = makeStartWorld();
      world.write("cli.cjs", 'throw new Error("half of it is missing");');
      expect(await world.start()).toEqual({
        code: 4,
        stdout: "",
        stderr: "codex-tandem could not start: half of it is missing. Installing it again repairs that.\n",
      });
      expect(world.compiled()).toEqual([]);
    },
  );
});

/** The key stands at both ends of a file. */
function keyLengthOf(bytes: Buffer): number {
  return bytes.length - bytes.lastIndexOf('["/');
}
