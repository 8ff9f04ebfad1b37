/**
 * Why a name would not be read as it is, as the end of a sentence: it has characters that nobody sees, that are drawn
 * elsewhere than they stand, or that are drawn like others. After UTS 39, Unicode's security mechanisms.
 */
export function unreadableFault(name: string): string | undefined {
  if (hidden.test(name)) return hiddenFault(name);
  // Of two ways to write one letter one is right, and neither full-width nor ligatures are: else one name would be two.
  if (name.normalize('NFKC') !== name) return 'is not in the normal form NFKC of Unicode';
  for (const [run] of name.matchAll(runs)) {
    if (scripts().families.some((family) => family.test(run)) || !scripts().known.test(run)) continue;
    return `mixes ${scriptsOf(run)} in \`${run}\``;
  }
  if (/[0-9]/.test(name) && otherDigits.test(name)) return 'mixes digits of two scripts';
  return undefined;
}

// Control and format characters (zero width, bidirectional, tags), what is drawn as nothing (fillers, variation
// selectors), separators and blanks other than the plain one, and what has no meaning that everybody shares.
const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

const faults: readonly (readonly [pattern: RegExp, fault: string])[] = [
  [/\p{Cs}/u, 'holds half of a surrogate pair'],
  [/\p{Cc}/u, 'holds a control character'],
  [/[\p{Zl}\p{Zp}]/u, 'holds a line separator'],
  [/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/, 'holds a character that turns the reading direction'],
  [/\p{Zs}/u, 'holds a blank other than the plain one'],
  [/[\p{Co}\p{Cn}]/u, 'holds a character that Unicode gives no meaning'],
];

function hiddenFault(name: string): string {
  // A plain blank is one of `Zs`, and may stand within a name.
  const odd = name.replaceAll(' ', '');
  return faults.find(([pattern]) => pattern.test(odd))?.[1] ?? 'holds a character that cannot be seen';
}

/** What stands between punctuation, blanks and plain digits: `иван@example.com` may be of two scripts, `аna` may not. */
const runs = /(?:[\p{L}\p{M}]|(?![0-9])\p{Nd})+/gu;
const otherDigits = /(?![0-9])\p{Nd}/u;

interface Scripts {
  /**
   * The letters that one name may be of: a script, or those that a language is written in together, which UTS 39 calls
   * highly restrictive. Marks and letters of no script of their own (`Zinh`, `Zyyy`) go with any.
   */
  readonly families: readonly RegExp[];
  /** Scripts of few are not told from one another; they may not be mixed with these, which all the others look like. */
  readonly known: RegExp;
}

let made: Scripts | undefined;

/** Made when the first name of other letters comes: V8 takes milliseconds to put these sets together. */
function scripts(): Scripts {
  return (made ??= {
    families: [
      /^[\p{scx=Latn}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Cyrl}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Grek}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Latn}\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Latn}\p{scx=Hani}\p{scx=Hang}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Latn}\p{scx=Hani}\p{scx=Bopo}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Arab}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Hebr}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Armn}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Geor}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Ethi}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Deva}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Beng}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Guru}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Gujr}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Orya}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Taml}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Telu}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Knda}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Mlym}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Sinh}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Thai}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Laoo}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Khmr}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Mymr}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Tibt}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
      /^[\p{scx=Thaa}\p{scx=Zyyy}\p{sc=Zinh}]+$/u,
    ],
    known:
      /[\p{scx=Latn}\p{scx=Cyrl}\p{scx=Grek}\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Arab}\p{scx=Hebr}\p{scx=Armn}\p{scx=Geor}\p{scx=Ethi}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Thaa}]/u,
  });
}

/** Those that are taken for one another most. */
const named: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Latin', /\p{sc=Latn}/u],
  ['Cyrillic', /\p{sc=Cyrl}/u],
  ['Greek', /\p{sc=Grek}/u],
  ['Armenian', /\p{sc=Armn}/u],
  ['Hebrew', /\p{sc=Hebr}/u],
  ['Arabic', /\p{sc=Arab}/u],
  ['Cherokee', /\p{sc=Cher}/u],
];

function scriptsOf(run: string): string {
  const found = named.filter(([, pattern]) => pattern.test(run)).map(([name]) => name);
  return found.length < 2
    ? 'letters of several scripts'
    : `${found.slice(0, -1).join(', ')} and ${found.at(-1)} letters`;
}
