// src/domain/job.ts
import { randomInt } from "node:crypto";
var jobStatuses = ["queued", "running", "succeeded", "failed", "cancelled"];
var transitions = {
  queued: ["running", "failed", "cancelled"],
  running: ["succeeded", "failed", "cancelled"],
  succeeded: [],
  failed: [],
  cancelled: []
};
function mayBecome(from, to) {
  return transitions[from].includes(to);
}
function isTerminal(status) {
  return transitions[status].length === 0;
}
var letters = "bcdfghjkmnpqrstvwxz";
function newJobId(now) {
  const time = now.toISOString().replace(/[-:.]/g, "").replace("T", "t").replace("Z", "");
  const suffix = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
  return `${time}-${suffix}`;
}
function isJobId(text) {
  return /^\d{8}t\d{9}-[a-z]{6}$/.test(text);
}
function shortJobId(id) {
  return id.slice(-6);
}
function matchingJobIds(ids, text) {
  if (ids.includes(text)) return [text];
  return ids.filter((id) => id.startsWith(text) || id.endsWith(text));
}

export {
  jobStatuses,
  mayBecome,
  isTerminal,
  newJobId,
  isJobId,
  shortJobId,
  matchingJobIds
};
