import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { message } from "../../../src/rehearsal/replies.ts";
import { firstOf } from "../../../src/rehearsal/script.ts";
import { type CliWorld, filesBelow, inTurn, startCliWorld, writeFiles } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { reviewer, reviewerJson } from "../../support/reviewer.ts";

const files = { committed: { "a.txt": "one\n" }, changed: { "a.txt": "two\n" } };

describe("-c and --profile", () => {
  verifies(
    "cli.overrides",
    "are refused before anything starts where they touch what a pin protects, in every form",
    async () => {
      const world = await startCliWorld(() => message("Nobody asks me."), files);
      await writeFiles(world.codexHome, {
        "loose.config.toml": "[sandbox_workspace_write]\nnetwork_access = true\n",
        "evil.config.toml": 'model_verbosity = "low"\n[features]\nhooks = true\n',
      });
      const before = filesBelow(world.codexHome);
      const rejected = [
        ["-c", 'sandbox_mode="danger-full-access"'],
        ["-c", "sandbox_mode=danger-full-access"],
        ["-c", '"sandbox_mode"="danger-full-access"'],
        ["-c", "sandbox_workspace_write.network_access=true"],
        ["-c", "sandbox_workspace_write={network_access=true}"],
        ["-c", 'approval_policy="on-request"'],
        ["-c", 'web_search="live"'],
        ["-c", 'shell_environment_policy.inherit="all"'],
        ["-c", 'shell_environment_policy={inherit="all"}'],
        ["-c", '"shell_environment_policy".set={SECRET="1"}'],
        ["-c", "features.unbounded_connection_retries=true"],
        ["-c", "features={shell_snapshot=true}"],
        ["-c", '"features.hooks"=true'],
        ["-c", "allow_login_shell=true"],
        ["-c", 'mcp_servers.evil.command="evil"'],
        ["-c", 'notify=["evil"]'],
        ["-c", `projects={"${world.workspace}"={trust_level="trusted"}}`],
        ["-c", `projects."${world.workspace}".trust_level="trusted"`],
        ["-c", 'profile="evil"'],
        ["-c", 'model_verbosity="low"', "-c", "hooks={}"],
        ["--profile", "loose"],
        ["--profile", "evil"],
      ];
      const outcomes = await inTurn(rejected, 4, async (words) => {
        const command = words.length > 2 ? ["review"] : ["consult", "Q"];
        const run = await world.run([...command, "--json", ...words]);
        return { words, exitCode: run.exitCode, kind: run.envelope.error?.kind, stderr: run.stderr };
      });
      expect(outcomes).toEqual(
        rejected.map((words) => ({ words, exitCode: 2, kind: "config_rejected", stderr: "" })),
      );
      const missing = await world.run(["consult", "Q", "--json", "--profile", "gone"]);
      expect(missing).toMatchObject({ exitCode: 2, envelope: { error: { kind: "input_unreadable" } } });
      expect(world.records()).toEqual([]);
      expect(world.model.requests).toEqual([]);
      // Codex was not even started.
      expect(filesBelow(world.codexHome)).toEqual(before);
    },
  );

  verifies("cli.overrides", "that touch no pin reach Codex, the option over the profile", async () => {
    const world = await startCliWorld(() => message("Yes."), {
      codex: { extraConfig: { model_verbosity: "medium" } },
    });
    await writeFiles(world.codexHome, { "brief.config.toml": 'model_verbosity = "low"\n' });
    const run = async (...words: readonly string[]) => {
      const { envelope } = await world.run(["consult", "Q", "--json", ...words]);
      const request = world.model.requests.find(({ thread }) => thread === envelope.run?.thread);
      return request?.body["text"];
    };
    const [own, profile, option] = await Promise.all([
      run(),
      run("--profile", "brief"),
      run("--profile", "brief", "-c", 'model_verbosity="high"'),
    ]);
    expect(own).toMatchObject({ verbosity: "medium" });
    expect(profile).toMatchObject({ verbosity: "low" });
    expect(option).toMatchObject({ verbosity: "high" });
  });
});

describe("the user's CODEX_HOME", () => {
  verifies(
    "cli.theirs",
    "keeps every file byte for byte, whatever runs, and gets only Codex's own working files",
    async () => {
      const world = await startCliWorld(
        () => firstOf(reviewer(["git diff HEAD"], reviewerJson("patch is correct")), message("Yes.")),
        files,
      );
      const trap = join(world.home, "trap");
      await writeFile(trap, `#!/bin/sh\n/usr/bin/env touch ${join(world.home, "sprung")}\n`);
      await chmod(trap, 0o755);
      const config = readFileSync(join(world.codexHome, "config.toml"), "utf8");
      await writeFiles(world.codexHome, {
        "config.toml": `# My own words, my own  spacing.\nnotify = [ "${trap}" ]\n${config}\n[mcp_servers.mine]\ncommand = "${trap}"\n\n[projects."/somewhere/else"]\ntrust_level = "trusted"\n`,
        "history.jsonl": '{"session_id":"x","ts":1,"text":"an old prompt"}\n',
        "auth.json": '{"auth_mode":"apikey","OPENAI_API_KEY":"sk-not-a-real-key-of-anybody-000000000000"}\n',
        "AGENTS.md": "Answer briefly.\n",
        "rules/default.rules": 'prefix_rule(pattern=["git", "status"], decision="prompt")\n',
        "hooks.json": `{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"${trap}"}]}]}}\n`,
        "skills/mine/SKILL.md": "---\nname: mine\ndescription: Mine.\n---\nMine.\n",
        "prompts/mine.md": "Mine.\n",
        "brief.config.toml": 'model_verbosity = "low"\n',
      });
      const before = hashes(world);
      const runs = [
        ["review"],
        ["consult", "Q"],
        ["consult", "Q", "--ephemeral", "--profile", "brief", "-c", 'model_verbosity="high"'],
        ["status"],
        ["review", "--dry-run"],
      ];
      for (const words of runs)
        expect({ words, exitCode: (await world.run(words)).exitCode }).toEqual({ words, exitCode: 0 });
      const after = hashes(world);
      expect(Object.fromEntries(Object.keys(before).map((path) => [path, after[path]]))).toEqual(before);
      const added = Object.keys(after).filter((path) => !(path in before));
      expect([...new Set(added.map(kindOf))].toSorted()).toEqual([...codexOwn].toSorted());
      // Neither the notification program, nor the MCP server, nor the hook was started.
      expect(filesBelow(world.home)).toEqual(["trap"]);
    },
  );
});

/** What Codex 0.169 writes into a CODEX_HOME by itself, by file or, where there are many, by folder. */
const codexOwn = [
  ".sandbox_migration",
  "goals_1.sqlite",
  "installation_id",
  "logs_2.sqlite",
  "memories_1.sqlite",
  "queue_1.sqlite",
  "session_index.jsonl",
  "session_index.jsonl.lock",
  "sessions/",
  "skills/.system/",
  "state_5.sqlite",
  "thread-writer-locks/",
  "thread_history_1.sqlite",
];

function kindOf(path: string): string {
  const folder = codexOwn.find((own) => own.endsWith("/") && path.startsWith(own));
  // SQLite puts its journal beside the file while somebody has it open.
  return folder ?? path.replace(/-(?:wal|shm|journal)$/, "");
}

function hashes({ codexHome }: CliWorld): Readonly<Record<string, string>> {
  const hash = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(codexHome, path)))
      .digest("hex");
  return Object.fromEntries(filesBelow(codexHome).map((path) => [path, hash(path)]));
}
