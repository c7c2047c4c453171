// The shortest conversation with `codex app-server` that gives an answer.
"use strict";

const { spawn } = require("node:child_process");

/** Starts an app-server in `folder`. `turn` resolves with the answer to a prompt on a thread of its own, `close` when the server has ended. */
exports.startCodex = (codex, folder) => {
  const child = spawn(codex, ["app-server"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const answers = new Map();
  const turns = new Map();
  let id = 0;
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) receive(JSON.parse(line));
  });

  function receive({ id: answered, result, method, params }) {
    if (method === undefined) answers.get(answered)?.(result);
    const turn = turns.get(params?.threadId);
    if (method === "item/completed" && params.item.type === "agentMessage") turn.text = params.item.text;
    if (method === "turn/completed") turn.resolve(turn.text);
  }

  function send(method, params) {
    child.stdin.write(`${JSON.stringify({ id: ++id, method, params })}\n`);
    const answered = id;
    return new Promise((resolve) => answers.set(answered, resolve));
  }

  const ready = send("initialize", { clientInfo: { name: "floor", version: "0" } }).then(() =>
    child.stdin.write('{"method":"initialized"}\n'),
  );
  return {
    async turn(text, cwd) {
      await ready;
      const { thread } = await send("thread/start", { cwd, sandbox: "read-only", approvalPolicy: "never" });
      const answer = new Promise((resolve) => turns.set(thread.id, { resolve }));
      await send("turn/start", { threadId: thread.id, input: [{ type: "text", text }] });
      return answer;
    },
    close() {
      child.stdin.end();
      return ended;
    },
  };
};
