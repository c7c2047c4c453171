import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";

/**
 * Where a script or test puts a CODEX_HOME or a state root: in the checkout, or in /var/tmp when the checkout itself lies in the
 * temp folder. Codex's writable sandbox includes the temp folder, so a home there would be writable by the model. Makes nothing.
 */
export function placeOutsideTemp(repository, name) {
  const checkout = `${realpathSync(repository)}${sep}`;
  const isTemporary = [tmpdir(), "/tmp"].some((folder) =>
    checkout.startsWith(`${realPathIfAny(folder)}${sep}`),
  );
  return isTemporary && process.platform !== "win32"
    ? join("/var/tmp", `codex-tandem-${name}`)
    : join(repository, ".test-homes", name);
}

function realPathIfAny(folder) {
  try {
    return realpathSync(folder);
  } catch {
    // Not every system has a /tmp; then nothing lies in it.
    return folder;
  }
}
