import { assert } from 'chai';
import fc from 'fast-check';
import { readBatch, readEnforceRequest } from '../../../src/http/decisions/enforce-request.ts';
import { parseJsonBody } from '../../../src/http/messages/json-text.ts';
import { readPlainBatch, readPlainRequest } from '../../../src/http/decisions/plain-request.ts';
import { limits } from '../../../src/policy/limits.ts';
import { lawRuns } from '../../support/law-runs.ts';
import { anyText } from '../../support/any-text.ts';

const plain = '{"subject":"ana@acme.example","workspace":"support","permission":"message:send","scope":"shared"}';

describe('reading a plain request in one go', () => {
  const readPlain = (text: string): unknown => readPlainRequest(Buffer.from(text), 'user');
  const readStrictly = (text: string): unknown => readEnforceRequest(parseJsonBody(Buffer.from(text)), 'user');

  it('reads it as the strict reader does, with and without blanks', () => {
    const texts = [plain, plain.replace(',"scope":"shared"', ''), plain.replaceAll(',', ', ').replaceAll(':"', ': "')];
    for (const text of texts) {
      assert.notStrictEqual(readPlain(text), undefined, text);
      assert.deepEqual(readPlain(text), readStrictly(text), text);
    }
  });

  it('never reads what the strict reader refuses or reads differently, however a plain text is bent', () => {
    const signs = ['"', '\\', '\\"', '\\u0061', '{', '}', ',', ':', ' ', '\n', '\0', '\x7f', 'ä', '💩', '(', 'a'];
    const texts = ['"subject":"b",', '"scope":"b"', ',"scope":"b"', 'null', '[]', 'x'.repeat(300), '\u2028'];
    const bend = fc.record({
      at: fc.nat(plain.length),
      remove: fc.nat(3),
      insert: fc.oneof(fc.constantFrom(...signs, ...texts), anyText({ maxLength: 3 })),
    });
    fc.assert(
      fc.property(fc.array(bend, { minLength: 1, maxLength: 3 }), (bends) => {
        let text = plain;
        for (const { at, remove, insert } of bends) text = text.slice(0, at) + insert + text.slice(at + remove);
        const read = readPlain(text);
        if (read !== undefined) assert.deepEqual(read, readStrictly(text));
      }),
      { numRuns: lawRuns(5000) },
    );
  });

  it('leaves to the strict reader what is long, escaped, not ASCII, or in another order', () => {
    const long = 'x'.repeat(limits.subjectIdCharacters + 1);
    const ids = ['', 'än', '\\u0061na', 'a na', 'a(na', long].map((id) => plain.replace('ana@acme.example', id));
    const shapes = [plain.replace('"shared"', '["shared"]'), plain.replace('subject', 'context')];
    const names = ['support', 'message:send', 'shared'].map((name) => plain.replace(name, 'x'.repeat(129)));
    for (const text of ['', '{}', ...ids, ...names, ...shapes, `${plain}x`, ' '.repeat(500) + plain]) {
      assert.strictEqual(readPlain(text), undefined, text.slice(0, 100));
    }
    const invalid = Buffer.concat([Buffer.from(plain.slice(0, 15)), Buffer.from([0xff]), Buffer.from(plain.slice(15))]);
    assert.strictEqual(readPlainRequest(invalid, 'user'), undefined);
  });
});

describe('reading a plain batch in one go', () => {
  const batchOf = (...items: string[]): string => `{"requests":[${items.join(',')}]}`;
  const other = plain.replace('ana@acme.example', 'bo@acme.example').replace(',"scope":"shared"', '');
  const readPlain = (text: string): unknown => readPlainBatch(Buffer.from(text), 'user');
  const readStrictly = (text: string): unknown =>
    readBatch(parseJsonBody(Buffer.from(text))).map((item) => readEnforceRequest(item, 'user'));

  it('reads it as the strict reader does, with and without blanks, up to a full one', () => {
    const full = batchOf(...Array.from({ length: limits.batchRequests }, (_, index) => (index % 2 ? plain : other)));
    for (const text of [batchOf(plain), batchOf(plain, other), full]) {
      for (const written of [text, text.replaceAll(',', ', ').replaceAll(':"', ': "').replace(':[', ': [')]) {
        assert.notStrictEqual(readPlain(written), undefined, written.slice(0, 300));
        assert.deepEqual(readPlain(written), readStrictly(written));
      }
    }
  });

  it('never reads what the strict reader refuses or reads differently, however a plain batch is bent', () => {
    const batch = batchOf(plain, other, plain);
    const texts = [
      ',',
      '{}',
      ']',
      ']}',
      `,${plain}`,
      plain,
      other,
      '"a":1,',
      '"requests":[],',
      '\n',
      '\0',
      'ä',
      '"',
      '\\',
    ];
    const bend = fc.record({ at: fc.nat(batch.length), remove: fc.nat(3), insert: fc.constantFrom('', ...texts) });
    fc.assert(
      fc.property(fc.array(bend, { minLength: 1, maxLength: 3 }), (bends) => {
        let text = batch;
        for (const { at, remove, insert } of bends) text = text.slice(0, at) + insert + text.slice(at + remove);
        const read = readPlain(text);
        if (read !== undefined) assert.deepEqual(read, readStrictly(text));
      }),
      { numRuns: lawRuns(5000) },
    );
  });

  it('leaves to the strict reader what is empty, too many, or holds one request that is not plain', () => {
    const crowd = batchOf(...Array.from({ length: limits.batchRequests + 1 }, () => plain));
    const odd = ['{}', 'null', plain.replace('"shared"', '["shared"]'), plain.replace('ana', '\\u0061na'), ''];
    const broken = [batchOf(plain).slice(0, -1), `${batchOf(plain)} `, batchOf(plain, ''), `[${plain}]`, plain, ''];
    for (const text of [batchOf(), crowd, ...odd.map((item) => batchOf(plain, item)), ...broken]) {
      assert.strictEqual(readPlain(text), undefined, text.slice(0, 100));
    }
  });
});
