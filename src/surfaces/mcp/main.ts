import { Console } from "node:console";
import { homedir } from "node:os";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import { ownEnvironment } from "../client/claude-environment.ts";
import { personEnvironment } from "../client/person-environment.ts";
import { readClaudeFacts } from "./client-facts.ts";
import { connect } from "./connect.ts";
import { loadWork } from "./handlers.ts";
import { Lifetime } from "./lifetime.ts";

/** The program behind `tandem mcp`: the tools for a model, over stdin and stdout. */
function main(): void {
  // stdout carries the protocol; what a library says in passing must not get in between.
  globalThis.console = new Console(process.stderr, process.stderr);
  const claude = readClaudeFacts(process.env);
  const world = {
    platform: process.platform,
    architecture: process.arch,
    home: homedir(),
    environment: ownEnvironment(personEnvironment()),
    nodePath: process.execPath,
  };
  const lifetime = new Lifetime(world);
  lifetime.watchProcess();
  try {
    const { stdin, stdout } = process;
    connect({
      world,
      claude,
      log: lifetime.log,
      stdin,
      stdout,
      onGone: (reason) =>
        lifetime.shutDown(reason, async () => (await loadWork()).leaveOwnSession(world, claude)),
    });
  } catch (error) {
    lifetime.crash(messageOf(error));
  }
}

main();
