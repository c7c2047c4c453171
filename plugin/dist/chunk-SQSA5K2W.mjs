// src/report/text/style.ts
import { styleText } from "node:util";
function paint(text, tone, style) {
  if (!style.colour || text === "") return text;
  return styleText([...formats[tone]], text, { validateStream: false });
}
function paintStart(line, length, tone, style) {
  return paint(line.slice(0, length), tone, style) + line.slice(length);
}
var widestProse = 100;
var narrowest = 40;
function proseColumns(style) {
  return Math.min(widestProse, Math.max(narrowest, style.columns));
}
function mayUseColour({ environment, isTerminal }) {
  if (environment["NO_COLOR"]) return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== void 0) return forced !== "0" && forced !== "false";
  return isTerminal && environment["TERM"] !== "dumb";
}
var formats = {
  title: ["bold"],
  quiet: ["dim"],
  good: ["green", "bold"],
  caution: ["yellow", "bold"],
  bad: ["red", "bold"],
  accent: ["cyan"]
};

export {
  paint,
  paintStart,
  proseColumns,
  mayUseColour
};
