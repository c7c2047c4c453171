// The shortest conversation with `codex app-server` that gives an answer and keeps our promises: the person's configuration is read
// before each thread, the pins go with the thread, the sandbox is confirmed before anything is spent, commands are ended afterwards.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const policies = { approvalPolicy: "never", sandboxPolicy: { type: "readOnly", networkAccess: false } };

/**
 * Starts an app-server in `folder`, where `config.json` has the pins. `turn` resolves with the answer to a prompt on a thread of its
 * own, `close` when the server has ended.
 */
exports.startCodex = (codex, folder) => {
  const config = JSON.parse(fs.readFileSync(path.join(folder, "config.json"), "utf8"));
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
    if (turn === undefined) return;
    turn.onEvent({ method, params });
    if (method === "thread/settings/updated") turn.confirm();
    if (method === "item/completed" && params.item.type === "agentMessage") turn.text = params.item.text;
    if (method === "turn/completed") turn.resolve(turn.text);
  }

  function send(method, params) {
    child.stdin.write(`${JSON.stringify({ id: ++id, method, params })}\n`);
    const answered = id;
    return new Promise((resolve) => answers.set(answered, resolve));
  }

  const capabilities = { experimentalApi: true };
  const ready = send("initialize", { clientInfo: { name: "floor", version: "0" }, capabilities }).then(() =>
    child.stdin.write('{"method":"initialized"}\n'),
  );
  return {
    /** `onThread` is told the thread's id, and waited for before anything is spent. */
    async turn(text, cwd, { onThread = async () => undefined, onEvent = () => undefined } = {}) {
      await ready;
      await send("config/read", { includeLayers: false, cwd });
      const start = { cwd, sandbox: "read-only", approvalPolicy: "on-request", experimentalRawEvents: true };
      const { thread } = await send("thread/start", { ...start, config });
      const threadId = thread.id;
      let confirm;
      const confirmed = new Promise((resolve) => {
        confirm = resolve;
      });
      const answer = new Promise((resolve) => turns.set(threadId, { resolve, confirm, onEvent }));
      await send("thread/settings/update", { threadId, ...policies });
      await confirmed;
      await onThread(threadId);
      await send("turn/start", { threadId, input: [{ type: "text", text }], ...policies });
      const said = await answer;
      await send("thread/backgroundTerminals/clean", { threadId });
      turns.delete(threadId);
      void send("thread/unsubscribe", { threadId });
      return said;
    },
    close() {
      child.stdin.end();
      return ended;
    },
  };
};
