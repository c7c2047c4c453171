// Files that survive a power cut.
"use strict";

const fs = require("node:fs");
const { promisify } = require("node:util");

const sync = promisify(fs.fsync);
exports.sync = sync;

/** Writes a text, and gives what lets it take its name. */
exports.draft = async (file, text) => {
  const descriptor = fs.openSync(`${file}.tmp`, "wx", 0o600);
  fs.writeSync(descriptor, text);
  await sync(descriptor);
  fs.closeSync(descriptor);
  return () => fs.renameSync(`${file}.tmp`, file);
};

exports.syncFolder = async (folder) => {
  const descriptor = fs.openSync(folder, "r");
  await sync(descriptor);
  fs.closeSync(descriptor);
};
