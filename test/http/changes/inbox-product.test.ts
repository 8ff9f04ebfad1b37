import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { repository } from '../../docs/markdown.ts';
import { exampleFiles } from '../../support/example-files.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { runChangedSidecar, type ChangedPlace, type ChangedSidecar } from '../../support/changed-sidecar.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const admin = 'lena@acme.example';
const owner = 'olu@acme.example';
const member = 'tomas@acme.example';
const file = 'policies/acme/sales.yaml';

function productFiles(): Record<string, string> {
  const texts: Record<string, string> = { 'roles.yaml': readFileSync(join(repository, 'roles.yaml'), 'utf8') };
  for (const [path, policy] of Object.entries(exampleFiles('policies'))) texts[`policies/${path}`] = policy;
  const withLead = texts['roles.yaml']?.replace(
    '  company-admin:\n',
    `  inviter:\n    title: Inviter\n    extends: member\n    grants: [teammate:manage]\n    assigns: [member]\n  company-admin:\n`,
  );
  return { ...texts, 'roles.yaml': withLead ?? '' };
}

/** The settings page of the shared-inbox product, as calls. */
const defineProduct = (place: ChangedPlace): void => {
  let running: ChangedSidecar;
  before(async () => (running = await runChangedSidecar(place, productFiles())));
  after(() => running.dispose());

  const change = (actor: string, edits: readonly object[], query = ''): Promise<Reply> =>
    running.call(`/v1/changes${query}`, { method: 'POST', body: { actor, edits } });
  const may = async (subject: string, permission: string, workspace = 'sales'): Promise<boolean> => {
    const { json } = await running.enforce({
      subject,
      workspace,
      permission,
      scope: permission.startsWith('tag') ? 'shared' : undefined,
    });
    return (json as { decision: boolean }).decision;
  };
  const rolesOf = async (workspace: string): Promise<readonly string[]> => {
    const { json } = await running.call(`/v1/workspaces/${workspace}/roles`);
    return (json as { roles: { role: string }[] }).roles.map(({ role }) => role);
  };
  const bodyOf = ({ json }: Reply): Record<string, unknown> => json as Record<string, unknown>;
  const made = async (actor: string, edits: readonly object[]): Promise<Record<string, unknown>> => {
    const reply = await change(actor, edits);
    assert.equal(reply.status, 200, reply.text);
    assert.isString(bodyOf(reply)['change']);
    return bodyOf(reply);
  };
  const text = (): Promise<string> => running.textOf(file);
  const held = async (subject: string): Promise<string> =>
    (await running.call(`/v1/subjects/${encodeURIComponent(subject)}/access`)).text;
  const lead = { workspace: 'sales', role: 'tag-keeper' };

  it('belong to one workspace, and are seen in no other', async () => {
    const before_ = await text();
    await made(admin, [{ edit: 'role.create', ...lead, title: 'Tag keeper', extends: ['member'], grants: ['tag:*'] }]);
    const lines = await text();
    // All that was there stands as it stood.
    assert.include(lines, 'otto@acme.example: [outbound-rep, brand-editor]      # several roles add up');
    assert.equal(
      lines.replace(/ {2}tag-keeper:\n(?: {4}.*\n)+\n?/, '').replaceAll('\n\n', '\n'),
      before_.replaceAll('\n\n', '\n'),
    );
    assert.include(await rolesOf('sales'), 'tag-keeper');
    for (const other of ['support-emea', 'support-amer', 'oldtown-rentals', 'brightwater-bookings'])
      assert.notInclude(await rolesOf(other), 'tag-keeper');
    const elsewhere = await change(owner, [
      { edit: 'member.set', workspace: 'support-emea', subject: 'new@acme.example', roles: ['tag-keeper'] },
    ]);
    expectProblem(elsewhere, 422, 'unknown-role');
    expectProblem(
      await change(owner, [{ edit: 'role.change', workspace: 'support-emea', role: 'tag-keeper', title: 'X' }]),
      422,
      'unknown-role',
    );
  });

  it('are handed out, and give what they say at once, there alone', async () => {
    assert.isFalse(await may('new@acme.example', 'tag:create'));
    await made(admin, [{ edit: 'member.set', workspace: 'sales', subject: 'new@acme.example', roles: ['tag-keeper'] }]);
    assert.isTrue(await may('new@acme.example', 'tag:create'));
    assert.isFalse(await may('new@acme.example', 'tag:create', 'support-emea'));
  });

  it('are changed for every holder at once, and looked at before', async () => {
    const edit = { edit: 'role.change', ...lead, disallow: ['tag:create@shared'], allow: ['conversation:assign'] };
    const preview = await change(admin, [edit], '?preview');
    assert.equal(preview.status, 200, preview.text);
    assert.deepInclude(bodyOf(preview)['effect'] as object, { people: 1 });
    assert.isTrue(await may('new@acme.example', 'tag:create'));
    await made(admin, [edit]);
    assert.isFalse(await may('new@acme.example', 'tag:create'));
    assert.isTrue(await may('new@acme.example', 'conversation:assign'));
  });

  it('are refused on a plan without them, and made on one that has them and is no longer sold', async () => {
    const edit = { edit: 'role.create', workspace: 'brightwater-bookings', role: 'clerk', extends: ['member'] };
    expectProblem(await change('wanda@brightwater.example', [edit]), 422, 'plan-without-custom-roles');
    expectProblem(await change('wanda@brightwater.example', [edit], '?preview'), 422, 'plan-without-custom-roles');
    const legacy = { edit: 'role.create', workspace: 'oldtown-rentals', role: 'clerk', extends: ['member'] };
    assert.equal((await change('beatriz@oldtown.example', [legacy], '?preview')).status, 200);
  });

  it('do not reach company admins: who manages teammates cannot touch, make or remove one', async () => {
    for (const edit of [
      { edit: 'member.remove', organization: 'acme', subject: owner },
      { edit: 'member.set', organization: 'acme', subject: admin, roles: ['company-admin'] },
      { edit: 'role.create', organization: 'acme', role: 'anything' },
    ]) {
      expectProblem(await change(admin, [edit]), 403, 'actor-not-allowed');
    }
    expectProblem(
      await change(admin, [{ edit: 'member.set', workspace: 'sales', subject: admin, roles: ['company-admin'] }]),
      422,
      'wrong-span',
    );
    // Nor may a membership be put over what the company gave.
    expectProblem(
      await change(admin, [{ edit: 'member.set', workspace: 'sales', subject: owner, roles: ['member'] }]),
      403,
      'organization-member',
    );
    assert.isTrue(await may(owner, 'tag:create'));
  });

  it('are handed out as far as `assigns` goes', async () => {
    await made(owner, [{ edit: 'member.set', workspace: 'sales', subject: 'ivy@acme.example', roles: ['inviter'] }]);
    const give = (role: string, subject = 'guest@acme.example'): object => ({
      edit: 'member.set',
      workspace: 'sales',
      subject,
      roles: [role],
    });
    for (const role of ['tag-keeper', 'workspace-admin', 'inviter'])
      expectProblem(await change('ivy@acme.example', [give(role)]), 403, 'not-assignable');
    expectProblem(
      await change('ivy@acme.example', [give('workspace-admin', 'ivy@acme.example')]),
      403,
      'not-assignable',
    );
    expectProblem(await change('ivy@acme.example', [give('member', admin)]), 403, 'not-assignable');
    await made('ivy@acme.example', [give('member')]);
    expectProblem(
      await change('ivy@acme.example', [{ edit: 'role.create', workspace: 'sales', role: 'x' }]),
      403,
      'actor-not-allowed',
    );
  });

  it('end by themselves: a trainee is trained at a date', async () => {
    const roles = [{ role: 'member', from: '2998-01-01', reason: 'trained' }];
    await made(admin, [{ edit: 'member.set', workspace: 'sales', subject: 'tia@acme.example', roles }]);
    assert.include(await held('tia@acme.example'), '2998-01-01');
    assert.isFalse(await may('tia@acme.example', 'comment:send'));
  });

  it('are renamed with their holders, deleted with the list, and brought back', async () => {
    expectProblem(await change(member, [{ edit: 'role.rename', ...lead, to: 'keeper' }]), 403, 'actor-not-allowed');
    await made(admin, [{ edit: 'role.rename', ...lead, to: 'keeper' }]);
    assert.include(await held('new@acme.example'), '"keeper"');
    const remove = { edit: 'role.delete', workspace: 'sales', role: 'keeper', to: 'outbound-rep' };
    const asked = expectProblem(await change(admin, [remove]), 409, 'unconfirmed');
    assert.deepInclude((asked['affected'] as object[])[0], { workspace: 'sales', subject: 'new@acme.example' });
    const { change: id } = await made(admin, [{ ...remove, confirm: asked['confirm'] }]);
    assert.isTrue(await may('new@acme.example', 'sequence:access'));
    assert.isFalse(await may('new@acme.example', 'conversation:assign'));
    const undo = (actor: string): Promise<Reply> =>
      running.call(`/v1/changes/${String(id)}/revert`, { method: 'POST', body: { actor } });
    expectProblem(await undo(member), 403, 'actor-not-allowed');
    const undone = await undo(admin);
    assert.equal(undone.status, 200, undone.text);
    assert.isTrue(await may('new@acme.example', 'conversation:assign'));
    assert.isFalse(await may('new@acme.example', 'sequence:access'));
  });

  it('belong to places that the product opens, moves to another plan and renames', async () => {
    const open = {
      edit: 'workspace.create',
      workspace: 'sales-apac',
      organization: 'acme',
      title: 'Sales APAC',
      members: [{ subject: 'kei@acme.example', roles: ['workspace-admin'] }],
    };
    await made('anybody', [open]);
    assert.isTrue(await may('kei@acme.example', 'rule:create', 'sales-apac'));
    await made('kei@acme.example', [
      { edit: 'role.create', workspace: 'sales-apac', role: 'closer', extends: ['member'] },
    ]);
    await made('anybody', [{ edit: 'workspace.rename', workspace: 'sales-apac', to: 'sales-pacific' }]);
    assert.isTrue(await may('kei@acme.example', 'rule:create', 'sales-pacific'));
    assert.include(await rolesOf('sales-pacific'), 'closer');
  });
};

for (const place of ['files', 'commit', 'push', 'sqlite', 'push beside sqlite'] as const)
  describe(`the roles of a workspace, changed over HTTP, ${place}`, () => defineProduct(place));
