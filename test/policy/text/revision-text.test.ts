import { assert } from 'chai';
import * as fc from 'fast-check';
import { formatDatabaseRevision } from '../../../src/policy/database-revision.ts';
import { formatRevision, parseRevision, shortenDigest, type Revision } from '../../../src/policy/text/revision-text.ts';

const digits = (base: number): string[] => Array.from({ length: base }, (_, value) => value.toString(base));
const hex = digits(16);
const textOf = (characters: readonly string[], minLength: number, maxLength = minLength): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

const policy = textOf(hex, 12);
const token = textOf(digits(36), 4, 32);
const sequence = fc.integer({ min: 1, max: 999_999_999_999_999 });

const right: fc.Arbitrary<Revision> = fc.oneof(
  fc.record({ kind: fc.constant('files' as const), policy }),
  fc.record({ kind: fc.constant('commit' as const), policy, commit: textOf(hex, 12, 64) }),
  fc.record({
    kind: fc.constant('database' as const),
    policy,
    sequence,
    token: fc.option(token, { nil: undefined }),
  }),
);

/** Ways to write one of them wrongly. */
const mistakes: readonly ((text: string) => string)[] = [
  (text) => ` ${text}`,
  (text) => `${text}\n`,
  (text) => text.slice(1),
  (text) => `${text}.`,
  (text) => `${text}-`,
  (text) => `${text}@`,
  (text) => `f${text}`,
  (text) => `${text.slice(0, 12).replace(/^./, 'G')}${text.slice(12)}`,
  (text) => `${text.slice(0, 12)}.0${text.slice(12)}`,
  (text) => `${text.slice(0, 12)}@${'0'.repeat(11)}`,
  (text) => `${text.slice(0, 12)}.1-${'k'.repeat(33)}`,
  (text) => `${text}é`,
  (text) => `"${text}"`,
];

describe('a revision', () => {
  it('is read as it was written, in each of its forms', () => {
    const forms: Record<string, Revision> = {
      '3f9c2a1b7d4e': { kind: 'files', policy: '3f9c2a1b7d4e' },
      '3f9c2a1b7d4e@0c9f2c7d1a54': { kind: 'commit', policy: '3f9c2a1b7d4e', commit: '0c9f2c7d1a54' },
      '3f9c2a1b7d4e.1234-h4k2': { kind: 'database', policy: '3f9c2a1b7d4e', sequence: 1234, token: 'h4k2' },
      '3f9c2a1b7d4e.1234': { kind: 'database', policy: '3f9c2a1b7d4e', sequence: 1234, token: undefined },
    };
    for (const [text, revision] of Object.entries(forms)) {
      assert.deepEqual(parseRevision(text), revision);
      assert.strictEqual(formatRevision(revision), text);
    }
    fc.assert(
      fc.property(right, (revision) => {
        assert.deepEqual(parseRevision(formatRevision(revision)), revision);
      }),
    );
  });

  it('is nothing that differs from these by a mistake', () => {
    const wrong = fc.tuple(right, fc.constantFrom(...mistakes));
    fc.assert(
      fc.property(wrong, ([revision, mistake]) => {
        const text = mistake(formatRevision(revision));
        assert.strictEqual(parseRevision(text), undefined, text);
      }),
    );
  });

  it('is no other text, and what is read is written in one way', () => {
    const others = ['', '3f9c2a1b7d4e.', '.1', '3f9c2a1b7d4e.0', '3f9c2a1b7d4e.01', '3f9c2a1b7d4e.-1', '3f9c2a1b7d4e@'];
    const more = ['3F9C2A1B7D4E.1', '3f9c2a1b7d4.1', '3f9c2a1b7d4ee.1', '3f9c2a1b7d4e.1e3', '3f9c2a1b7d4e.1.2'];
    const odd = [`3f9c2a1b7d4e.${'9'.repeat(16)}`, '3f9c2a1b7d4e.１', '3f9c2a1b7d4e.1-abc', '3f9c2a1b7d4e.1-ABCD'];
    const mixed = ['3f9c2a1b7d4e@0c9f2c7d1a5', '3f9c2a1b7d4e@0c9f2c7d1a54.1-h4k2', '3f9c2a1b7d4e.1-h4k2@0c9f2c7d1a54'];
    for (const text of [...others, ...more, ...odd, ...mixed]) assert.strictEqual(parseRevision(text), undefined, text);
    const near = fc.string({ unit: fc.constantFrom(...hex, '.', '-', '@', 'k', 'A'), maxLength: 40 });
    fc.assert(
      fc.property(near, (text) => {
        const revision = parseRevision(text);
        if (revision) assert.strictEqual(formatRevision(revision), text);
      }),
    );
  });

  it('of a database names the very event by a part of its token, and tells nothing of the rest', () => {
    const state = { sequence: 12, token: '9f1c22ab03de4f5566778899aabbccdd' };
    assert.strictEqual(formatDatabaseRevision('3f9c2a1b7d4e', state), '3f9c2a1b7d4e.12-9f1c22ab');
  });

  it('shows people the first twelve digits of a digest', () => {
    assert.strictEqual(shortenDigest('3f9c2a1b7d4e'.padEnd(64, '0')), '3f9c2a1b7d4e');
  });
});
