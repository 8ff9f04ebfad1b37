import fc from 'fast-check';

/** One thing that happens to a text; places are parts of a million of its length or of its lines. */
export interface TextMutation {
  readonly kind: (typeof kinds)[number];
  readonly at: number;
  readonly to: number;
  readonly piece: string;
}

const kinds = [
  'insert',
  'delete',
  'replace',
  'copy',
  'drop-line',
  'copy-line',
  'move-line',
  'indent',
  'swap-word',
] as const;

/** What YAML, Unicode, JavaScript and the policy's own words offer somebody who looks for a way in. */
const pieces = [
  ...':-?[]{},#&*!|>\'"%@` \n\t~0'.split(''),
  ...[
    '\r\n',
    '\r',
    '\u0000',
    '\u0085',
    '\u2028',
    '\u202e',
    '\ufeff',
    '\u200b',
    '\ud800',
    '😀',
    '\u0430',
    '\u0441\u043e',
  ],
  ...[
    '---\n',
    '...\n',
    '%YAML 1.2\n',
    '<<: ',
    '&a ',
    '*a',
    '!!str ',
    '!!js/function ',
    '? ',
    ': ',
    '- ',
    '|\n',
    '>-\n',
  ],
  ...[
    '__proto__: ',
    'constructor: ',
    'null',
    '~',
    'true',
    '0x1F',
    '1e999',
    '.inf',
    '.nan',
    '2026-11-20',
    '\\u202e',
    '\\x00',
  ],
  ...['"*"', '"*@personal"', '"tag:*"', '*', 'message:send', '"message:send@shared"', 'conversation:assign'],
  ...['member', 'workspace-admin', 'company-admin', 'team-lead', 'trainee', 'ana@acme.example', 'olu@acme.example'],
  ...['roles:\n', 'members:\n', 'grants: ["*"]', 'denies: ["*"]', 'extends: workspace-admin', 'without: ["*"]'],
  ...['spans: organization', 'until: 2020-01-01', 'from: 2030-01-01', 'baseline: ["*"]\n', 'holders: 1'],
];

export const textMutations = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    at: fc.integer({ min: 0, max: 999_999 }),
    to: fc.integer({ min: 0, max: 999_999 }),
    piece: fc.constantFrom(...pieces),
  }),
  { minLength: 1, maxLength: 6 },
);

export function mutateText(text: string, mutations: readonly TextMutation[]): string {
  return mutations.reduce(mutate, text);
}

function mutate(text: string, { kind, at, to, piece }: TextMutation): string {
  const start = placeIn(text.length + 1, at);
  const end = Math.min(text.length, start + 1 + placeIn(12, to));
  const lines = text.split('\n');
  const line = placeIn(lines.length, at);
  const other = placeIn(lines.length, to);
  switch (kind) {
    case 'insert':
      return text.slice(0, start) + piece + text.slice(start);
    case 'delete':
      return text.slice(0, start) + text.slice(end);
    case 'replace':
      return text.slice(0, start) + piece + text.slice(end);
    case 'copy':
      return text.slice(0, end) + text.slice(start, end) + text.slice(end);
    case 'drop-line':
      return lines.toSpliced(line, 1).join('\n');
    case 'copy-line':
      return lines.toSpliced(other, 0, lines[line] ?? '').join('\n');
    case 'move-line':
      return lines
        .toSpliced(line, 1)
        .toSpliced(other, 0, lines[line] ?? '')
        .join('\n');
    case 'indent':
      return lines.with(line, to % 2 === 0 ? `  ${lines[line] ?? ''}` : (lines[line] ?? '').slice(2)).join('\n');
    case 'swap-word':
      return swapWord(text, placeIn(1000, at), placeIn(1000, to));
  }
}

// One word of the file takes the place of another: the file stays as legible as it was.
function swapWord(text: string, from: number, to: number): string {
  const words = [...text.matchAll(/[\w@.:*-]+/g)];
  const [source, target] = [words[from % words.length], words[to % words.length]];
  if (!source || !target) return text;
  return text.slice(0, target.index) + source[0] + text.slice(target.index + target[0].length);
}

function placeIn(length: number, part: number): number {
  return Math.floor((part / 1_000_000) * length);
}
