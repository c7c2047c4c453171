// Stands for the broker: a process with an app-server that runs already. Whoever proves that it knows the token may name a file with a
// question; it is taken over at once, and answered in a file beside it. Parameters: a folder, the program of Codex, the workspace.
"use strict";

const { createHmac } = require("node:crypto");
const fs = require("node:fs");
const { createServer } = require("node:net");
const path = require("node:path");
const { startCodex } = require("./turn.cjs");

const [folder, codex, workspace] = process.argv.slice(2);
const token = fs.readFileSync(path.join(folder, "token"));
const server = startCodex(codex, folder);

createServer((socket) => {
  const nonce = String(Math.random());
  socket.write(nonce);
  socket.on("error", () => undefined);
  socket.once("data", async (data) => {
    const [proof, job, wish] = data.toString().split("\n");
    if (proof !== createHmac("sha256", token).update(nonce).digest("hex")) return socket.destroy();
    if (wish === "leave") socket.end("taken");
    const answer = await server.turn(fs.readFileSync(job, "utf8"), workspace);
    fs.writeFileSync(`${job}.answer`, answer, { flush: true });
    if (wish === "wait") socket.end("answered");
  });
})
  .listen(path.join(folder, "socket"))
  .once("listening", () => console.log("ready"));

process.stdin.resume().once("end", async () => {
  await server.close();
  process.exit();
});
