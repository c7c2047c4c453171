// src/settings/quote.ts
var shownLength = 80;
function quote(value) {
  const text = typeof value === "string" ? JSON.stringify(value) : JSON.stringify(value) ?? String(value);
  const shown = text.length > shownLength ? `${text.slice(0, shownLength)}\u2026` : text;
  return escapeInvisible(shown);
}
function quotePath(path) {
  return escapeInvisible(JSON.stringify(path));
}
function escapeInvisible(text) {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`
  );
}

export {
  quote,
  quotePath,
  escapeInvisible
};
