import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { message } from "../../../src/rehearsal/replies.ts";
import { codexBinary } from "../../rehearsal/codex-exec.ts";
import { toolFolder } from "../../support/cli-program.ts";
import { startCliWorld } from "../../support/cli-world.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";
import { startInTerminal } from "../../support/terminal.ts";

/** A machine without Codex; with an npm that installs one, where that is wanted. */
async function startBareMachine({ hasNpm }: { readonly hasNpm: boolean }) {
  const programs = makeHome("programs");
  if (hasNpm) {
    const npm = join(programs, "npm");
    const installed = `ln -s "${codexBinary()}" "${join(programs, "codex")}"`;
    writeFileSync(npm, `#!/bin/sh\necho "npm $@ in $PWD" > "${join(programs, "asked")}"\n${installed}\n`);
    chmodSync(npm, 0o755);
    symlinkSync("/bin/ln", join(programs, "ln"));
  }
  const claude = makeHome("claude");
  const environment = {
    TANDEM_CODEX: "",
    PATH: `${programs}:${toolFolder()}`,
    CLAUDE_CONFIG_DIR: claude,
  };
  const world = await startCliWorld(() => message(""));
  return { world, programs, claude, environment, asked: () => readFileSync(join(programs, "asked"), "utf8") };
}

verifies("plugin.setup", "without npm it says where Codex is to be had, and asks nothing", async () => {
  const { world, environment } = await startBareMachine({ hasNpm: false });
  const { exitCode, stdout } = await world.run(["setup"], { environment });
  expect(exitCode).toBe(3);
  expect(stdout).toContain("codex_not_installed");
  expect(stdout).toContain("there is no npm on PATH: https://developers.openai.com/codex/cli");
});

verifies("plugin.setup", "with npm a pipe is told the command, which is not run", async () => {
  const { world, programs, environment } = await startBareMachine({ hasNpm: true });
  const { exitCode, stdout } = await world.run(["setup"], { environment });
  expect({ exitCode, left: readdirSync(programs).sort() }).toEqual({ exitCode: 3, left: ["ln", "npm"] });
  expect(stdout).toContain("Install   npm install -g @openai/codex");
});

for (const [key, exitCode] of [
  ["n", 3],
  ["y", 0],
] as const) {
  verifies("plugin.setup", `a person who says ${key} gets what they said`, async () => {
    const { world, programs, environment, asked } = await startBareMachine({ hasNpm: true });
    const person = startInTerminal(world, ["setup"], { environment });
    await person.waitFor("[y/N]");
    person.type(`${key}\r`);
    expect(await person.ended).toBe(exitCode);
    expect(readdirSync(programs).includes("codex")).toBe(key === "y");
    if (key === "n") return;
    expect(person.screen()).toContain("Ready");
    // Not in the workspace, whose .npmrc may name another registry.
    expect(asked()).toBe(`npm install -g @openai/codex in ${world.home}\n`);
  });
}

verifies("plugin.setup", "at a terminal the rules are shown first, and written after a yes", async () => {
  const { world, environment, claude } = await startBareMachine({ hasNpm: false });
  const path = join(claude, "settings.json");
  writeFileSync(path, "{}\n");
  for (const [key, files] of [
    ["n", ["settings.json"]],
    ["y", ["settings.json", expect.stringContaining("settings.json.before-codex-tandem-")]],
  ] as const) {
    const person = startInTerminal(world, ["setup", "--allow-read-only"], {
      environment: { ...environment, TANDEM_CODEX: codexBinary() },
    });
    const shown = await person.waitFor("Write this? [y/N]");
    expect(shown).toContain('+ permissions.allow: "mcp__plugin_codex_tandem__review"');
    expect(readFileSync(path, "utf8")).toBe("{}\n");
    person.type(`${key}\r`);
    expect(await person.ended).toBe(0);
    expect(readdirSync(claude).sort()).toEqual(files);
  }
  expect(readFileSync(path, "utf8")).toContain("mcp__plugin_codex_tandem__review");
});

verifies("plugin.setup", "another plugin of that name is named, whichever settings enable it", async () => {
  const { world, environment, claude } = await startBareMachine({ hasNpm: false });
  const setup = async () => {
    const { stdout } = await world.run(["setup"], { environment });
    return stdout.split("\n").filter((line) => /codex@|settings/.test(line) && !line.startsWith("Settings"));
  };
  const enable = (path: string, plugins: object) =>
    writeFileSync(path, JSON.stringify({ enabledPlugins: plugins }));
  const folder = join(world.workspace, ".claude");
  mkdirSync(folder);
  enable(join(claude, "settings.json"), { "codex@codex-tandem": true, "codex@one": true });
  enable(join(folder, "settings.json"), { "codex@two": true });
  expect((await setup()).slice(0, 4)).toEqual([
    "Plugins   codex@one answers to /codex: as well (user settings).",
    "          To keep this one: claude plugin disable codex@one --scope user",
    "Plugins   codex@two answers to /codex: as well (project settings).",
    "          To keep this one: claude plugin disable codex@two --scope local",
  ]);
  // What that command writes.
  enable(join(folder, "settings.local.json"), { "codex@one": false, "codex@two": false });
  expect((await setup()).join("\n")).not.toContain("codex@");
  writeFileSync(join(folder, "settings.local.json"), "{");
  expect((await setup()).join("\n")).toContain("settings.local.json");
});
