// src/report/text/format.ts
function formatDuration(milliseconds) {
  const known = Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
  if (known < 999.5) return `${Math.round(known)} ms`;
  if (known < 59950) return `${(known / 1e3).toFixed(1)} s`;
  return formatElapsed(Math.round(known / 1e3) * 1e3);
}
function formatElapsed(milliseconds) {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1e3);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${twoDigits(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
  return `${Math.floor(minutes / 1440)}d${twoDigits(Math.floor(minutes / 60) % 24)}h`;
}
function formatTokens(count) {
  if (count < 1e4) return groupDigits(count);
  return count < 999950 ? `${(count / 1e3).toFixed(1)}k` : `${(count / 1e6).toFixed(1)}M`;
}
function formatBytes(count) {
  if (count < 1e3) return `${count} B`;
  if (count < 999950) return `${(count / 1e3).toFixed(1)} kB`;
  return count < 99995e4 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}
function formatAge(time, now) {
  const age = ageOf(time, now);
  if (age === void 0) return "unknown";
  const seconds = Math.floor(age / 1e3);
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86400);
  return days === 1 ? "1 day ago" : `${days} days ago`;
}
function ageOf(time, now) {
  const then = time === void 0 ? Number.NaN : Date.parse(time);
  return Number.isNaN(then) ? void 0 : Math.max(0, now.getTime() - then);
}
function formatCount(count, noun) {
  return `${groupDigits(count)} ${noun}${count === 1 ? "" : "s"}`;
}
function groupDigits(count) {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}
function twoDigits(count) {
  return String(count).padStart(2, "0");
}

// src/report/text/unwrap-command.ts
function unwrapCommand(command) {
  const words = splitShellWords(command);
  if (words === void 0) return command;
  const [program = "", ...rest] = words;
  const script = rest.at(-1);
  const flags = rest.slice(0, -1);
  const wrapperFlags = shells.get(programName(program));
  const isWrapper = wrapperFlags !== void 0 && flags.length > 0 && wrapperFlags.test(flags.join(" "));
  return isWrapper && script !== void 0 && script.trim() !== "" ? script : command;
}
var posixFlags = /^-[li]*c$/;
var powershellFlags = /^(-(NoProfile|NonInteractive|NoLogo) )*-(Command|c)$/i;
var shells = new Map([
  ...["sh", "bash", "zsh", "dash", "ksh", "fish"].map((name) => [name, posixFlags]),
  ...["pwsh", "powershell"].map((name) => [name, powershellFlags]),
  ["cmd", /^\/c$/i]
]);
function programName(program) {
  const name = program.split(/[\\/]/).at(-1) ?? program;
  return name.toLowerCase().replace(/\.exe$/, "");
}
var wordPiece = /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)/y;
function splitShellWords(line) {
  const words = [];
  let position = 0;
  while (position < line.length) {
    const space = /\s+/y;
    space.lastIndex = position;
    if (space.test(line)) {
      position = space.lastIndex;
      continue;
    }
    const start = position;
    let word = "";
    while (position < line.length && !/\s/.test(line.charAt(position))) {
      wordPiece.lastIndex = position;
      const match = wordPiece.exec(line);
      if (match === null) return void 0;
      word += match[1] ?? match[2]?.replace(/\\([$`"\\])/g, "$1") ?? match[3] ?? match[4] ?? "";
      position = wordPiece.lastIndex;
    }
    if (position === start) return void 0;
    words.push(word);
  }
  return words;
}

export {
  formatDuration,
  formatElapsed,
  formatTokens,
  formatBytes,
  formatAge,
  ageOf,
  formatCount,
  unwrapCommand
};
