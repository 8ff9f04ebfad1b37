import { assert } from 'chai';
import { exampleFiles } from '../../support/example-files.ts';
import { runChangedSidecar, type ChangedPlace, type ChangedSidecar } from '../../support/changed-sidecar.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const owner = 'mara@fernway.example';
const admin = 'ines@fernway.example';
const agent = 'umar@fernway.example';
const texts = exampleFiles('examples/phone');

/** The settings page of the phone product, as calls. */
const defineAccount = (place: ChangedPlace): void => {
  let running: ChangedSidecar;
  before(async () => (running = await runChangedSidecar(place, texts)));
  after(() => running.dispose());

  const change = (
    actor: string,
    edits: readonly object[],
    query = '',
    headers: Record<string, string> = {},
  ): Promise<Reply> => running.call(`/v1/changes${query}`, { method: 'POST', headers, body: { actor, edits } });
  const may = async (subject: string, permission: string, workspace = 'helpdesk'): Promise<boolean> => {
    const { json } = await running.enforce({ subject, workspace, permission });
    return (json as { decision: boolean }).decision;
  };
  const bodyOf = ({ json }: Reply): Record<string, unknown> => json as Record<string, unknown>;
  const textOf = (path: string): Promise<string> => running.textOf(path);
  const at = { organization: 'fernway', role: 'night-lead' };

  it('begin as a copy of one that is built in, which the owner may make and an agent may not', async () => {
    const edit = { edit: 'role.duplicate', ...at, from: 'agent', as: 'extension', title: 'Night lead' };
    const refused = await change(agent, [edit]);
    assert.deepInclude(bodyOf(refused), { status: 403, code: 'actor-not-allowed', permission: 'role:manage' });
    assert.notProperty(bodyOf(refused), 'patch');
    const made = await change(owner, [edit]);
    assert.equal(made.status, 200, made.text);
    const written = bodyOf(made)['written'];
    if (place === 'files') assert.deepEqual(written, { files: ['policies/organization.yaml'] });
    else if (place === 'commit' || place === 'push')
      assert.match(JSON.stringify(written), /^\{"commit":"[0-9a-f]{40}"\}$/);
    else assert.deepEqual(written, { release: 2 });
    assert.include(
      await textOf('policies/organization.yaml'),
      '  night-lead:\n    title: Night lead\n    extends: agent\n',
    );
  });

  it('have toggles that are looked at before they are moved', async () => {
    const edit = { edit: 'role.change', ...at, allow: ['call-flow:edit-ring-groups'], disallow: ['sms:send'] };
    const before = await textOf('policies/organization.yaml');
    const preview = await change(owner, [edit], '?preview');
    assert.equal(preview.status, 200, preview.text);
    assert.notProperty(bodyOf(preview), 'change');
    assert.include(bodyOf(preview)['patch'], '+    grants: [call-flow:edit-ring-groups]');
    assert.equal(await textOf('policies/organization.yaml'), before);
    assert.equal((await change(owner, [edit])).status, 200);
  });

  it('are not changed for another actor than the one whom a proxy names', async () => {
    const edit = { edit: 'role.change', ...at, title: 'Night lead of today' };
    const refused = await change(owner, [edit], '', { 'x-rolebook-actor': encodeURIComponent(agent) });
    assert.deepInclude(bodyOf(refused), { status: 403, code: 'forbidden' });
    assert.equal(
      (await change(owner, [edit], '?preview', { 'x-rolebook-actor': encodeURIComponent(owner) })).status,
      200,
    );
  });

  it('are handed out, and hold before the answer', async () => {
    const edit = { edit: 'member.set', workspace: 'helpdesk', subject: 'vera@fernway.example', roles: ['night-lead'] };
    const made = await change(admin, [edit], '', { 'idempotency-key': 'give-1' });
    assert.equal(made.status, 200, made.text);
    assert.isTrue(await may('vera@fernway.example', 'call-flow:edit-ring-groups'));
    assert.isFalse(await may('vera@fernway.example', 'sms:send'));
    assert.deepInclude(bodyOf(made)['effect'] as object, { people: 1 });
    const { revision } = bodyOf(made) as { revision: string };
    const since = {
      subject: 'vera@fernway.example',
      workspace: 'helpdesk',
      permission: 'sms:view',
      minRevision: revision,
    };
    assert.equal((await running.enforce(since)).status, 200);
    // The answer was lost: sent again, it is the same, and nothing is made twice.
    const again = await change(admin, [edit], '', { 'idempotency-key': 'give-1' });
    for (const name of ['change', 'revision', 'written']) assert.deepEqual(bodyOf(again)[name], bodyOf(made)[name]);
    const other = await change(admin, [{ ...edit, roles: ['agent'] }], '', { 'idempotency-key': 'give-1' });
    assert.equal(bodyOf(other)['code'], 'idempotency-key-reused');
  });

  it('never give an admin what an admin has not', async () => {
    const bill = { edit: 'role.change', ...at, allow: ['billing:change-plan'] };
    assert.equal(bodyOf(await change(admin, [bill]))['code'], 'escalation-prevented');
    const take = { edit: 'member.set', workspace: 'back-office', subject: admin, roles: ['billing-clerk'] };
    assert.equal(bodyOf(await change(admin, [take]))['code'], 'escalation-prevented');
    assert.isFalse(await may(admin, 'billing:view-invoices'));
  });

  const breaking = { edit: 'member.set', workspace: 'helpdesk', subject: 'tilda@fernway.example', roles: ['qa-lead'] };
  if (place === 'postgres') {
    it('are held to no policy tests, which no release has', async () => {
      const judged = await change(owner, [breaking], '?preview');
      assert.equal(judged.status, 200, judged.text);
      assert.notProperty(bodyOf(judged), 'tests');
    });
  } else {
    it('are refused with the test that fails, by its name', async () => {
      const refused = bodyOf(await change(owner, [breaking]));
      assert.deepInclude(refused, { status: 422, code: 'failing-tests' });
      assert.include(refused['detail'], 'an agent takes calls and answers messages');
      assert.isFalse(await may('tilda@fernway.example', 'recording:listen'));
    });
  }

  it('keep the owner, who can be replaced and not removed', async () => {
    const gone = { edit: 'member.remove', organization: 'fernway', subject: owner };
    const refused = bodyOf(await change(owner, [gone]));
    assert.oneOf(refused['code'], ['invalid-policy', 'wrong-holders']);
    assert.equal(refused['status'], refused['code'] === 'wrong-holders' ? 409 : 422);
  });

  it('are deleted when somebody has seen who is affected, as it is now', async () => {
    const edit = { edit: 'role.delete', ...at };
    const asked = bodyOf(await change(owner, [edit]));
    assert.deepInclude(asked, { status: 409, code: 'unconfirmed' });
    assert.deepInclude((asked['affected'] as object[])[0], {
      workspace: 'helpdesk',
      subject: 'vera@fernway.example',
      roles: ['night-lead'],
    });
    const give = { edit: 'member.set', workspace: 'helpdesk', subject: 'will@fernway.example', roles: ['night-lead'] };
    assert.equal((await change(owner, [give])).status, 200);
    const stale = bodyOf(await change(owner, [{ ...edit, confirm: asked['confirm'] }]));
    assert.deepInclude(stale, { status: 409, code: 'stale-confirm' });
    assert.isTrue(await may('vera@fernway.example', 'call-flow:edit-ring-groups'));
    const made = bodyOf(await change(owner, [{ ...edit, confirm: stale['confirm'] }]));
    assert.isString(made['change'], JSON.stringify(made));
    assert.isFalse(await may('vera@fernway.example', 'call-flow:edit-ring-groups'));
    assert.isTrue(await may('vera@fernway.example', 'sms:send'), 'an agent now');
    assert.include(await textOf('policies/organization.yaml'), 'night-lead: agent');

    const { change: id } = made as { change: string };
    const wrong = await running.call(`/v1/changes/${id}/revert`, { method: 'POST', body: { actor: agent } });
    assert.equal(bodyOf(wrong)['code'], 'actor-not-allowed');
    const undone = await running.call(`/v1/changes/${id}/revert`, { method: 'POST', body: { actor: owner } });
    assert.equal(undone.status, 200, undone.text);
    assert.isTrue(await may('vera@fernway.example', 'call-flow:edit-ring-groups'));
  });

  it('are told by whom and why they were changed, the newest first and in pages', async () => {
    const all = bodyOf(await running.call('/v1/changes'))['changes'] as { change: string; edits: { edit: string }[] }[];
    assert.deepEqual(
      // The first commit was made by hand.
      all.filter(({ edits }) => edits.length > 0).map(({ edits }) => edits[0]?.edit),
      ['role.create', 'role.delete', 'member.set', 'member.set', 'role.change', 'role.duplicate'],
    );
    const pages: string[] = [];
    for (let after = ''; ;) {
      const page = bodyOf(await running.call(`/v1/changes?limit=4${after}`));
      pages.push(...(page['changes'] as { change: string }[]).map(({ change: id }) => id));
      if (page['next'] === undefined) break;
      after = `&after=${page['next'] as string}`;
    }
    assert.deepEqual(
      pages,
      all.map(({ change: id }) => id),
    );
    const of = async (query: string): Promise<number> =>
      (bodyOf(await running.call(`/v1/changes?${query}`))['changes'] as unknown[]).length;
    assert.equal(await of('workspace=helpdesk'), 3);
    assert.equal(await of('subject=will%40fernway.example'), 2);
    assert.equal(await of('role=night-lead'), 6);
    assert.equal(await of('role=qa-lead'), 0);
    assert.equal(await of('organization=fernway'), 6);
    assert.equal(await of('organization=other'), 0);
  });

  it('are counted, and logged with actor and words', async () => {
    const { text } = await running.call('/metrics');
    assert.include(text, 'rolebook_changes_total{outcome="made",code=""} 6');
    assert.include(text, 'rolebook_changes_total{outcome="repeated",code=""} 1');
    assert.include(text, 'rolebook_changes_total{outcome="refused",code="escalation-prevented"} 2');
    const line = running.logged.text.split('\n').find((one) => one.includes('a change was undone')) ?? '';
    assert.include(line, `"actor":"user:${owner}"`);
  });
};

for (const place of ['files', 'commit', 'push', 'postgres'] as const)
  describe(`the roles of an account, changed over HTTP, ${place}`, () => defineAccount(place));
