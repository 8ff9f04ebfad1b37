import { assert } from 'chai';
import fc from 'fast-check';
import { readEnforceRequest } from '../../src/http/decisions/enforce-request.ts';
import type { PolicyQuestion } from '../../src/library/policy-engine.ts';
import { readPolicyQuestion } from '../../src/library/read-question.ts';
import { RolebookError } from '../../src/policy/errors.ts';
import { lawRuns } from '../support/law-runs.ts';
import { anyText } from '../support/any-text.ts';

const plain = { subject: 'ana@acme.example', workspace: 'support', permission: 'message:send' };

function read(question: unknown): unknown {
  return readPolicyQuestion(question as PolicyQuestion, 'user');
}

/** What is said of a question that is refused. */
function refusal(question: unknown): string {
  try {
    read(question);
  } catch (error) {
    assert.instanceOf(error, RolebookError);
    assert.strictEqual(error.code, 'usage');
    return error.message;
  }
  return assert.fail(`it was read: ${JSON.stringify(question)}`);
}

describe('a question asked in process', () => {
  it('is read as the sidecar reads it over HTTP, with everything that it may have', () => {
    const questions: object[] = [
      plain,
      { ...plain, scope: 'shared' },
      { ...plain, scope: ['personal', 'shared'] },
      { ...plain, workspace: undefined, organization: 'acme' },
      { ...plain, subject: { type: 'service', id: 'export' } },
      { ...plain, subject: { type: 'user', id: 'ana', properties: { team: ['a', null] } } },
      { ...plain, resource: { owner: 'ana', amount: 1.5, open: true, gone: undefined }, context: { ip: '10.0.0.1' } },
    ];
    for (const question of questions) {
      const body: unknown = JSON.parse(JSON.stringify(question));
      assert.deepEqual(JSON.stringify(read(question)), JSON.stringify(readEnforceRequest(body, 'user')));
    }
  });

  it('is refused wherever the sidecar refuses it, and never read as another one, whatever it is made of', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'ana',
        'support',
        'message:send',
        'é💩',
        '',
        '\ud800',
        ' a',
        'a"',
        'x'.repeat(65),
        '💩'.repeat(64),
      ),
      anyText({ maxLength: 300 }),
    );
    const value = fc.oneof(name, fc.jsonValue({ maxDepth: 3 }), fc.constant(undefined));
    const subject = fc.oneof(name, fc.record({ type: name, id: name, properties: value }), value);
    const scope = fc.oneof(name, fc.array(name, { maxLength: 9 }), value);
    const parts = {
      subject,
      workspace: value,
      permission: value,
      organization: value,
      scope,
      resource: value,
      context: value,
    };
    const wild = fc.record(parts, { requiredKeys: [] });
    const nearlyRight = wild.map((bent) => ({ ...plain, ...pick(bent) }));
    fc.assert(
      fc.property(fc.oneof(wild, nearlyRight, fc.jsonValue()), (question) => {
        const text = JSON.stringify(question) as string | undefined;
        if (text === undefined) return;
        let here: unknown;
        try {
          here = read(question);
        } catch (error) {
          assert.instanceOf(error, RolebookError);
          return;
        }
        assert.strictEqual(JSON.stringify(here), JSON.stringify(readEnforceRequest(JSON.parse(text), 'user')));
      }),
      { numRuns: lawRuns(1000) },
    );
  });

  it('says what is wrong with it, and is never decided', () => {
    const refused: readonly (readonly [unknown, RegExp])[] = [
      [undefined, /^a question is an object, not nothing$/],
      [null, /not `null`$/],
      ['ana', /not a string$/],
      [[plain], /not a list$/],
      [{}, /has no `workspace`, and no `organization`/],
      [{ ...plain, subject: undefined }, /has no `subject`$/],
      [{ ...plain, subject: null }, /its `subject` is an object, not `null`$/],
      [{ ...plain, subject: 7 }, /its `subject` is an object, not a number$/],
      [{ ...plain, subject: { id: 'ana' } }, /has no `subject.type`$/],
      [{ ...plain, subject: { type: 'user', id: '' } }, /has an empty `subject.id`$/],
      [{ ...plain, subject: { type: 'user', id: 'ana', role: 'owner' } }, /means nothing: `subject.role`$/],
      [{ ...plain, subject: 'a"b' }, /has a `subject` that holds `"`$/],
      [{ ...plain, workspace: '' }, /has an empty `workspace`$/],
      [{ ...plain, workspace: null }, /no text as `workspace`, but `null`$/],
      [{ ...plain, organization: 'acme' }, /has both `workspace` and `organization`$/],
      [{ ...plain, permission: ['message:send'] }, /no text as `permission`, but a list$/],
      [{ ...plain, permission: 'x'.repeat(129) }, /a `permission` of more than 128 characters$/],
      [{ ...plain, permission: 'a:\ud800' }, /half of a surrogate pair in `permission`$/],
      [{ ...plain, scope: [] }, /an empty list as `scope`$/],
      [{ ...plain, scope: ['a', 'a'] }, /the scope `a` twice$/],
      [{ ...plain, scope: 'abcdefgh'.split('') }, /has 8 scopes, and at most 7 can be$/],
      [{ ...plain, ressource: { owner: 'ana' } }, /means nothing: `ressource`$/],
      [{ ...plain, minRevision: '3f9c2a1b7d4e' }, /means nothing: `minRevision`$/],
    ];
    for (const [question, message] of refused) assert.match(refusal(question), message);
  });

  it('has plain data as attributes, of whatever realm, and nothing that would be lost as JSON', async () => {
    const { runInNewContext } = await import('node:vm');
    read({ ...plain, resource: runInNewContext('({ owner: "ana", parts: [{ a: 1 }] })') as object });
    read({ ...plain, resource: Object.assign(Object.create(null) as object, { owner: 'ana' }) });
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    let deep: unknown = 'end';
    for (let level = 0; level < 40; level += 1) deep = { deep };
    const refused: readonly (readonly [unknown, RegExp])[] = [
      [null, /no plain object as `resource`, but `null`$/],
      ['ana', /no plain object as `resource`, but a string$/],
      [[1], /but a list$/],
      [new Date(0), /but a Date$/],
      [new Map([['owner', 'ana']]), /but an object of a class$/],
      [{ at: new Date(0) }, /has a Date in `resource`, at `resource.at`$/],
      [{ a: { b: [1, () => true] } }, /has a function in `resource`, at `resource.a.b.1`$/],
      [{ a: [undefined] }, /has nothing in `resource`, at `resource.a.0`$/],
      [{ a: 1n }, /has a bigint in/],
      [{ a: Symbol('a') }, /has a symbol in/],
      [{ a: NaN }, /has the number `NaN` in/],
      [{ a: Infinity }, /has the number `Infinity` in/],
      [{ a: 2 ** 53 }, /has a number that may not be exact in/],
      [{ a: new URL('https://acme.example') }, /has an object of a class in/],
      [circle, /has more than 32 levels in/],
      [{ deep }, /has more than 32 levels in/],
      [{ many: Array.from({ length: 10_001 }, () => 0) }, /has more than 10000 values in/],
    ];
    for (const [resource, message] of refused) assert.match(refusal({ ...plain, resource }), message);
    for (const [properties] of refused.slice(3)) {
      refusal({ ...plain, subject: { type: 'user', id: 'ana', properties } });
      refusal({ ...plain, context: properties });
    }
  });
});

function pick(bent: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(bent).slice(0, 2));
}
