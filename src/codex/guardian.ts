import { existsSync } from "node:fs";
import { parse } from "node:path";
import type { Writable } from "node:stream";
import { type FamilyMark, familyVariable } from "./family-mark.ts";
import { type ProcessGroup, startProcessGroup } from "./process-group.ts";

/** A process that ends Codex when we end, however we end. */
export interface Guardian {
  /** Resolves when it is gone without having been released. */
  readonly lost: Promise<void>;
  /** Names the process whose family it ends, and the mark of that. To be called before Codex is given anything to do. */
  watch(leader: number, mark: FamilyMark): void;
  /** Sends it away; nothing is ended. Resolves when it is gone. */
  release(): Promise<void>;
}

/**
 * It reads the pid and the mark of Codex from a pipe and then waits on the pipe: a line sends it away, the end of the pipe is our death.
 * Codex is stopped first, then what is found of its family, until a look finds nobody new; then all are killed, until a look finds
 * nobody left, since a process that was being forked meanwhile comes into sight late. Who has left parent and session is known by the
 * mark, for which every process is asked that is no older than Codex (Linux). It has to be a process of its own, and a small one beside
 * each run: the system's shell takes 2 MB and 1 ms, another Node 40 MB and 30 ms of a run of 100 ms (two cores).
 * The text is constant, nothing is put into it, and the shell only uses what is built into it, and `ps` where there is no /proc.
 * No `--` before the group: dash takes it for a number.
 */
const shellScript = `
read -r leader mark || exit 0
case $leader in "" | 0 | 1 | *[!0-9]*) exit 0 ;; esac
for process in self "$leader"; do
  [ -r "/proc/$process/stat" ] && read -r line <"/proc/$process/stat" && set -- \${line##*) } && since=\${20}
done
read -r word && exit 0
family=" $leader "
others=" "
look() {
  recent=
  if [ -r /proc/self/stat ]; then
    all=
    for file in /proc/[0-9]*/stat; do
      read -r line <"$file" || continue
      set -- \${line##*) }
      pid=\${file#/proc/}
      pid=\${pid%/stat}
      all="$all $pid $2 $3 $4 $1"
      [ "\${20}" -ge "$since" ] && recent="$recent $pid"
    done
  else
    all=$(/bin/ps -A -o pid= -o ppid= -o pgid= -o sess= -o stat=)
  fi
  alive=
  grown=yes
  while [ -n "$grown" ]; do
    grown=
    set -- $all
    while [ $# -ge 5 ]; do
      case $5 in
        Z* | X*) ;;
        *)
          case $family in
            *" $1 "*) alive=yes ;;
            *" $2 "* | *" $3 "* | *" $4 "*) family="$family$1 "; alive=yes; grown=yes ;;
          esac ;;
      esac
      shift 5
    done
  done
}
ask() {
  [ -n "$mark" ] || return
  for pid in $recent; do
    case "$family$others" in *" $pid "*) continue ;; esac
    while read -r line || [ -n "$line" ]; do
      case $line in
        *"${familyVariable}=$mark"*) family="$family$pid "; alive=yes ;;
        *) others="$others$pid " ;;
      esac
    done <"/proc/$pid/environ"
  done
}
kill -STOP "-$leader"
before=
while [ "$family" != "$before" ]; do
  before=$family
  look
  kill -STOP $family
  [ "$family" = "$before" ] && ask
done
rounds=0
while [ -n "$alive" ] && [ $rounds -lt 500 ]; do
  kill -KILL "-$leader"
  kill -KILL $family
  look
  ask
  rounds=$((rounds + 1))
done
`;

/** The same for systems without such a shell: on Windows the system's own tool ends the tree. */
const nodeScript = `
let said = "";
process.stdin.on("data", (text) => { said += text; }).on("end", () => {
  const [[leader], word] = said.split("\\n").map((line) => line.split(" "));
  if (!/^[0-9]+$/.test(leader) || String(word) !== "") return;
  if (process.platform === "win32") {
    const tool = (process.env.SystemRoot || "C:\\\\Windows") + "\\\\System32\\\\taskkill.exe";
    require("node:child_process").spawnSync(tool, ["/pid", leader, "/T", "/F"], { stdio: "ignore", windowsHide: true });
  } else {
    try { process.kill(-Number(leader), "SIGKILL"); } catch {}
  }
});
`;

/** How long it may take to leave after it was sent away. */
const leaveMs = 1_000;

/** What is started as guardian. */
export function guardianCommand(
  platform: NodeJS.Platform,
  hasShell: boolean,
): { readonly path: string; readonly parameters: readonly string[] } {
  return platform !== "win32" && hasShell
    ? { path: "/bin/sh", parameters: ["-c", shellScript] }
    : { path: process.execPath, parameters: ["--eval", nodeScript] };
}

/**
 * Starts a guardian in a group of its own. Rejects with the system's error. It holds `kept` open beside us: a server whose stdin that
 * is does not notice our death before it is stopped, and so cannot leave anything out of sight by ending in the middle of the search.
 */
export async function startGuardian(
  platform: NodeJS.Platform = process.platform,
  kept?: Writable,
): Promise<Guardian> {
  const { path, parameters } = guardianCommand(platform, existsSync("/bin/sh"));
  const group = await startProcessGroup(
    path,
    parameters,
    // The root folder, so that it keeps no folder of the user's in use.
    {
      cwd: parse(process.execPath).root,
      env: guardianEnvironment(),
      stdio: ["pipe", "ignore", "ignore", ...(kept === undefined || platform === "win32" ? [] : [kept])],
    },
    platform,
  );
  return guardianOf(group);
}

function guardianOf(group: ProcessGroup): Guardian {
  const { stdin } = group.child;
  if (stdin === null) throw new Error("the guardian has no pipe");
  // A broken pipe is told by its end.
  stdin.on("error", () => undefined);
  let released = false;
  return {
    lost: new Promise((resolve) => {
      void group.ended.then(() => {
        if (!released) resolve();
      });
    }),
    watch: (leader, mark) => stdin.write(`${leader} ${mark[familyVariable]}\n`),
    release: async () => {
      released = true;
      stdin.end("released\n");
      const timer = setTimeout(() => void group.stop(0), leaveMs);
      await group.ended;
      clearTimeout(timer);
    },
  };
}

/** Windows' tool needs its system folder. */
function guardianEnvironment(): NodeJS.ProcessEnv {
  const root = process.env["SystemRoot"];
  return root === undefined ? {} : { SystemRoot: root };
}
