import { expect } from "vitest";
import { unwrapCommand } from "../../../src/report/text/unwrap-command.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const cases: readonly (readonly [string, string])[] = [
  ["/bin/bash -lc 'npm test'", "npm test"],
  ["/bin/bash -lc ls", "ls"],
  ['bash -c "echo \\"hi\\" \\$HOME it\'s"', 'echo "hi" $HOME it\'s'],
  ["/bin/zsh -lc 'echo '\\''x'\\'''", "echo 'x'"],
  ["/bin/sh -c 'a'\"'\"'b'", "a'b"],
  ["/bin/bash -lc 'cat <<EOF\na\nEOF'", "cat <<EOF\na\nEOF"],
  ["'/opt/my tools/bash' -lc ls", "ls"],
  ["'C:\\Program Files\\PowerShell\\7\\pwsh.exe' -NoProfile -Command 'Get-ChildItem'", "Get-ChildItem"],
  ["cmd.exe /c dir", "dir"],
  ["npm test", "npm test"],
  ["bash script.sh", "bash script.sh"],
  ["bash -x -c ls", "bash -x -c ls"],
  ["/bin/bash -lc 'cut off", "/bin/bash -lc 'cut off"],
  ["/bin/bash -lc ''", "/bin/bash -lc ''"],
  ["", ""],
];

for (const [given, shown] of cases) {
  verifies("report.jobs", `the command ${JSON.stringify(given)} is shown as ${JSON.stringify(shown)}`, () => {
    expect(unwrapCommand(given)).toBe(shown);
  });
}

verifies("report.jobs", "any script in single quotes comes back as it was", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (script) => {
      fc.pre(script.trim() !== "");
      expect(unwrapCommand(`/bin/bash -lc '${script.replaceAll("'", "'\\''")}'`)).toBe(script);
    }),
  );
});
