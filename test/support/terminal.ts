import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { onTestFinished } from "vitest";
import { createHistory } from "../e2e/support/history.ts";
import type { CliRunOptions, CliWorld } from "./cli-world.ts";

/** The command line with a person at a terminal of 80 by 40. */
export interface CliTerminal {
  /** What the person sees now: lines without colours and trailing blanks. */
  readonly screen: () => string;
  /** Waits for a screen that holds a text and gives it. Every screen since the last key counts, however short it was there. */
  readonly waitFor: (text: string) => Promise<string>;
  /** Types a text as it is. */
  readonly type: (text: string) => void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
}

export const ctrlC = "\u0003";
const size = { cols: 80, rows: 40 };

/** Starts `tandem` in a pseudo-terminal. It ends with the test at the latest. */
export function startInTerminal(
  world: CliWorld,
  words: readonly string[],
  { environment = {}, cwd = world.workspace }: Pick<CliRunOptions, "environment" | "cwd"> = {},
): CliTerminal {
  const child = spawn(process.execPath, [world.program, ...words], {
    ...size,
    cwd,
    name: "xterm-256color",
    env: { ...world.environment, TERM: "xterm-256color", NO_COLOR: "1", ...environment },
  });
  const display = new xterm.Terminal({ ...size, allowProposedApi: true });
  const screens = createHistory<string>("screen", (screen) => screen);
  let firstSinceKey = 0;
  const screen = () => readScreen(display);
  child.onData((data) => display.write(data, () => screens.add(screen())));
  let hasEnded = false;
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      hasEnded = true;
      // What it wrote last is drawn before anybody looks.
      display.write("", () => {
        screens.close(`it has ended with ${exitCode}`);
        resolve(exitCode);
      });
    });
  });
  onTestFinished(async () => {
    // Its pid may be somebody else's after its end.
    if (!hasEnded) child.kill("SIGKILL");
    await ended;
    display.dispose();
  });
  return {
    screen,
    waitFor: async (text) => {
      if (screen().includes(text)) return screen();
      let index = 0;
      return screens.waitFor((shown) => index++ >= firstSinceKey && shown.includes(text));
    },
    type: (text) => {
      firstSinceKey = screens.items.length;
      child.write(text);
    },
    ended,
  };
}

function readScreen({ buffer: { active } }: xterm.Terminal): string {
  const lines = Array.from({ length: size.rows }, (_, row) =>
    active.getLine(active.viewportY + row)?.translateToString(true),
  );
  return lines.join("\n").trimEnd();
}
