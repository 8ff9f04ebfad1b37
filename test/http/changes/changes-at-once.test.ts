import { assert } from 'chai';
import type { AskedEdit } from '../../../src/review/changes/asked-edit.ts';
import { changedTexts } from '../../support/change-policy.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { runChangedSidecar, type ChangedPlace, type ChangedSidecar } from '../../support/changed-sidecar.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const file = 'policies/acme/support.yaml';
const title = (role: string, text: string, etag?: string): AskedEdit => ({
  ...{ edit: 'role.change', workspace: 'support', role, title: text },
  ...(etag === undefined ? {} : { etag }),
});

const defineRaces = (place: ChangedPlace): void => {
  let running: ChangedSidecar;
  beforeEach(async () => (running = await runChangedSidecar(place, { ...changedTexts })));
  afterEach(() => running.dispose());
  const post = (edits: readonly object[], query = '', headers: Record<string, string> = {}): Promise<Reply> =>
    running.call(`/v1/changes${query}`, { method: 'POST', headers, body: { actor: 'ana', edits } });
  const text = (): Promise<string> => running.textOf(file);
  // Without the commit that the policy began with.
  const listed = async (): Promise<readonly { change: string }[]> => {
    const { json } = await running.call('/v1/changes');
    return (json as { changes: { change: string; edits: object[] }[] }).changes.filter(({ edits }) => edits.length > 0);
  };

  it('of one role that two have seen alike: one is made, the other is told what is there now', async () => {
    const seen = (await post([title('writer', 'Seen')], '?preview')).json as { etags: string[] };
    const replies = await Promise.all(['One', 'Two'].map((one) => post([title('writer', one, seen.etags[0])])));
    assert.sameMembers(
      replies.map(({ status }) => status),
      [200, 409],
    );
    const late = replies.find(({ status }) => status === 409);
    const problem = expectProblem(late!, 409, 'changed-meanwhile');
    const now = problem['now'] as { etag: string; text: string };
    assert.match(now.text, /"title":"(One|Two)"/);
    assert.include(await text(), now.text.includes('One') ? 'title: One' : 'title: Two');
    // Whoever has looked again may make it.
    assert.equal((await post([title('writer', 'Three', now.etag)])).status, 200);
    assert.lengthOf(await listed(), 2);
  });

  it('of two roles of one file: both are made', async () => {
    const replies = await Promise.all([post([title('writer', 'One')]), post([title('lead', 'Two')])]);
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 200],
    );
    const now = await text();
    assert.include(now, 'title: One');
    assert.include(now, 'title: Two');
    assert.notEqual((replies[0].json as { change: string }).change, (replies[1].json as { change: string }).change);
  });

  it('by twenty: each that was told it is made is there once, and live', async function () {
    // Each is pushed.
    if (place === 'push') this.timeout(120_000);
    const names = Array.from({ length: 20 }, (_, index) => `new-${index}`);
    // Where a push takes long the last of them are told to send it again with the same key.
    const give = async (subject: string, index: number): Promise<Reply> => {
      const edits = [{ edit: 'member.set', workspace: 'support', subject, roles: ['writer'] }];
      for (;;) {
        const reply = await post(edits, '', { 'Idempotency-Key': `k${index}` });
        if (reply.status !== 503) return reply;
        expectProblem(reply, 503, 'changes-unavailable');
      }
    };
    const replies = await Promise.all(names.map(give));
    assert.deepEqual(
      replies.map(({ status }) => status),
      names.map(() => 200),
    );
    const { json: all } = await running.call('/v1/workspaces/support/permissions/doc:edit/members');
    const found = (all as { members: { subject: { id: string } }[] }).members.map(({ subject: { id } }) => id);
    for (const name of names)
      assert.lengthOf(
        found.filter((id) => id === name),
        1,
        name,
      );
    assert.lengthOf(await listed(), 20);
    const ids = replies.map(({ json }) => (json as { change: string }).change);
    assert.sameMembers(
      (await listed()).map(({ change }) => change),
      ids,
    );
    for (const [index, { json }] of replies.entries()) {
      const asked = {
        subject: names[index],
        workspace: 'support',
        permission: 'doc:edit',
        minRevision: (json as { revision: string }).revision,
      };
      assert.deepInclude((await running.enforce(asked)).json as object, { decision: true });
    }
  });

  it('with one key: one is made, and each is told the same', async () => {
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => post([title('writer', 'One')], '', { 'Idempotency-Key': 'same' })),
    );
    const told = replies.map(({ json }) => (json as { change: string }).change);
    assert.lengthOf(new Set(told), 1);
    assert.lengthOf(await listed(), 1);
  });
};

for (const place of ['files', 'push', 'sqlite', 'postgres'] as const)
  describe(`changes that are asked for at once, ${place}`, () => defineRaces(place));
