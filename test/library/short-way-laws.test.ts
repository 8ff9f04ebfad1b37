import { assert } from 'chai';
import fc from 'fast-check';
import { loadPolicy, type PolicyEngine, type PolicyQuestion, RolebookError } from '../../src/library/library.ts';
import { lawRuns } from '../support/law-runs.ts';
import { createPolicyFolder, type PolicyFolder, smallPolicy } from '../support/policy-folder.ts';

const known = { subject: 'ana@acme.example', workspace: 'support', permission: 'conversation:assign' };

/** A question with what a class has, which is in no list of its members. */
class Asked {
  readonly subject = known.subject;
  readonly workspace = known.workspace;
  readonly permission = known.permission;
  readonly #more: Readonly<Record<string, unknown>>;
  constructor(more: Readonly<Record<string, unknown>> = {}) {
    this.#more = more;
  }
  get organization(): unknown {
    return this.#more['organization'];
  }
  get scope(): unknown {
    return this.#more['scope'];
  }
  get resource(): unknown {
    return this.#more['resource'];
  }
}

/** Each is refused, although somebody is asked about who was asked about before. */
const wrong: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  'a text': 'ana@acme.example',
  'an empty text': '',
  'a number': 7,
  'a list': [known],
  'a list with the members of a question': Object.assign([], known),
  'an empty object': {},
  'a function with the members of a question': Object.assign(() => true, known),
  'no subject': { ...known, subject: undefined },
  'a subject that is a number': { ...known, subject: 7 },
  'a subject that is a list': { ...known, subject: [known.subject] },
  'a subject made of a text': { ...known, subject: Object('ana@acme.example') as object },
  'a subject with blanks': { ...known, subject: `${known.subject} ` },
  'no workspace': { ...known, workspace: undefined },
  'a workspace that is null': { ...known, workspace: null },
  'a workspace that is a list': { ...known, workspace: ['support'] },
  'a workspace with half a surrogate pair': { ...known, workspace: 'support\ud800' },
  'a permission that is a list': { ...known, permission: [known.permission] },
  'a permission that is an object': { ...known, permission: { toString: () => known.permission } },
  'an empty permission': { ...known, permission: '' },
  'both places': { ...known, organization: 'acme' },
  'an organization that is null': { ...known, organization: null },
  'a scope that is a number': { ...known, scope: 1 },
  'an empty list of scopes': { ...known, scope: [] },
  'a resource that is null': { ...known, resource: null },
  'a resource that is a text': { ...known, resource: 'a' },
  'a resource of a class': { ...known, resource: new Date(0) },
  'a context that is a list': { ...known, context: [] },
  'a misspelt member': { ...known, ressource: {} },
  'a misspelt member without a value': { ...known, scopes: undefined },
  'a misspelt member of what it is made from': Object.assign(Object.create({ scopes: 'own' }) as object, known),
  'a class with both places': new Asked({ organization: 'acme' }),
  'a class with a scope that is none': new Asked({ scope: 7 }),
  'a class with a resource that is none': new Asked({ resource: 'a' }),
};

function outcomeOf(ask: () => boolean): unknown {
  try {
    return ask();
  } catch (error) {
    assert.instanceOf(error, RolebookError);
    return { code: error.code, message: error.message, help: error.help };
  }
}

describe('a decision the short way', () => {
  let folder: PolicyFolder;
  let engine: PolicyEngine;
  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    engine = await loadPolicy(folder.root);
    assert.isTrue(engine.decide(known));
    assert.isTrue(engine.decide(known));
  });
  afterEach(async () => {
    await engine.close();
    await folder.dispose();
  });

  // A reason is always found the long way, by a question that was read letter by letter.
  const decided = (question: unknown): unknown => outcomeOf(() => engine.decide(question as PolicyQuestion));
  const explained = (question: unknown): unknown =>
    outcomeOf(() => engine.explain(question as PolicyQuestion).decision);

  for (const [name, question] of Object.entries(wrong)) {
    it(`refuses ${name} in the words of the long way`, () => {
      const outcome = decided(question);
      assert.isObject(outcome);
      assert.deepEqual(outcome, explained(question));
    });
  }

  it('is taken by a class and by an object without a prototype, too', () => {
    assert.isTrue(decided(new Asked()));
    assert.isTrue(decided(Object.assign(Object.create(null) as object, known)));
    assert.isFalse(decided({ ...known, subject: 'bo@acme.example' }));
    assert.isFalse(decided(new Asked({ scope: 'personal' })));
  });

  it('reads each member once, so that none is one thing when it is looked at and another when it decides', () => {
    const turns = ['bo@acme.example', 'ana@acme.example', 'ana@acme.example', 'ana@acme.example'];
    const question = {
      ...known,
      get subject() {
        return turns.shift();
      },
    };
    assert.isFalse(decided({ ...known, subject: 'bo@acme.example' }));
    assert.isFalse(decided(question));
  });

  it('asks the clock of those alone whose roles begin or end', async () => {
    const timed = 'workspace: sales\nmembers: { bo: [{ role: member, until: 2026-12-31 }], cy: member }\n';
    await folder.write('policies/sales.yaml', timed);
    let looks = 0;
    const at = Date.parse('2026-06-01T00:00:00Z');
    const clocked = await loadPolicy(folder.root, { now: () => ((looks += 1), at) });
    const question = { subject: 'cy', workspace: 'sales', permission: 'comment:send' };
    for (const subject of ['bo', 'cy']) assert.isTrue(clocked.decide({ ...question, subject }));
    looks = 0;
    assert.isTrue(clocked.decide(question));
    assert.strictEqual(looks, 0);
    assert.isTrue(clocked.decide({ ...question, subject: 'bo' }));
    assert.strictEqual(looks, 1);
    await clocked.close();
  });

  it('is that of the long way, whatever is asked', () => {
    const question = fc.record(
      {
        subject: fc.constantFrom<unknown>(
          'ana@acme.example',
          'bo@acme.example',
          'olu@acme.example',
          'nobody',
          'ana@acme.example\0',
          { type: 'user', id: 'ana@acme.example' },
          { type: 'robot', id: 'ana@acme.example' },
        ),
        workspace: fc.constantFrom('support', 'acme', 'nowhere', 'Support', '', undefined),
        organization: fc.constantFrom('acme', 'nowhere', null, undefined),
        permission: fc.constantFrom(
          ...[
            'conversation:assign',
            'message:send',
            'comment:send',
            'tag:create',
            'no:such',
            'conversation',
            '',
            '__proto__',
          ],
        ),
        scope: fc.constantFrom<unknown>('personal', 'shared', ['personal', 'shared'], 'none', undefined),
        resource: fc.constantFrom<unknown>(
          { owner: 'ana@acme.example' },
          { owner: 'bo@acme.example' },
          {},
          7,
          undefined,
        ),
        context: fc.constantFrom<unknown>({}, undefined),
        more: fc.constant(undefined),
      },
      { requiredKeys: ['subject', 'workspace', 'permission'] },
    );
    fc.assert(
      fc.property(question, (asked) => {
        const outcomes = [decided(asked), decided({ ...asked }), explained(asked)];
        assert.deepEqual(outcomes[0], outcomes[2]);
        assert.deepEqual(outcomes[1], outcomes[2]);
      }),
      { numRuns: lawRuns(2000) },
    );
  });
});
