import { assert } from 'chai';
import fc from 'fast-check';
import { disposeSidecars, type Reply, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';

/** Subjects, workspaces, permissions and scopes of the small policy, and some that nobody knows. */
const question = fc.record(
  {
    subject: fc.constantFrom('ana@acme.example', 'bo@acme.example', 'cy@acme.example', 'olu@acme.example', 'mallory'),
    workspace: fc.constantFrom('support', 'sales', 'Support'),
    permission: fc.constantFrom('message:send', 'tag:create', 'comment:send', 'tag:creat', 'analytics:view', '-'),
    scope: fc.constantFrom('shared', 'personal', 'nothing'),
  },
  { requiredKeys: ['subject', 'workspace', 'permission'] },
);

/** A body that the plain reader gives up on, and that means the same. */
function bent(body: object): string {
  return JSON.stringify(body, null, 1);
}

describe('what is made by hand for speed answers as the long way does', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar()));
  after(disposeSidecars);

  const post = (path: string, body: string | object): Promise<Reply> => running.call(path, { method: 'POST', body });
  const answerOf = ({ status, text, headers }: Reply): unknown => [status, text, headers['content-type']];

  it('to a plain question, read in one go or strictly, past the router or through it', async () => {
    await fc.assert(
      fc.asyncProperty(question, async (asked) => {
        const plain = answerOf(await post('/v1/enforce', asked));
        assert.deepEqual(answerOf(await post('/v1/enforce', bent(asked))), plain);
        // A query that is not the very one that is looked for goes through Express.
        assert.deepEqual(answerOf(await post('/v1/enforce?', asked)), plain);
        const explained = answerOf(await post('/v1/enforce?explain', asked));
        assert.deepEqual(answerOf(await post('/v1/enforce?explain=true', asked)), explained);
        assert.deepEqual(answerOf(await post('/v1/enforce?explain=', bent(asked))), explained);
      }),
      { numRuns: 40 },
    );
  });

  it('to a batch, read in one go or strictly, and to its questions one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 1, maxLength: 8 }), async (requests) => {
        const reply = await post('/v1/enforce/batch', { requests });
        assert.deepEqual(answerOf(await post('/v1/enforce/batch', bent({ requests }))), answerOf(reply));
        const { decisions, revision } = reply.json as { decisions: object[]; revision: string };
        for (const [index, asked] of requests.entries()) {
          const alone = (await post('/v1/enforce', asked)).json;
          assert.deepEqual({ ...decisions[index], revision }, alone);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('to what is wrong: neither way lets through what the other refuses', async () => {
    const good = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
    const wrong = [
      { ...good, subject: '' },
      { ...good, workspace: '' },
      { ...good, permission: 7 },
      { ...good, scope: [] },
      { ...good, scope: ['shared', 'shared'] },
      { ...good, role: 'owner' },
      { ...good, subject: { type: 'user' } },
      { ...good, subject: 'a'.repeat(300) },
      { ...good, subject: ' ana@acme.example' },
      { ...good, minRevision: 'nothing' },
      [good],
    ];
    for (const body of wrong) {
      const text = JSON.stringify(body);
      const reply = await post('/v1/enforce', text);
      assert.strictEqual(reply.status, 400, text);
      for (const path of ['/v1/enforce?', '/v1/enforce?explain']) {
        assert.deepEqual(answerOf(await post(path, bent(body))), answerOf(reply), `${path} ${text}`);
      }
      const { code } = reply.json as { code: string };
      const batch = await post('/v1/enforce/batch', { requests: [good, body] });
      assert.include(batch.json as object, { status: 400, code }, text);
    }
  });
});
