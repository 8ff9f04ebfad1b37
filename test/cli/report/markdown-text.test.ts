import { assert } from 'chai';
import fc from 'fast-check';
import { codeCell, codeSpan, sentenceOf, wordsOf } from '../../../src/cli/report/markdown-text.ts';
import { printable } from '../../../src/cli/report/printable.ts';
import { hostilePieces, hostileText, renderMarkdown, structureOf } from './markdown-structure.ts';
import { lawRuns } from '../../support/law-runs.ts';

const runs = { numRuns: lawRuns(500) };
const shown = (text: string): string => (text === '' ? ' ' : printable(text.toWellFormed()));

/** What micromark shows of code: line breaks are gone already, one blank at each end goes. */
function inCode(text: string): string {
  return shown(text).replace(/^ (.*[^ ].*) $/, '$1');
}

describe('a text of somebody else, in Markdown', () => {
  it('as code is what it is, and nothing but code', () => {
    const check = (text: string): void => {
      const { tags, text: found } = renderMarkdown(`before ${codeSpan(text)} after`);
      assert.deepEqual(tags, ['<p>', '<code>', '</code>', '</p>'], JSON.stringify(text));
      assert.equal(found.replace(/^before (.*) after$/s, '$1'), inCode(text), JSON.stringify(text));
    };
    for (const piece of hostilePieces) check(piece);
    fc.assert(fc.property(hostileText, check), runs);
  });

  it('as code in a table stays in its cell', () => {
    const cells = ['<td>', '<code>', '</code>', '</td>'];
    const head = [
      '<table>',
      '<thead>',
      '<tr>',
      '<th>',
      '</th>',
      '<th>',
      '</th>',
      '</tr>',
      '</thead>',
      '<tbody>',
      '<tr>',
    ];
    const end = ['</tr>', '</tbody>', '</table>'];
    const check = (text: string): void => {
      const { tags } = renderMarkdown(`| a | b |\n|---|---|\n| ${codeCell(text)} | ${codeCell(text)} |\n`);
      assert.deepEqual(tags, [...head, ...cells, ...cells, ...end], JSON.stringify(text));
    };
    for (const piece of hostilePieces) check(piece);
    fc.assert(fc.property(hostileText, check), runs);
  });

  it('among words is words or code, in a list and in a table', () => {
    const item = ['<ul>', '<li>', '</li>', '</ul>'];
    const check = (text: string): void => {
      for (const safe of [wordsOf(text), sentenceOf(text), sentenceOf(`role \`${text}\` is gone`)])
        assert.deepEqual(structureOf(`- ${safe}`), item, JSON.stringify(text));
      const row = (cell: string): string => `| a |\n|---|\n| ${cell} |\n`;
      const wanted = structureOf(row('x'));
      for (const safe of [
        wordsOf(text, codeCell),
        sentenceOf(text, codeCell),
        sentenceOf(`role \`${text}\``, codeCell),
      ])
        assert.deepEqual(structureOf(row(safe)), wanted, JSON.stringify(text));
    };
    for (const piece of hostilePieces) check(piece);
    fc.assert(fc.property(hostileText, check), runs);
  });

  it('among words is code when GitHub or GitLab would make a reference of it', () => {
    for (const text of [
      '@acme/admins',
      '#123',
      'GH-12',
      'gh-12',
      'acme/access#1',
      'acme/access@3f9c2a1b7d4e',
      'since 3f9c2a1b7d4e',
      '!12',
      '%v1',
      '~label',
      '$x^2$',
      ':octocat:',
      'see www.evil.example',
      'http://evil.example',
      'eve@evil.example',
      '1. x',
      '- x',
      '[^1]',
    ])
      assert.match(wordsOf(text), /^`.*`$/, text);
  });

  it('is left as it is where it is plain words', () => {
    for (const text of [
      'Send messages',
      'invite and manage teammates',
      'Nachrichten, Kommentare und Entwürfe (eigene)',
      'Support: EMEA, 24/7',
      'team-lead → admin',
      'don’t "ask"; it’s 100 %',
      'メッセージを送る',
      'Deploy 🚀',
      '',
    ])
      assert.equal(wordsOf(text), text);
    const told = '2 members with `team-lead` in `support` can make themselves `admin`: `team-lead` → `admin`';
    assert.equal(sentenceOf(told), told);
  });

  it('never lets two codes touch', () => {
    assert.deepEqual(renderMarkdown(sentenceOf('`a``b`')).tags, [
      '<p>',
      '<code>',
      '</code>',
      '<code>',
      '</code>',
      '</p>',
    ]);
    assert.deepEqual(structureOf(sentenceOf('`a`<b>`c`')), ['<p>', '</p>']);
  });
});
