// Stands for the broker: a process with an app-server that runs already. Whoever proves that it knows the token may name a job; it is
// claimed at once, and runs to its end with a journal, a receipt, a result and a record. Parameters: a folder, the program of Codex,
// the workspace.
"use strict";

const { createHash, createHmac } = require("node:crypto");
const fs = require("node:fs");
const { createServer } = require("node:net");
const path = require("node:path");
const { draft, sync, syncFolder } = require("./files.cjs");
const { startCodex } = require("./turn.cjs");

const [folder, codex, workspace] = process.argv.slice(2);
const token = fs.readFileSync(path.join(folder, "token"));
const server = startCodex(codex, folder);
const digest = (text) => createHash("sha256").update(text).digest("hex");

createServer((socket) => {
  const nonce = String(Math.random());
  socket.write(nonce);
  socket.on("error", () => undefined);
  socket.once("data", async (data) => {
    const [proof, job, wish] = data.toString().split("\n");
    if (proof !== createHmac("sha256", token).update(nonce).digest("hex")) return socket.destroy();
    fs.writeFileSync(`${job}/owner.lock`, String(process.pid), { flag: "wx" });
    if (wish === "leave") socket.end("taken");
    await run(job, () => {
      if (wish === "wait") socket.end("answered");
    });
    fs.unlinkSync(`${job}/owner.lock`);
  });
})
  .listen(path.join(folder, "socket"))
  .once("listening", () => console.log("ready"));

async function run(job, onEnded) {
  const record = JSON.parse(fs.readFileSync(`${job}/job.json`, "utf8"));
  const request = fs.readFileSync(`${job}/request.json`, "utf8");
  const keep = async (change) => (await draft(`${job}/job.json`, JSON.stringify({ ...record, ...change })))();
  const journal = fs.openSync(`${job}/events.jsonl`, "a", 0o600);
  const begun = keep({ status: "running" });
  let known = begun;
  const answer = await server.turn(JSON.parse(request).prompt, workspace, {
    onThread: async (thread) => {
      await begun;
      known = keep({ status: "running", thread });
    },
    onEvent: (event) => fs.writeSync(journal, `${JSON.stringify({ at: new Date().toISOString(), event })}\n`),
  });
  await known;
  const result = JSON.stringify({ answer });
  const [nameResult] = await Promise.all([draft(`${job}/result.json`, result), sync(journal)]);
  const events = fs.readFileSync(`${job}/events.jsonl`);
  const receipt = { request: digest(request), events: digest(events), result: digest(result) };
  const nameReceipt = await draft(`${job}/receipt.json`, JSON.stringify(receipt));
  nameReceipt();
  nameResult();
  await keep({ status: "succeeded" });
  onEnded();
  fs.closeSync(journal);
  await syncFolder(job);
}

process.stdin.resume().once("end", async () => {
  await server.close();
  process.exit();
});
