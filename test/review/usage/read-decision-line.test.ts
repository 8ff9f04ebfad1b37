import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import fc from 'fast-check';
import { createSchemaCheck } from '../../../src/compile/schema/json-schema.ts';
import type { DecisionLine } from '../../../src/policy/decision-log/decision-line.ts';
import { limits } from '../../../src/policy/limits.ts';
import { readDecisionLine } from '../../../src/review/usage/read-decision-line.ts';
import { fullLine, lineWith, oldLine, wrongMembers } from '../../support/decision-texts.ts';
import { lawRuns } from '../../support/law-runs.ts';
import { anyText } from '../../support/any-text.ts';

const schema = new URL('../../../schemas/decision-line.schema.json', import.meta.url);
const violations = createSchemaCheck(JSON.parse(readFileSync(schema, 'utf8')) as object);

function faultOf(text: string): string | undefined {
  const read = readDecisionLine(text);
  return 'fault' in read ? `${read.fault}: ${read.message}` : undefined;
}

describe('a line of the decision log', () => {
  it('is read with all that it has', () => {
    const read = readDecisionLine(JSON.stringify(fullLine));
    assert.deepEqual(read, { line: fullLine, atMs: Date.UTC(2026, 10, 21, 21, 2, 4, 189) });
  });

  it('is read as older versions wrote it', () => {
    const read = readDecisionLine(oldLine);
    assert.deepEqual(read, { line: JSON.parse(oldLine) as DecisionLine, atMs: Date.UTC(2026, 10, 21, 21, 2, 4, 189) });
    assert.deepEqual(violations(JSON.parse(oldLine)), []);
  });

  it('may have members and reasons of a later version', () => {
    const later = { ...fullLine, decision: false, reason: 'too-late', weather: { of: ['any', { kind: 1 }] } };
    assert.isUndefined(faultOf(JSON.stringify(later)));
    assert.deepEqual(violations(later), []);
  });

  it('may begin with a mark of byte order, end with a carriage return, and stand between blanks', () => {
    for (const text of [`\ufeff${oldLine}`, `${oldLine}\r`, `\ufeff${oldLine}\r`, `  ${oldLine}\t`]) {
      assert.isUndefined(faultOf(text));
    }
  });

  it('may say of what it does not have that it is null', () => {
    const { time, id, revision, subject, organization, permission, decision, reason } = JSON.parse(
      oldLine,
    ) as DecisionLine;
    const nulls = { workspace: null, scope: null, foundScope: null, role: null, group: null, attributes: null };
    const text = { ...nulls, time, id, revision, subject, organization, permission, decision, reason, request: null };
    const read = readDecisionLine(JSON.stringify(text));
    assert.deepEqual('line' in read && read.line, JSON.parse(oldLine));
    assert.deepEqual(violations(text), []);
  });

  it('may have any offset of time', () => {
    const read = readDecisionLine(lineWith('time', '2026-11-21T23:02:04.189123+02:00'));
    assert.equal('atMs' in read && read.atMs, Date.UTC(2026, 10, 21, 21, 2, 4, 189));
  });

  const texts: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['nothing', '', /^blank: /],
    ['blanks', ' \t\r', /^blank: /],
    ['a mark of byte order alone', '\ufeff', /^blank: /],
    ['zero bytes', '\0\0\0\0', /^zeros: /],
    ['zero bytes before a line', `\0\0${oldLine}`, /^zeros: /],
    ['a line cut in the middle', oldLine.slice(0, 90), /^cut-off: the line is cut off after `8/],
    ['the end of a line', oldLine.slice(90), /^not-json: /],
    ['two lines in one', oldLine + oldLine, /^not-json: /],
    ['a line of another log', '21:02 GET /healthz 200', /^cut-off: /],
    ['a text', '"granted"', /^not-a-decision: the line is no JSON object/],
    ['a list', `[${oldLine}]`, /^not-a-decision: the line is no JSON object/],
    ['null', 'null', /^not-a-decision: the line is no JSON object/],
    [
      'a line of the log of the sidecar',
      '{"level":30,"time":"2026-11-21T21:02:04.189Z","msg":"x"}',
      /^not-a-decision: `id`/,
    ],
    ['a day that is none', lineWith('time', '2026-02-30T21:02:04Z'), /^not-a-decision: `time` is no time/],
    ['an hour that is none', lineWith('time', '2026-02-20T24:02:04Z'), /^not-a-decision: `time` is no time/],
    ['much too much', lineWith('request', 'x'.repeat(limits.decisionLineCharacters)), /^too-long: /],
  ];
  for (const [what, text, message] of texts) {
    it(`is not read where there is ${what}`, () => assert.match(faultOf(text) ?? 'read', message));
  }

  for (const [name, value] of wrongMembers) {
    it(`is no decision with the ${name} ${value === undefined ? 'missing' : JSON.stringify(value)}, and neither by the schema`, () => {
      const text = lineWith(name, value);
      assert.match(faultOf(text) ?? 'read', /^not-a-decision: /);
      assert.notDeepEqual(violations(JSON.parse(text)), []);
    });
  }

  it('is read or not, whatever it holds, and never throws', () => {
    const cut = fc.tuple(fc.nat(400), fc.nat(400)).map(([from, to]) => JSON.stringify(fullLine).slice(from, to));
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.json(), cut), (text) => {
        const read = readDecisionLine(text);
        assert.isTrue('fault' in read ? read.message.length < 200 : read.line.subject.id !== '');
      }),
    );
  });

  it('is read or not as the schema says', () => {
    const odd = fc.oneof(
      fc.constantFrom(undefined, null, '', 'granted', 'not-granted', 7, true, false, [], {}),
      fc.array(fc.constantFrom('', 'shared', 7)),
      fc.record({ type: fc.constantFrom('user', '', 7), id: fc.constantFrom('ana', '', null) }),
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.array(fc.boolean()), fc.constant({}))),
    );
    const changes = fc.array(fc.tuple(fc.constantFrom(...Object.keys(fullLine), 'organization', 'other'), odd), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(changes, (changed) => {
        const text = JSON.stringify({ ...fullLine, ...Object.fromEntries(changed) });
        assert.equal(faultOf(text) === undefined, violations(JSON.parse(text)).length === 0, text);
      }),
      { numRuns: lawRuns(1000) },
    );
  });
});
