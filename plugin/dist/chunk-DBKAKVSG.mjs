// src/workspace/git-environment.ts
var keptNames = [
  "HOME",
  "USER",
  "LOGNAME",
  "SUDO_UID",
  "XDG_CONFIG_HOME",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_CEILING_DIRECTORIES",
  "GIT_DISCOVERY_ACROSS_FILESYSTEM",
  "LD_LIBRARY_PATH",
  "TMPDIR",
  "TEMP",
  "TMP",
  "USERPROFILE",
  "HOMEDRIVE",
  "HOMEPATH",
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "SYSTEMROOT",
  "WINDIR"
];
function gitEnvironment(environment, searchPath) {
  const kept = Object.entries(environment).filter(([name]) => keptNames.includes(name.toUpperCase()));
  return {
    ...Object.fromEntries(kept),
    ...safeDirectories(environment),
    PATH: searchPath,
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    // Set and empty: git asks neither core.askPass nor SSH_ASKPASS.
    GIT_ASKPASS: "",
    // No protocol has this name, so none is allowed; unlike protocol.allow it outranks protocol.<name>.allow.
    GIT_ALLOW_PROTOCOL: "none",
    GIT_NO_LAZY_FETCH: "1",
    // A pinned object id must stand for that very object.
    GIT_NO_REPLACE_OBJECTS: "1",
    [emptyVariable]: ""
  };
}
var emptyVariable = "TANDEM_GIT_EMPTY";
function safeDirectories(environment) {
  const count = Math.min(Number(environment["GIT_CONFIG_COUNT"] ?? 0) || 0, 100);
  const values = Array.from({ length: count }, (_, index) => index).filter((index) => environment[`GIT_CONFIG_KEY_${index}`]?.toLowerCase() === "safe.directory").map((index) => environment[`GIT_CONFIG_VALUE_${index}`] ?? "");
  if (values.length === 0) return {};
  const entries = values.flatMap((value, index) => [
    [`GIT_CONFIG_KEY_${index}`, "safe.directory"],
    [`GIT_CONFIG_VALUE_${index}`, value]
  ]);
  return { GIT_CONFIG_COUNT: String(values.length), ...Object.fromEntries(entries) };
}

export {
  gitEnvironment,
  emptyVariable
};
