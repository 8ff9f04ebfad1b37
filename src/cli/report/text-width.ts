/** How many columns a text takes on a terminal. */
export function widthOf(text: string): number {
  if (plainPattern.test(text)) return text.length;
  return charactersOf(text).reduce((width, character) => width + characterWidth(character), 0);
}

// Nearly every text is plain, and taking one apart takes a hundred times as long.
const plainPattern = /^[ -~]*$/;

// Created when it is first needed, because that takes 15 ms and most runs find no problem.
let segmenter: Intl.Segmenter | undefined;

// What a reader sees as one character: a letter with its accents, an emoji with all its parts.
export function charactersOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const zeroWidthPattern = /^[\p{Mn}\p{Me}\u200b-\u200d\ufe00-\ufe0f]/u;
const emojiPattern = /^\p{Emoji_Presentation}/u;

export function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (zeroWidthPattern.test(character)) return 0;
  return isWide(code) || emojiPattern.test(character) ? 2 : 1;
}

// The blocks of East Asian wide characters (Unicode annex 11), coarse: a marker may be off by one beside rare signs.
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
