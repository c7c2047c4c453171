// The least that `tandem consult --direct` has to be: a command that stores what is asked, and a process of its own, which survives
// it, that asks Codex, stores the answer and takes Codex along. Parameters: a folder, the program of Codex, the question.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const [role, folder, codex, question] =
  process.argv[2] === "owner" ? process.argv.slice(2) : ["command", ...process.argv.slice(2)];
if (role === "owner") void own();
else ask();

function ask() {
  const { spawn } = require("node:child_process");
  const parameters = [__filename, "owner", folder, codex];
  const stdio = ["pipe", "pipe", "ignore"];
  // At once, so that it starts while the job is stored.
  const owner = spawn(process.execPath, parameters, { detached: true, stdio });
  const job = path.join(folder, `job-${process.pid}`);
  fs.writeFileSync(job, question, { flush: true });
  owner.stdin.end(`${job}\n`);
  // Its end: nothing of Codex is left.
  owner.stdout.on("end", () => fs.writeSync(1, fs.readFileSync(`${job}.answer`))).resume();
}

async function own() {
  const { startCodex } = require("./turn.cjs");
  const job = fs.readFileSync(0, "utf8").trim();
  if (job === "") return;
  const server = startCodex(codex, folder);
  const answer = await server.turn(fs.readFileSync(job, "utf8"), process.cwd());
  const closed = server.close();
  fs.writeFileSync(`${job}.answer`, answer, { flush: true });
  await closed;
}
