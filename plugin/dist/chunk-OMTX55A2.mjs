// src/codex/allow-rules.ts
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
async function findAllowRules(places) {
  const found = [];
  for (const folder of ruleFolders(places)) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(".rules"))) {
      const path = join(folder, name);
      const text = await readFile(path, "utf8").catch(() => "");
      if (allowsSomething(text)) found.push(path);
    }
  }
  return found;
}
function describeAllowRules(paths) {
  if (paths.length === 0) return void 0;
  return `Codex's rules in ${paths.join(", ")} may let matching commands run outside the sandbox; --isolation ignore-rules leaves them out.`;
}
function ruleFolders({ codexHome, cwd, untrusted }) {
  const project = untrusted ? [] : projectFolders(cwd).map((folder) => join(folder, ".codex", "rules"));
  return [.../* @__PURE__ */ new Set([join(codexHome, "rules"), "/etc/codex/rules", ...project])];
}
function projectFolders(cwd) {
  const folders = [cwd];
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (folder !== cwd) folders.push(folder);
    if (existsSync(join(folder, ".git"))) return folders;
    if (dirname(folder) === folder) return [cwd];
  }
}
function allowsSomething(text) {
  return ruleArguments(withoutWords(text)).some(
    (words) => !/\bdecision\s*=\s*(?:"prompt"|"forbidden"|'prompt'|'forbidden')/.test(words)
  );
}
function withoutWords(text) {
  const words = /(\bdecision\s*=\s*)?("""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|#[^\n]*/g;
  return text.replace(words, (all, decision, string) => {
    if (string === void 0) return "";
    return decision === void 0 ? '""' : all;
  });
}
function ruleArguments(code) {
  return code.split(/\bprefix_rule\s*\(/).slice(1).map((rest) => {
    const characters = Array.from(rest);
    let depth = 1;
    const end = characters.findIndex((character) => {
      if (character === "(") depth += 1;
      if (character === ")") depth -= 1;
      return depth === 0;
    });
    return characters.slice(0, end < 0 ? void 0 : end).join("");
  });
}

export {
  findAllowRules,
  describeAllowRules
};
