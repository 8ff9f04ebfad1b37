import { join } from 'node:path';
import { assert } from 'chai';
import { runChangedSidecar, type ChangedPlace, type ChangedSidecar } from '../../support/changed-sidecar.ts';
import { changedTexts } from '../../support/change-policy.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const tokens = { all: 'token-of-everything-there-is', change: 'token-of-changes-and-no-more' } as const;
const open = {
  edit: 'workspace.create',
  workspace: 'new',
  organization: 'acme',
  members: [{ subject: 'kim', roles: ['admin'] }],
};
const role = { edit: 'role.create', workspace: 'new', role: 'clerk', extends: ['member'], grants: ['doc:edit'] };
const title = { edit: 'role.change', workspace: 'support', role: 'writer', title: 'Writes' };
const rename = { edit: 'workspace.rename', workspace: 'sales', to: 'sold' };
const found = { edit: 'organization.create', organization: 'initech', members: [{ subject: 'ida', roles: ['owner'] }] };

const definePlaces = (place: ChangedPlace): void => {
  let [running, secrets]: [ChangedSidecar | undefined, PolicyFolder | undefined] = [undefined, undefined];
  before(async () => {
    secrets = await createPolicyFolder({ admins: `${tokens.all}\n${tokens.change} scopes=change,read\n` });
  });
  after(() => secrets?.dispose());
  beforeEach(async () => {
    const options = { adminTokenFile: join(secrets?.root ?? '', 'admins') };
    running = await runChangedSidecar(place, { ...changedTexts }, options);
  });
  afterEach(() => running?.dispose());

  const call = async (path: string, body: object, token: keyof typeof tokens = 'all'): Promise<Reply> => {
    const headers = { Authorization: `Bearer ${tokens[token]}` };
    const reply = await running?.call(path, { method: 'POST', headers, body });
    return reply ?? assert.fail('nothing runs');
  };
  const idOf = (reply: Reply): string => {
    assert.equal(reply.status, 200, reply.text);
    return (reply.json as { change: string }).change;
  };
  const make = async (edits: readonly object[], actor = 'olu'): Promise<string> =>
    idOf(await call('/v1/changes', { actor, edits }));
  const undo = (change: string, actor = 'olu', token: keyof typeof tokens = 'all'): Promise<Reply> =>
    call(`/v1/changes/${change}/revert`, { actor }, token);
  const revision = async (): Promise<string> => {
    const { json } = (await running?.call('/v1/policy')) ?? {};
    return (json as { revision: string }).revision.split('.')[0] ?? '';
  };

  for (const [what, edits] of [
    ['a workspace that was opened', [open]],
    ['one that was opened with a role', [open, role]],
    ['one that was opened beside an edit of another', [open, title]],
    ['a company that was founded', [found]],
    ['a workspace that was renamed', [rename]],
    ['one that was renamed and got a role', [rename, { ...role, workspace: 'sold' }]],
  ] as const) {
    it(`are undone, made again and undone again: ${what}`, async () => {
      const before_ = await revision();
      const made = await make(edits);
      const made_ = await revision();
      const undone = idOf(await undo(made));
      assert.equal(await revision(), before_);
      const again = idOf(await undo(undone));
      assert.equal(await revision(), made_);
      idOf(await undo(again));
      assert.equal(await revision(), before_);
    });
  }

  it('are undone by whoever may make them, which is a matter of the token, and by nobody else', async () => {
    const made = await make([open, title], 'ana');
    expectProblem(await undo(made, 'olu', 'change'), 403, 'forbidden');
    expectProblem(await undo(made, 'cy'), 403, 'actor-not-allowed');
    idOf(await undo(made, 'ana'));
    const alone = await make([{ ...open, workspace: 'other' }], 'sign-up');
    idOf(await undo(alone, 'sign-up'));
  });

  for (const what of [role, { edit: 'member.set', workspace: 'new', subject: 'lou', roles: ['member'] }])
    it(`are not undone where others have made a ${what.edit} there since, who lose nothing by it`, async () => {
      const made = await make([open]);
      await make([what], 'kim');
      const refused = await undo(made);
      assert.isAtLeast(refused.status, 400, refused.text);
      assert.isBelow(refused.status, 500, refused.text);
      const asked = { subject: 'kim', workspace: 'new', permission: 'role:manage' };
      assert.deepInclude((await running?.enforce(asked))?.json as object, { decision: true });
    });

  // In files, who is let in stands beside the name, so it is told that the lines were changed since.
  const isMade = place === 'sqlite';
  it('that were renamed take everybody along, also those who were let in since, or say that somebody was', async () => {
    const made = await make([rename]);
    await make([{ edit: 'member.set', workspace: 'sold', subject: 'lou', roles: ['member'] }], 'sam');
    const reply = await undo(made);
    if (!isMade) return void expectProblem(reply, 409, 'changed-meanwhile');
    idOf(reply);
    const asked = { subject: 'lou', workspace: 'sales', permission: 'doc:read' };
    assert.deepInclude((await running?.enforce(asked))?.json as object, { decision: true });
  });
};

for (const place of ['files', 'sqlite'] as const) describe(`changes of places, ${place}`, () => definePlaces(place));
