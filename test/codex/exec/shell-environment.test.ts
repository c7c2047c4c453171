import { expect } from "vitest";
import { shellEnvironment } from "../../../src/codex/exec/shell-environment.ts";
import { verifies } from "../../support/requirements.ts";

verifies("exec.environment", "without an allow-list nothing is added to the policy", () => {
  expect(shellEnvironment({}, { A_TOKEN: "x" })).toEqual({ pins: [], variables: {}, inArguments: {} });
});

verifies(
  "exec.environment",
  "allowed variables are named in the arguments and have their values in Codex's environment",
  () => {
    const { pins, variables, inArguments } = shellEnvironment(
      { A_TOKEN: "geheim", B: "2" },
      { A_TOKEN: "geheim" },
    );
    const values = Object.fromEntries(pins.map(({ path, value }) => [path.join("."), value]));
    expect(values["shell_environment_policy.inherit"]).toBe("all");
    expect(values["shell_environment_policy.ignore_default_excludes"]).toBe(true);
    expect(values["shell_environment_policy.include_only"]).toEqual(
      expect.arrayContaining(["A_TOKEN", "B", "PATH", "SHLVL"]),
    );
    expect(variables).toEqual({ B: "2" });
    expect(inArguments).toEqual({});
    expect(JSON.stringify(pins)).not.toContain("geheim");
  },
);

verifies(
  "exec.environment",
  "a variable by which Codex itself would act is not put into its own environment",
  () => {
    const { variables, inArguments } = shellEnvironment(
      { HTTPS_PROXY: "http://p", CODEX_HOME: "/x", PATH: "/y" },
      { PATH: "/usr/bin" },
    );
    expect(variables).toEqual({});
    expect(inArguments).toEqual({ HTTPS_PROXY: "http://p", CODEX_HOME: "/x", PATH: "/y" });
  },
);
