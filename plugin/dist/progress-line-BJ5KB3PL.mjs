import {
  phaseAfter
} from "./chunk-55GIPGGH.mjs";
import {
  formatElapsed,
  formatTokens,
  unwrapCommand
} from "./chunk-LECVKPZU.mjs";
import {
  cutToWidth
} from "./chunk-3TNWXDK7.mjs";
import {
  oneLine,
  sanitise
} from "./chunk-INF2XAWY.mjs";
import {
  paint
} from "./chunk-SQSA5K2W.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/report/progress/progress-state.ts
function startProgress(startedAt) {
  return { phase: "starting", startedAt, open: [], tokens: 0 };
}
function advanceProgress(state, event) {
  if (event.type === "retrying") return { ...state, retrying: event.message };
  if (event.type === "usage") {
    return { ...state, tokens: event.usage.inputTokens + event.usage.outputTokens };
  }
  const phase = phaseAfter(event);
  if (phase === void 0) return state;
  const open = openAfter(state.open, event);
  const isBusy = open.length > 0 && phase === "thinking";
  const { retrying: _, ...rest } = state;
  return { ...rest, open, phase: isBusy ? "running_command" : phase };
}
function openAfter(open, event) {
  if (event.type === "command_started") return [...open, { item: event.item, text: event.command }];
  if (event.type === "tool_started") {
    return [...open, { item: event.item, text: `${event.server}.${event.tool}` }];
  }
  if (event.type === "command_completed" || event.type === "tool_completed") {
    return open.filter(({ item }) => item !== event.item);
  }
  return event.type === "turn_started" || event.type === "turn_completed" ? [] : open;
}

// src/report/progress/render-progress.ts
function renderProgress(state, now, columns) {
  const parts = [
    formatElapsed(now - state.startedAt),
    ...state.tokens > 0 ? [`${formatTokens(state.tokens)} tokens`] : [],
    activityOf(state)
  ];
  return cutToWidth(parts.join(" \xB7 "), columns - 1);
}
var phases = {
  queued: "queued",
  starting: "starting",
  thinking: "thinking",
  running_command: "running a command",
  waiting_approval: "waiting for your approval",
  verifying: "verifying",
  cancelling: "cancelling"
};
function activityOf({ open, phase, retrying }) {
  if (retrying !== void 0) return `retrying: ${oneLine(retrying)}`;
  const latest = open.at(-1);
  if (latest === void 0 || phase !== "running_command") return phases[phase];
  const others = open.length > 1 ? ` (+${open.length - 1})` : "";
  return `running${others} ${oneLine(unwrapCommand(latest.text))}`;
}

// src/report/progress/progress-line.ts
function startProgressLine(options) {
  const { stream } = options;
  const canRedraw = stream.isTTY === true && options.terminal !== "dumb";
  return canRedraw ? new LiveLine(options) : new SilentLine(stream);
}
var shortestPauseMs = 125;
var tickMs = 1e3;
var eraseLine = "\r\x1B[K";
var LiveLine = class {
  #stream;
  #clock;
  #colour;
  #state;
  #drawn = "";
  #drawnAt = Number.NEGATIVE_INFINITY;
  #cancelTimer;
  #isStopped = false;
  constructor({ stream, colour, clock = systemClock }) {
    this.#stream = stream;
    this.#clock = clock;
    this.#colour = colour;
    this.#state = startProgress(clock.now());
    stream.on("resize", this.#redrawAll);
    this.#draw();
  }
  report(event) {
    this.#update(advanceProgress(this.#state, event));
  }
  setPhase(phase) {
    this.#update({ ...this.#state, phase });
  }
  printAbove(text) {
    if (!this.#isStopped) this.#erase();
    this.#stream.write(wholeLine(text));
    if (!this.#isStopped) this.#draw();
  }
  stop() {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#stream.off("resize", this.#redrawAll);
    this.#erase();
  }
  #update(state) {
    if (this.#isStopped) return;
    this.#state = state;
    this.#drawSoon(Math.max(0, this.#drawnAt + shortestPauseMs - this.#clock.now()));
  }
  #redrawAll = () => {
    this.#drawn = "";
    this.#draw();
  };
  #drawSoon(milliseconds) {
    if (milliseconds === 0) {
      this.#draw();
      return;
    }
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.after(milliseconds, () => this.#draw());
  }
  #draw() {
    this.#drawnAt = this.#clock.now();
    const line = renderProgress(this.#state, this.#drawnAt, this.#stream.columns ?? 80);
    if (line !== this.#drawn) {
      this.#stream.write(eraseLine + paint(line, "quiet", { colour: this.#colour }));
      this.#drawn = line;
    }
    this.#drawSoon(tickMs);
  }
  #erase() {
    if (this.#drawn !== "") this.#stream.write(eraseLine);
    this.#drawn = "";
  }
};
var SilentLine = class {
  #stream;
  constructor(stream) {
    this.#stream = stream;
  }
  report() {
  }
  setPhase() {
  }
  printAbove(text) {
    this.#stream.write(wholeLine(text));
  }
  stop() {
  }
};
function wholeLine(text) {
  const clean = sanitise(text);
  return clean.endsWith("\n") ? clean : `${clean}
`;
}
var systemClock = {
  now: () => performance.now(),
  after: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  }
};
export {
  startProgressLine
};
