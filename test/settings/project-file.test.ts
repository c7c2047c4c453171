import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Mode } from "../../src/settings/load.ts";
import { verifies } from "../support/requirements.ts";
import { makeFolder, makeWorld, reportOf, writeFileAt } from "./support.ts";

const modes: readonly Mode[] = ["strict", "lenient"];

describe("what a project file may do", () => {
  verifies(
    "settings.narrow",
    "a smaller limit counts and a larger one is ignored with a warning in both modes",
    async () => {
      const world = makeWorld();
      world.writeProjectFile(`stall = "5m"\ntimeout_review = "45m"\ninput_byte_cap = "100k"`);
      for (const mode of modes) {
        const { values, warnings } = await world.load({ mode });
        expect(values).toMatchObject({ stall: 300_000, timeout_review: 1_800_000, input_byte_cap: 100_000 });
        expect(warnings).toEqual([expect.stringContaining('timeout_review = "45m" is wider than "30m"')]);
      }
    },
  );

  verifies("settings.narrow", "a list counts only when it is a part of what the user allows", async () => {
    const world = makeWorld();
    world.writeProjectFile(`mcp_allow = ["docs"]\nenvironment_allow = ["LC_TIME", "TERM"]`);
    expect((await world.load()).values.mcp_allow).toEqual([]);
    world.writeUserFile(`mcp_allow = ["docs", "web"]`);
    const { values, warnings } = await world.load();
    expect(values).toMatchObject({ mcp_allow: ["docs"], environment_allow: ["LC_TIME", "TERM"] });
    expect(warnings).toEqual([]);
    world.writeProjectFile(`mcp_allow = ["docs.find", "web"]`);
    expect((await world.load()).values.mcp_allow).toEqual(["docs.find", "web"]);
    world.writeUserFile(`mcp_allow = ["docs.find"]`);
    world.writeProjectFile(`mcp_allow = ["docs"]`);
    expect((await world.load()).values.mcp_allow).toEqual(["docs.find"]);
    world.writeUserFile(`mcp_allow = ["docs", "web"]`);

    world.writeProjectFile(`mcp_allow = ["docs", "evil"]\nenvironment_allow = ["AWS_SECRET", "L*"]`);
    const widened = await world.load();
    expect(widened.values).toMatchObject({
      mcp_allow: ["docs", "web"],
      environment_allow: ["LANG", "LC_*", "TERM", "TZ"],
    });
    expect(widened.warnings).toHaveLength(2);
  });

  verifies("settings.narrow", "a project cannot ask for so little that runs would fail", async () => {
    const world = makeWorld();
    world.writeProjectFile(
      `timeout_review = "100ms"\nstall = 1\ngit_timeout = "100ms"\ninput_byte_cap = 1000`,
    );
    const { values, warnings } = await world.load();
    expect(values).toMatchObject({
      timeout_review: 1_800_000,
      stall: 600_000,
      git_timeout: 60_000,
      input_byte_cap: 200_000,
    });
    expect(warnings).toHaveLength(4);
  });

  verifies(
    "settings.narrow",
    "model, provider choices, rights, retention and log are out of its reach",
    async () => {
      const world = makeWorld();
      world.writeProjectFile(
        [
          `model = "gpt-expensive"`,
          `effort = "xhigh"`,
          `profile = "theirs"`,
          `isolation = "ignore-rules"`,
          "allow_full_access = true",
          "allow_unsupported_codex = true",
          "retention_unread_days = 1",
          `log_level = "debug"`,
          `log_file = "/etc/passwd"`,
        ].join("\n"),
      );
      const before = (await makeWorld().load()).values;
      for (const mode of modes) {
        const { values, warnings } = await world.load({ mode });
        expect(values).toEqual(before);
        expect(warnings).toHaveLength(9);
        for (const warning of warnings) expect(warning).toContain("a project may not set");
      }
    },
  );

  verifies("settings.narrow", "a flag or variable of the run is not narrowed", async () => {
    const world = makeWorld();
    world.writeProjectFile(`stall = "5m"\nmcp_allow = []`);
    const { values, warnings } = await world.load({ flags: { stall: "20m", mcp_allow: ["docs"] } });
    expect(values).toMatchObject({ stall: 1_200_000, mcp_allow: ["docs"] });
    expect(warnings).toEqual([]);
  });
});

