/** Characters of one page: with them a result passes both clients whole, whatever it holds. */
const pageLength = 45_000;

/**
 * A text in pages that give it back when they are put together: cut at the end of a line where a page has one in its second half, and
 * never inside a character. There is at least one.
 */
export function splitPages(text: string, length: number = pageLength): readonly string[] {
  const pages: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = endOfPage(text, start, length);
    pages.push(text.slice(start, end));
    start = end;
  }
  return pages.length === 0 ? [""] : pages;
}

function endOfPage(text: string, start: number, length: number): number {
  const end = start + length;
  if (end >= text.length) return text.length;
  const line = text.lastIndexOf("\n", end - 1) + 1;
  if (line > start + length / 2) return line;
  return isInsideCharacter(text, end) ? end - 1 : end;
}

function isInsideCharacter(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
