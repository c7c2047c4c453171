import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { onTestFinished } from "vitest";
import { type ClaudeStart, endWithTest } from "./claude-process.ts";
import { createHistory } from "./history.ts";

/** Claude Code in a terminal of 160 by 50. */
export interface ClaudeTerminal {
  readonly pid: number;
  /** What a person sees now: lines without colours and trailing blanks. */
  readonly screen: () => string;
  /** Waits for a screen that holds a text and gives it. Every screen since the last key counts, however short it was there. */
  readonly waitFor: (text: string | ((screen: string) => boolean)) => Promise<string>;
  /** Waits until Claude Code is connected to a server, as its own list of servers says. */
  readonly waitForServer: (name: string) => Promise<void>;
  /** Types a text as it is. */
  readonly type: (text: string) => void;
  readonly press: (key: keyof typeof keys) => void;
  /** Types a prompt, waits until it stands there, and sends it. */
  readonly submit: (prompt: string) => Promise<void>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
}

const keys = {
  enter: "\r",
  escape: "\u001b",
  "ctrl+c": "\u0003",
  "ctrl+b": "\u0002",
  up: "\u001b[A",
  down: "\u001b[B",
};
const size = { cols: 160, rows: 50 };
const promptSign = "❯ ";
/** How the list of servers shows one that is connected: newest and oldest. */
const connectedSigns = [(name: string) => `✔ ${name} `, (name: string) => `${name} · ✔ connected`];

/** Starts Claude Code in a pseudo-terminal. Resolves when its prompt is there. It ends with the test at the latest. */
export async function startTerminal(start: ClaudeStart): Promise<ClaudeTerminal> {
  const { program, parameters, folder, environment } = start;
  const options = { ...size, cwd: folder, name: "xterm-256color", env: { ...environment } };
  const child = spawn(program, [...parameters], options);
  const display = new xterm.Terminal({ ...size, allowProposedApi: true });
  const screens = createHistory<string>("screen", (screen) => screen);
  let firstSinceKey = 0;
  const screen = () => readScreen(display);
  const type = (text: string): void => {
    firstSinceKey = screens.items.length;
    child.write(text);
  };
  const waitFor: ClaudeTerminal["waitFor"] = async (wanted) => {
    const fits = typeof wanted === "string" ? (shown: string) => shown.includes(wanted) : wanted;
    if (fits(screen())) return screen();
    let index = 0;
    return screens.waitFor((shown) => index++ >= firstSinceKey && fits(shown));
  };
  const submit = async (prompt: string): Promise<void> => {
    type(prompt);
    await waitFor(`${promptSign}${prompt.slice(0, size.cols / 2)}`);
    type(keys.enter);
  };

  child.onData((data) => display.write(data, () => screens.add(screen())));
  // The program asks the terminal what it can do, and reads the answers like keys.
  display.onData((answer) => child.write(answer));
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      screens.close(`Claude Code has ended with ${exitCode}`);
      resolve(exitCode);
    });
  });
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  onTestFinished(async () => {
    // Its pid may be somebody else's after its end.
    await endWithTest(ended, (signal) => hasEnded || child.kill(signal));
    display.dispose();
  });

  await waitFor(promptSign);
  return {
    pid: child.pid,
    screen,
    waitFor,
    type,
    press: (key) => type(keys[key]),
    submit,
    waitForServer: async (name) => {
      await submit("/mcp");
      const isListed = (shown: string) => connectedSigns.some((sign) => shown.includes(sign(name)));
      await waitFor(isListed);
      type(keys.escape);
      await waitFor((shown) => !isListed(shown) && shown.includes(promptSign));
    },
    ended,
  };
}

function readScreen({ buffer: { active } }: xterm.Terminal): string {
  const lines = Array.from({ length: size.rows }, (_, row) =>
    active
      .getLine(active.viewportY + row)
      ?.translateToString(true)
      .replaceAll("\u00a0", " "),
  );
  return lines.join("\n").trimEnd();
}
