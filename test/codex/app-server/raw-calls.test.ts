import { describe, expect } from "vitest";
import { RawCalls } from "../../../src/codex/app-server/raw-calls.ts";
import { tellsOfBlockedWrite } from "../../../src/codex/blocked-write.ts";
import type { ResponseItem } from "../../../src/codex/protocol/generated.ts";
import { verifies } from "../../support/requirements.ts";

type Call = Parameters<RawCalls["opened"]>[0];
type Output = Parameters<RawCalls["answered"]>[0];

const refusal = "touch: cannot touch 'x': Read-only file system";

/** Items as Codex sends them; what it adds beside these fields is not read. */
function call(id: string, parameters: string, name = "exec_command"): Call {
  return { type: "function_call", call_id: id, name, arguments: parameters } as ResponseItem as Call;
}

function customCall(id: string, name: string): Call {
  return { type: "custom_tool_call", call_id: id, name, input: "x" } as ResponseItem as Call;
}

function output(id: string | undefined, text: unknown): Output {
  return { type: "function_call_output", call_id: id, output: text } as ResponseItem as Output;
}

describe("an output", () => {
  const outputs: readonly (readonly [text: string, tells: boolean])[] = [
    [refusal, true],
    ["bash: line 1: a.txt: Read-only file system\n", true],
    ["patch rejected: writing outside of the project; rejected by user approval settings", true],
    ["patch rejected: writing is blocked by read-only sandbox; rejected by user approval settings", true],
    ["Permission denied", false],
    ["patch rejected: no such file", false],
    ["", false],
  ];
  for (const [text, tells] of outputs) {
    verifies(
      "tasks.blocked_writes",
      `${JSON.stringify(text)} tells of ${tells ? "a" : "no"} refused write`,
      () => {
        expect(tellsOfBlockedWrite(text)).toBe(tells);
      },
    );
  }
});

describe("the calls of a turn", () => {
  const names: readonly (readonly [claim: string, made: Call, name: string])[] = [
    ["a command by its words", call("1", '{"cmd":"touch x","workdir":"/w"}'), "touch x"],
    ["another tool by its name", call("1", '{"path":"x"}', "view_image"), "view_image"],
    ["broken parameters by the tool", call("1", '{"cmd":'), "exec_command"],
    ["a command that is no text by the tool", call("1", '{"cmd":["touch"]}'), "exec_command"],
    ["parameters that are no object by the tool", call("1", "null"), "exec_command"],
    ["a free-form tool by its name", customCall("1", "apply_patch"), "apply_patch"],
  ];
  for (const [claim, made, name] of names) {
    verifies("tasks.blocked_writes", `name ${claim}`, () => {
      const calls = new RawCalls();
      expect(calls.opened(made)).toBe("1");
      expect(calls.answered(output("1", refusal))).toBe("1");
      expect(calls.blockedWrites).toEqual([name]);
    });
  }

  verifies(
    "tasks.blocked_writes",
    "are listed once each, in the order of their refusals; others are not",
    () => {
      const calls = new RawCalls();
      for (const id of ["1", "2", "3"]) calls.opened(call(id, `{"cmd":"write ${id}"}`));
      calls.answered(output("2", [{ type: "input_text", text: refusal }]));
      calls.answered(output("1", "fine"));
      calls.answered(output("3", refusal));
      calls.answered(output("3", refusal));
      expect(calls.blockedWrites).toEqual(["write 2", "write 3"]);
    },
  );

  verifies(
    "tasks.blocked_writes",
    "count by what a command printed where no raw items come, and once by both",
    () => {
      const calls = new RawCalls();
      calls.printed("9", "/bin/bash -c 'touch y'", refusal);
      calls.printed("8", "/bin/bash -c 'cat y'", "text");
      expect(calls.blockedWrites).toEqual(["/bin/bash -c 'touch y'"]);
      calls.opened(call("7", '{"cmd":"touch z"}'));
      calls.printed("7", "/bin/bash -c 'touch z'", refusal);
      calls.answered(output("7", refusal));
      expect(calls.blockedWrites).toEqual(["/bin/bash -c 'touch y'", "touch z"]);
    },
  );

  verifies("tasks.blocked_writes", "an output without a call, or of an unknown one, breaks nothing", () => {
    const calls = new RawCalls();
    expect(calls.answered(output(undefined, refusal))).toBeUndefined();
    expect(calls.answered(output("5", refusal))).toBe("5");
    expect(calls.blockedWrites).toEqual(["a tool call"]);
  });
});
