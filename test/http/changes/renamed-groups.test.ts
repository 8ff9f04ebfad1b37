import { assert } from 'chai';
import { runChangedSidecar, type ChangedPlace, type ChangedSidecar } from '../../support/changed-sidecar.ts';
import { changedTexts } from '../../support/change-policy.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const company = 'policies/acme/organization.yaml';
const support = 'policies/acme/support.yaml';
const texts = {
  ...changedTexts,
  [company]: `organization: acme
plan: scale
members: { olu: owner }
groups:
  night: [cy, dee]   # who answers late
  day: []
`,
  [support]: (changedTexts[support] ?? '').replace(
    '  cy: member\n',
    '  cy: member\n  group:night: writer   # at night\n',
  ),
};

const rename = (group: string, to: string) => ({ edit: 'group.rename', organization: 'acme', group, to });

const defineRenames = (place: ChangedPlace): void => {
  let running: ChangedSidecar;
  beforeEach(async () => (running = await runChangedSidecar(place, texts)));
  afterEach(() => running.dispose());
  const hasRows = place === 'sqlite' || place === 'postgres' || place === 'push beside sqlite';

  const change = (edits: readonly object[], actor = 'olu', query = ''): Promise<Reply> =>
    running.call(`/v1/changes${query}`, { method: 'POST', body: { actor, edits } });
  const bodyOf = async (reply: Promise<Reply>): Promise<Record<string, unknown>> => {
    const { status, json, text } = await reply;
    assert.oneOf(status, [200, 201, 204], text);
    return json as Record<string, unknown>;
  };
  const undo = (made: unknown, actor = 'olu'): Promise<Reply> =>
    running.call(`/v1/changes/${String(made)}/revert`, { method: 'POST', body: { actor } });
  const edits = async (subject: string): Promise<boolean> => {
    const { json } = await running.enforce({ subject, workspace: 'support', permission: 'doc:edit' });
    return (json as { decision: boolean }).decision;
  };
  const atRunTime = (method: string, path: string, body?: object): Promise<Reply> =>
    running.call(path, { method, ...(body && { body }) });

  it('is called otherwise in its company and wherever it holds something, and nobody gains or loses', async () => {
    const told = await bodyOf(change([rename('night', 'late')]));
    assert.deepEqual(told['effect'], { people: 0, gained: [], lost: [] });
    assert.equal(
      await running.textOf(company),
      `${texts[company].replace('night:', 'late:')}formerGroups:\n  night: late\n`,
    );
    assert.equal(await running.textOf(support), texts[support].replace('group:night:', 'group:late:'));
    assert.isTrue(await edits('dee'));
    const group = await running.call('/v1/organizations/acme/groups/late');
    assert.equal(group.status, 200, group.text);
    const former = await running.call('/v1/organizations/acme/groups/night');
    assert.deepInclude(former.json as object, { group: 'late' }, 'its former id means it, too');
  });

  it('is undone to the byte, made again, and may have an id back that it had', async () => {
    const { change: made } = await bodyOf(change([rename('night', 'late')]));
    const { change: undone } = await bodyOf(undo(made));
    assert.equal(await running.textOf(company), texts[company]);
    assert.equal(await running.textOf(support), texts[support]);
    await bodyOf(undo(undone));
    await bodyOf(change([rename('late', 'evening')]));
    assert.include(await running.textOf(company), 'formerGroups:\n  night: evening\n  late: evening\n');
    await bodyOf(change([rename('evening', 'night')]));
    assert.include(await running.textOf(company), 'formerGroups:\n  late: night\n  evening: night\n');
    assert.equal(await running.textOf(support), texts[support]);
    assert.isTrue(await edits('dee'));
  });

  it('is refused by a taken id, by one that a group had, by whoever may not, and by what was seen before', async () => {
    const before_ = await running.everything();
    const refused: readonly (readonly [readonly object[], number, string, string?])[] = [
      [[rename('night', 'day')], 409, 'already-there'],
      [[rename('night', 'night')], 409, 'already-there'],
      [[rename('none', 'late')], 404, 'unknown-group'],
      [[rename('night', 'a b')], 422, 'change-refused'],
      [[rename('night', '../../etc')], 422, 'change-refused'],
      [[rename('night', '__proto__')], 422, 'change-refused'],
      [[rename('night', 'late'), rename('day', 'night')], 422, 'change-refused'],
      [
        [rename('night', 'late'), { edit: 'group.set', organization: 'acme', group: 'night', subjects: [] }],
        422,
        'change-refused',
      ],
      [[rename('night', 'late'), rename('night', 'other')], 404, 'unknown-group'],
      [[{ ...rename('night', 'late'), organization: 'acne' }], 404, 'unknown-organization'],
      [[{ ...rename('night', 'late'), etag: 'another' }], 409, 'changed-meanwhile'],
      [[rename('night', 'late')], 403, 'actor-not-allowed', 'bo'],
      [[rename('night', 'late')], 403, 'actor-not-allowed', 'cy'],
      [[rename('night', 'late')], 403, 'actor-not-allowed', 'gail'],
      [[rename('none', 'late')], 403, 'actor-not-allowed', 'gail'],
    ];
    for (const [asked, status, code, actor] of refused) {
      const what = `${JSON.stringify(asked)} by ${actor ?? 'olu'}`;
      expectProblem(await change(asked, actor), status, code);
      assert.deepEqual(await running.everything(), before_, what);
    }
    const own = await bodyOf(change([rename('night', 'late')], 'olu', '?preview'));
    const [etag] = own['etags'] as readonly string[];
    await bodyOf(change([{ ...rename('night', 'late'), etag }]));
  });

  if (hasRows)
    it('takes along who is in it and what it holds at run time, there and back', async () => {
      const ofGroup = '/v1/organizations/acme/groups';
      const given = '/v1/workspaces/support/members';
      await bodyOf(atRunTime('PUT', `${ofGroup}/night/members/eve`, { actor: 'olu' }));
      await bodyOf(atRunTime('PUT', `${ofGroup}/day/members/fay`, { actor: 'olu' }));
      await bodyOf(atRunTime('PUT', `${given}/day?subjectType=group`, { actor: 'olu', roles: ['writer'] }));
      const both = async (): Promise<void> => {
        assert.deepEqual([await edits('eve'), await edits('fay'), await edits('dee')], [true, true, true]);
      };
      await both();
      const edits_ = [rename('night', 'late'), rename('day', 'early')];
      const { change: made } = await bodyOf(change(edits_));
      await both();
      const listed = (await bodyOf(atRunTime('GET', `${ofGroup}/late/members`)))['members'] as {
        subject: { id: string };
      }[];
      assert.includeMembers(
        listed.map(({ subject }) => subject.id),
        ['cy', 'dee', 'eve'],
      );
      expectProblem(await atRunTime('GET', `${given}/day?subjectType=group`), 404, 'unknown-member');
      await bodyOf(atRunTime('GET', `${given}/early?subjectType=group`));
      // By its former id somebody is put into the group that it is now.
      await bodyOf(atRunTime('PUT', `${ofGroup}/day/members/gus`, { actor: 'olu' }));
      assert.isTrue(await edits('gus'));
      expectProblem(
        await atRunTime('PUT', `${given}/day?subjectType=group`, { actor: 'olu', roles: ['member'] }),
        404,
        'unknown-group',
      );
      await bodyOf(undo(made));
      await both();
      assert.isTrue(await edits('gus'));
      await bodyOf(atRunTime('GET', `${given}/day?subjectType=group`));
      await bodyOf(change([rename('day', 'dawn')]));
      await bodyOf(atRunTime('DELETE', `${given}/dawn?subjectType=group&actor=olu`));
      assert.deepEqual([await edits('fay'), await edits('gus')], [false, false]);
    });
};

for (const place of ['files', 'commit', 'sqlite', 'postgres', 'push beside sqlite'] as const)
  describe(`a group that is renamed, ${place}`, function () {
    this.timeout(60_000);
    defineRenames(place);
  });
