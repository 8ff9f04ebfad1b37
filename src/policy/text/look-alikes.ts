/**
 * Letters that one cannot tell from others, after the confusables of Unicode's UTS 39: of Cyrillic, Greek and Armenian,
 * and of Latin itself, those that look like a letter of ASCII in common fonts; of Hebrew, Arabic, Indic scripts, Thai, Lao
 * and Georgian the circles and strokes that pass for `o` and `l`; of Japanese the signs that kana share with one another
 * and with Han. Not covered: scripts of history or of few (Cherokee, Lisu, Coptic), Han signs among themselves, and letters
 * that differ by a mark that can be seen (`ł`, `ü`). Upper and lower case stay two, as everywhere.
 */
const lookAlikesOf: Readonly<Record<string, string>> = {
  a: '\u0430\u03b1\u0251',
  b: '\u044c\u0184\u0185',
  c: '\u0441\u1d04',
  d: '\u0501\u056a',
  e: '\u0435\u04bd',
  f: '\u0584\u03dd',
  g: '\u0261\u0581',
  h: '\u04bb\u0570',
  i: '\u0456\u03b9\u0131\u0269\u026a\u0582',
  j: '\u0458\u03f3\u0575',
  k: '\u043a\u03ba\u0138',
  l: '\u04cf\u01c0\u05c0\u05d5\u05df\u0627\u0661\u06f1\u0196\u2d4f',
  m: '\u043c\u1d0d',
  n: '\u043f\u0578\u057c\u03b7',
  o: '\u043e\u03bf\u03c3\u0585\u1d0f\u05e1\u0647\u06be\u06c1\u06d5\u0665\u06f5\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0d20\u0e50\u0ed0\u1040\u101d\u10ff\u3007',
  p: '\u0440\u03c1',
  q: '\u051b\u0563\u0566',
  r: '\u0433\u1d26',
  s: '\u0455\ua731',
  t: '\u0442\u03c4\u1d1b',
  u: '\u03c5\u057d\u028b\u1d1c',
  v: '\u0475\u03bd\u1d20',
  w: '\u051d\u0461\u1d21\u026f\u03c9',
  x: '\u0445\u03c7',
  y: '\u0443\u04af\u03b3\u0263\u028f',
  z: '\u1d22',
  A: '\u0410\u0391',
  B: '\u0412\u0392',
  C: '\u0421',
  E: '\u0415\u0395',
  F: '\u03dc',
  G: '\u050c',
  H: '\u041d\u0397',
  I: '\u0406\u04c0\u0399',
  J: '\u0408\u037f',
  K: '\u041a\u039a',
  L: '\u053c',
  M: '\u041c\u039c',
  N: '\u039d',
  O: '\u041e\u039f\u0555',
  P: '\u0420\u03a1',
  Q: '\u051a',
  S: '\u0405\u054f',
  T: '\u0422\u03a4',
  U: '\u054d',
  V: '\u0474',
  W: '\u051c',
  X: '\u0425\u03a7',
  Y: '\u0423\u03a5\u04ae',
  Z: '\u0396',
  '3': '\u0417\u04e0',
  '4': '\u09ea',
  '8': '\u0223',
  '\u3078': '\u30d8', // he
  '\u308a': '\u30ea', // ri
  '\u529b': '\u30ab', // ka, strength
  '\u53e3': '\u30ed', // ro, mouth
  '\u5de5': '\u30a8', // e, work
  '\u4e8c': '\u30cb', // ni, two
  '\u516b': '\u30cf', // ha, eight
  '\u535c': '\u30c8', // to, divination
  '\u5915': '\u30bf', // ta, evening
  '\u4e00': '\u30fc', // a long sound, one
};

const plainOf: ReadonlyMap<string, string> = new Map(
  Object.entries(lookAlikesOf).flatMap(([plain, others]) =>
    Array.from(others, (other): [string, string] => [other, plain]),
  ),
);

const ascii = /^[\x00-\x7f]*$/;

/**
 * What a text looks like: two texts with one skeleton cannot be told apart by looking. A text of ASCII is its own, which
 * most ids are, so that they cost nothing.
 */
export function skeletonOf(text: string): string {
  if (ascii.test(text)) return text;
  let skeleton = '';
  for (const letter of text) skeleton += plainOf.get(letter) ?? letter;
  return skeleton;
}

/** Nothing looks like it but a text that is not of ASCII. */
export function isAscii(text: string): boolean {
  return ascii.test(text);
}