describe("a hostile project file", () => {
  verifies(
    "settings.project-file-hostile",
    "a link in its place or above it is ignored with one warning",
    async () => {
      const elsewhere = join(makeFolder(), "config.toml");
      writeFileSync(elsewhere, `stall = "5m"`);
      const linkedFile = makeWorld();
      mkdirSync(join(linkedFile.project, ".tandem"));
      symlinkSync(elsewhere, join(linkedFile.project, ".tandem", "config.toml"));
      const linkedFolder = makeWorld();
      symlinkSync(join(elsewhere, ".."), join(linkedFolder.project, ".tandem"));
      for (const world of [linkedFile, linkedFolder]) {
        const { values, warnings } = await world.load();
        expect(values.stall).toBe(600_000);
        expect(warnings).toEqual([expect.stringContaining("symbolic link")]);
      }
    },
  );

  verifies(
    "settings.project-file-hostile",
    "an oversized, non-UTF-8, malformed or non-regular one is ignored with one warning",
    async () => {
      const contents: Record<string, Buffer | string> = {
        "larger than": `# ${"x".repeat(70_000)}\nstall = "5m"`,
        "UTF-8": Buffer.from([0x61, 0x20, 0x3d, 0x20, 0x22, 0xff, 0x22]),
        "not valid TOML": `stall = "5m`,
      };
      for (const [reason, content] of Object.entries(contents)) {
        const world = makeWorld();
        mkdirSync(join(world.project, ".tandem"));
        writeFileSync(join(world.project, ".tandem", "config.toml"), content);
        const { values, warnings } = await world.load();
        expect(values.stall).toBe(600_000);
        expect(warnings).toEqual([expect.stringContaining(reason)]);
      }
      const world = makeWorld();
      mkdirSync(join(world.project, ".tandem", "config.toml"), { recursive: true });
      expect((await world.load()).warnings).toEqual([expect.stringContaining("is not a regular file")]);
    },
  );

  verifies("settings.project-file-hostile", "a named pipe in its place does not block", async () => {
    if (process.platform === "win32") return;
    const world = makeWorld();
    mkdirSync(join(world.project, ".tandem"));
    execFileSync("mkfifo", [join(world.project, ".tandem", "config.toml")]);
    expect((await world.load()).warnings).toEqual([expect.stringContaining("is not a regular file")]);
  });

  verifies(
    "settings.project-file-hostile",
    "thousands of mistakes give a bounded number of warnings without raw control characters",
    async () => {
      const world = makeWorld();
      world.writeProjectFile(Array.from({ length: 2000 }, (_, n) => `"k\\u001b[2J${n}" = 1`).join("\n"));
      const { warnings } = await world.load();
      expect(warnings).toHaveLength(11);
      expect(warnings.at(-1)).toContain("1990 more");
      expect(warnings.join("")).not.toContain("\u001b");
    },
  );
});

describe("full access", () => {
  verifies("settings.full-access", "the user file allows it, and a variable or flag does not", async () => {
    const world = makeWorld();
    world.writeUserFile("allow_full_access = true");
    expect((await world.load()).values.allow_full_access).toBe(true);
    const other = makeWorld();
    const environment = { TANDEM_ALLOW_FULL_ACCESS: "1" };
    expect((await reportOf(async () => other.load({ environment }))).kind).toBe("usage");
    const lenient = await other.load({ environment, mode: "lenient" });
    expect(lenient.values.allow_full_access).toBe(false);
    expect(lenient.warnings).toHaveLength(1);
  });

  verifies(
    "settings.full-access",
    "a user file that a variable points into the project is refused, also through a link",
    async () => {
      const world = makeWorld();
      const planted = join(world.project, "planted", "codex-tandem", "config.toml");
      writeFileAt(planted, "allow_full_access = true");
      const link = join(makeFolder(), "link.toml");
      symlinkSync(planted, link);
      const environments = [
        { TANDEM_CONFIG: planted },
        { TANDEM_CONFIG: link },
        { XDG_CONFIG_HOME: join(world.project, "planted") },
      ];
      for (const environment of environments) {
        expect((await reportOf(async () => world.load({ environment }))).message).toContain(
          "lies in the project",
        );
        expect((await world.load({ environment, mode: "lenient" })).values.allow_full_access).toBe(false);
      }
    },
  );

  verifies(
    "settings.full-access",
    "the standard user file counts also where the home folder is the project",
    async () => {
      const world = makeWorld();
      world.writeUserFile("allow_full_access = true");
      expect((await world.load({ projectRoot: world.home })).values.allow_full_access).toBe(true);
    },
  );
});
