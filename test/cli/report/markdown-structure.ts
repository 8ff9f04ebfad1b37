import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** What GitHub's Markdown makes of a text: its tags in order, with all attributes, and what stands between them. */
export function renderMarkdown(markdown: string): { tags: string[]; text: string } {
  // Without its filter of dangerous tags, so that none is overlooked.
  const { enter, exit } = gfmHtml();
  const options = { allowDangerousHtml: true, allowDangerousProtocol: true };
  const html = micromark(markdown, { ...options, extensions: [gfm()], htmlExtensions: [{ enter, exit }] });
  const tags = html.match(/<[^>]*>/g) ?? [];
  return { tags: [...tags], text: decode(html.replaceAll(/<[^>]*>/g, '')) };
}

/** The same without code, of which a hostile name may be another number than a harmless one. */
export function structureOf(markdown: string): string[] {
  return renderMarkdown(markdown).tags.filter((tag) => !/^<\/?code>$/.test(tag));
}

function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

/** What somebody would write into a title who wants it to mean more. */
export const hostilePieces = [
  ...'`*_~|\\<>[]()!#@$^&=+-:;/%"\'{} '.split(''),
  ...[
    '``',
    '```',
    '~~~',
    '\\|',
    '\\\\|',
    '`|`',
    '\\`',
    '&#35;',
    '&lt;h1&gt;',
    '\n',
    '\r\n',
    '\n\n# ',
    '\n- ',
    '\n    ',
  ],
  ...[
    '# Access',
    '## x',
    '- [ ] x',
    '1. x',
    '> x',
    '---',
    '===',
    '|---|',
    '| a | b |',
    '<h3>',
    '</details>',
    '<!--',
    '-->',
  ],
  ...[
    '<img src=x onerror=alert(1)>',
    '![x](http://evil.example/p.png)',
    '[log in](http://evil.example)',
    '[x]: http://x.y',
  ],
  ...['http://evil.example', 'https://evil.example/a?b', 'www.evil.example', 'eve@evil.example', '<eve@evil.example>'],
  ...[
    'mailto:eve@evil.example',
    'xmpp:eve@evil.example',
    '@acme/admins',
    '#123',
    'GH-12',
    'acme/access#1',
    '!12',
    '%v1',
  ],
  ...[
    '~label',
    ':octocat:',
    '$x^2$',
    '[^1]',
    '[^1]: note',
    '**b**',
    '_i_',
    '~~s~~',
    '/merge',
    '::error::x',
    '##[group]',
  ],
  ...[
    'deadbeef',
    '3f9c2a1b7d4e',
    '\u0000',
    '\u001b[2J',
    '\u202e',
    '\u2028',
    '\u200b',
    '\u007f',
    '😀',
    'ana',
    'x y',
    '\t',
  ],
];

export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...hostilePieces), fc.string({ maxLength: 3 })), { maxLength: 8 })
  .map((pieces) => pieces.join(''));
