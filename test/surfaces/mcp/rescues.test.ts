import { expect } from "vitest";
import { ownEnvironment } from "../../../src/surfaces/client/claude-environment.ts";
import { judgeTask } from "../../../src/surfaces/mcp/slash/judge-task.ts";
import { Rescues } from "../../../src/surfaces/mcp/slash/rescues.ts";
import { rescueCall } from "../../../src/surfaces/mcp/slash/slash-words.ts";
import { readSlash } from "../../../src/surfaces/slash/read-slash.ts";
import { verifies } from "../../support/requirements.ts";

const decide = (rescues: Rescues, prompt: string, write: string, tool = "task", toolUse = "toolu_1") => {
  const call = { tool: `mcp__plugin_codex_tandem__${tool}`, prompt, toolUse, write };
  const [block] = judgeTask(call, { rescues }).content;
  const answer: unknown = JSON.parse(block?.type === "text" ? block.text : "");
  return answer;
};
const decided = (permissionDecision: string) => ({ hookSpecificOutput: { permissionDecision } });

verifies(
  "plugin.rescue.write",
  "a call of a rescue may run, and may write only where the person typed so",
  () => {
    const rescues = new Rescues();
    rescues.open("p1", { words: "mend it", mayWrite: false });
    rescues.open("p2", { words: "mend it", mayWrite: true });
    expect(decide(rescues, "p1", "true")).toMatchObject(decided("deny"));
    expect(decide(rescues, "p1", "", "consult")).toEqual({});
    expect(rescues.wordsOf("toolu_1")).toBeUndefined();
    expect(decide(rescues, "p1", "")).toMatchObject(decided("allow"));
    expect(rescues.wordsOf("toolu_1")).toBe("mend it");
    expect(decide(rescues, "p2", "true")).toMatchObject(decided("allow"));
  },
);

verifies(
  "plugin.rescue.write",
  "one call may write, and of another one the person's own rules decide",
  () => {
    const rescues = new Rescues();
    rescues.open("p", { words: "mend it", mayWrite: true });
    const decisionOf = (write: string, toolUse: string) => decide(rescues, "p", write, "task", toolUse);
    expect(decisionOf("", "toolu_1")).toMatchObject(decided("allow"));
    for (let times = 0; times < 2; times++)
      expect(decisionOf("true", "toolu_2")).toMatchObject(decided("allow"));
    expect(decisionOf("true", "toolu_3")).toEqual({});
    expect(rescues.wordsOf("toolu_3")).toBeUndefined();
    // Typed again, it is for one more.
    rescues.open("p", { words: "mend it", mayWrite: true });
    expect(decisionOf("true", "toolu_3")).toMatchObject(decided("allow"));
  },
);

verifies("plugin.rescue.write", "the note of a long rescue still has the call that was typed", () => {
  for (const text of ["x".repeat(20_000), "a\n".repeat(5_000), "mend it\nnow"]) {
    const note = rescueCall(readSlash("rescue", `--write --effort high ${text}y`), "kqvbgm");
    expect(note.length).toBeLessThan(9_900);
    expect(note).toContain('"continueJob":"kqvbgm"');
    expect(note).toContain('"effort":"high"');
    expect(note).toContain("--write was typed: this one call may change files.");
    expect(note.includes("> now")).toBe(text.includes("now"));
    expect(note.includes("<typed>")).toBe(!text.includes("now"));
  }
});

verifies("plugin.rescue.write", "of a call that belongs to no rescue the person's own rules decide", () => {
  const rescues = new Rescues();
  rescues.open("", { words: "x", mayWrite: true });
  for (const prompt of ["", "another"]) expect(decide(rescues, prompt, "true")).toEqual({});
});

verifies(
  "plugin.options",
  "an option is a setting where nothing nearer is set, and an empty one is none",
  () => {
    expect(
      ownEnvironment({
        TANDEM_OPTION_MODEL: "gpt-5",
        TANDEM_OPTION_EFFORT: "high",
        TANDEM_EFFORT: "low",
        TANDEM_OPTION_CODEX: "",
        TANDEM_OPTION_WAIT_BUDGET: "90s",
        CLAUDE_SECRET: "x",
      }),
    ).toEqual({
      TANDEM_MODEL: "gpt-5",
      TANDEM_EFFORT: "low",
      TANDEM_WAIT_BUDGET: "90s",
      TANDEM_MCP_WAIT_BUDGET: "90s",
    });
    // Hooks are told the same options by other names.
    expect(
      ownEnvironment({ CLAUDE_PLUGIN_OPTION_MODEL: "gpt-5", CLAUDE_PLUGIN_OPTION_GATE: "true" }),
    ).toEqual({
      TANDEM_MODEL: "gpt-5",
    });
  },
);
