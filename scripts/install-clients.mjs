// Puts the Claude Code versions of the end-to-end tests into place. `npm test` calls it; it is over in milliseconds when they are there.
import { installClients } from "./clients.mjs";

try {
  installClients();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
