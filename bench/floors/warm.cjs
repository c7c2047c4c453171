// The least that `tandem task` beside a broker has to be: the question is stored, and given to whoever knows the token as well. With
// `wait` the stored answer is printed, with `leave` it is enough that the question was taken over. Parameters: folder, wish, question.
"use strict";

const { createHmac } = require("node:crypto");
const fs = require("node:fs");
const { connect } = require("node:net");

const [folder, wish, question] = process.argv.slice(2);
const job = `${folder}/job-${process.pid}`;
const socket = connect(`${folder}/socket`);
fs.writeFileSync(job, question, { flush: true });
const token = fs.readFileSync(`${folder}/token`);
socket.once("data", (nonce) => {
  const proof = createHmac("sha256", token).update(nonce).digest("hex");
  socket.write([proof, job, wish].join("\n"));
  socket.once("data", () => {
    if (wish === "wait") fs.writeSync(1, fs.readFileSync(`${job}.answer`));
    socket.destroy();
  });
});
