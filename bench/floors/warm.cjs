// The least that `tandem task` beside a broker has to be: the job is stored, and given to whoever knows the token as well. With `wait`
// the stored answer is printed and the job marked as read, with `leave` it is enough that the job was taken over. Parameters: folder,
// wish, question.
"use strict";

const { createHmac } = require("node:crypto");
const fs = require("node:fs");
const { connect } = require("node:net");
const { draft, syncFolder } = require("./files.cjs");

const [folder, wish, question] = process.argv.slice(2);
const job = `${folder}/job-${process.pid}`;
const socket = connect(`${folder}/socket`);
const greeted = new Promise((resolve) => socket.once("data", resolve));
void ask();

async function ask() {
  await store();
  const token = fs.readFileSync(`${folder}/token`);
  const proof = createHmac("sha256", token)
    .update(await greeted)
    .digest("hex");
  socket.write([proof, job, wish].join("\n"));
  socket.once("data", () => {
    if (wish === "wait") deliver();
    socket.destroy();
  });
}

async function store() {
  fs.mkdirSync(job, { mode: 0o700 });
  for (const list of ["active", "workspace", "recent"]) {
    fs.writeFileSync(`${folder}/${list}-${process.pid}`, "", { flag: "wx" });
  }
  const drafts = [
    draft(`${job}/request.json`, JSON.stringify({ prompt: question })),
    draft(`${job}/plan.json`, "{}"),
    draft(`${job}/job.json`, '{"status":"queued"}'),
  ];
  for (const giveName of await Promise.all(drafts)) giveName();
  await syncFolder(job);
}

function deliver() {
  fs.writeSync(1, fs.readFileSync(`${job}/result.json`));
  fs.writeFileSync(`${job}/read.tmp`, fs.readFileSync(`${job}/job.json`));
  fs.renameSync(`${job}/read.tmp`, `${job}/job.json`);
}
