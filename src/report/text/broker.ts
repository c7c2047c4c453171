import type { BrokerHealth } from "../../domain/envelope.ts";
import { formatAge } from "./format.ts";
import type { Block } from "./parts.ts";
import { row } from "./rows.ts";
import { oneLine } from "./sanitise.ts";
import { nowOf, type TextStyle } from "./style.ts";

/** What is said of the background processes: one line for each, and one when there is none. */
export function renderBrokers(brokers: readonly BrokerHealth[], style: TextStyle): Block {
  if (brokers.length === 0) return row("Broker", "none; it starts with the next job", style);
  return brokers.flatMap((broker, index) =>
    row(
      index === 0 ? "Broker" : "",
      `${stateWords[broker.state]} (${factsOf(broker, style)})`,
      style,
      broker.state === "silent" ? "caution" : undefined,
    ),
  );
}

const stateWords: Readonly<Record<BrokerHealth["state"], string>> = {
  alive: "running",
  draining: "draining: ends after its jobs",
  silent: "SILENT: no sign of life",
  stale: "stale: its process is gone",
};

function factsOf({ pid, version, startedAt, state }: BrokerHealth, style: TextStyle): string {
  return [
    `pid ${pid}`,
    `version ${oneLine(version)}`,
    ...(state === "stale" ? [] : [`started ${formatAge(startedAt, nowOf(style))}`]),
  ].join(", ");
}
