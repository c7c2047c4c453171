import { parse } from "smol-toml";
import { expect } from "vitest";
import type { ConfigValue } from "../../../src/codex/config-value.ts";
import { inlineToml } from "../../../src/codex/exec/inline-toml.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const key = fc.string({ unit: "binary" }).filter((text) => text !== "__proto__");
const { value: anyValue } = fc.letrec<{ value: ConfigValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom("\u007F", "\u0000", '"', "\\", "'", "\n", "\t", "é", "🙂", "#", "=", "]"),
    }),
    fc.integer(),
    fc.double({ noNaN: true }).map((number) => (Number.isInteger(number) ? number + 0.5 : number)),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
}));

verifies("exec.toml", "every value is read back by a TOML parser as it was", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const text = inlineToml(value);
      expect(text).not.toMatch(/[\r\n]/);
      expect(parse(`it = ${text}`)).toEqual({ it: value });
    }),
  );
});

verifies(
  "exec.toml",
  "half a surrogate pair, which TOML cannot hold, becomes the replacement character",
  () => {
    expect(parse(`it = ${inlineToml("a\uD800b")}`)).toEqual({ it: "a\uFFFDb" });
  },
);

verifies("exec.toml", "null, which TOML does not have, is a fault of ours and never a text", () => {
  expect(() => inlineToml({ key: null })).toThrow(TypeError);
});
