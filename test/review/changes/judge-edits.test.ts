import { assert } from 'chai';
import type { AskedEdit } from '../../../src/review/changes/asked-edit.ts';
import { absentEtag } from '../../../src/review/changes/edit-etags.ts';
import { isRefused } from '../../../src/review/changes/judge-edits.ts';
import { judgedData } from '../../../src/review/changes/judged-data.ts';
import { answerOf, judge } from '../../support/judged-edits.ts';
import { nowMs, policyOf } from '../../support/compile-yaml.ts';
import { findGroupEditFault } from '../../../src/review/changes/group-edit-rules.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';

const files = {
  'roles.yaml': `permissions:
  Work:
    doc:read: Read
    doc:edit: Edit
    doc:wipe: Wipe
    member:manage: { title: Members, controls: members }
roles:
  member: { title: Member, grants: [doc:read] }
  admin: { title: Admin, grants: ["*"] }
  owner: { title: Owner, grants: ["*"], holders: "1+" }
defaultRole: member
`,
  'policies/acme/organization.yaml': 'organization: acme\ngroups: { desk: [dee, dan] }\n',
  'policies/acme/w.yaml': `workspace: w
title: W
roles:
  lead: { title: Lead, extends: member, grants: [doc:edit] }   # leads
  extra: { title: Extra, grants: [doc:wipe] }
members:
  ana: lead
  bo: [lead, admin]
  cy: [{ role: lead, until: 2027-01-01 }, extra]
  olu: owner
  group:desk: lead
`,
  'policies/acme/w.test.yaml': `tests:
  - name: a lead edits
    workspace: w
    as: { role: lead }
    can: [doc:edit]
`,
};
const w = { workspace: 'w' } as const;
const remove: AskedEdit = { edit: 'role.delete', ...w, role: 'lead' };

describe('edits that are judged', () => {
  it('tell who is affected, and what each loses, whether they hold the role or not', async () => {
    const { affected, faults, errors } = await judge(files, remove);
    assert.deepEqual([faults, errors], [[], []]);
    const at = { place: 'workspace', id: 'w' } as const;
    const edit = [{ permissions: ['doc:edit'] }];
    assert.deepEqual(affected, [
      { ...at, subject: 'ana', roles: ['lead'], lost: edit },
      { ...at, subject: 'bo', roles: ['lead'], lost: [] },
      { ...at, subject: 'cy', roles: ['lead'], lost: [{ permissions: ['doc:edit'], until: '2027-01-02T00:00:00Z' }] },
      { ...at, subject: 'dan', roles: [], lost: edit },
      { ...at, subject: 'dee', roles: [], lost: edit },
      { ...at, subject: 'group:desk', roles: ['lead'], lost: [] },
    ]);
    const taken = await judge(files, { edit: 'member.set', ...w, subject: 'cy', roles: [{ role: 'member' }] });
    assert.deepEqual(
      taken.affected.map(({ subject, lost }) => [subject, lost.length]),
      [['cy', 2]],
    );
    const { effect } = judgedData(taken);
    assert.deepEqual([effect?.people, effect?.lost.length], [1, 2]);
  });

  it('are agreed to by the list that was shown: another list needs another yes', async () => {
    const { confirm } = await judge(files, remove);
    assert.match(confirm ?? '', /^[0-9a-f]{24}$/);
    const agreed = { ...remove, confirm: confirm ?? '' };
    assert.strictEqual(await answerOf(files, agreed), 'allowed');
    const one = { ...files, 'policies/acme/w.yaml': `${files['policies/acme/w.yaml']}  zoe: lead\n` };
    assert.strictEqual(await answerOf(one, agreed), 'stale-confirm');
    assert.strictEqual(await answerOf(files, { ...agreed, to: 'admin' }), 'stale-confirm', 'to another role');
    assert.strictEqual(await answerOf(files, { ...remove, confirm: '' }), 'stale-confirm');
    const grouped = {
      ...files,
      'policies/acme/organization.yaml': 'organization: acme\ngroups: { desk: [dee, dan, dot] }\n',
    };
    assert.strictEqual(await answerOf(grouped, agreed), 'stale-confirm', 'by a group');
    const elsewhere = { ...files, 'policies/acme/v.yaml': 'workspace: v\ntitle: V\nmembers: { zoe: member }\n' };
    assert.strictEqual(await answerOf(elsewhere, agreed), 'allowed', 'of another workspace');
    assert.isUndefined((await judge(files, { edit: 'role.rename', ...w, role: 'lead', to: 'chief' })).confirm);
  });

  it('are made on what was seen: another object is a conflict, that of another layout is not', async () => {
    const change: AskedEdit = { edit: 'role.change', ...w, role: 'lead', allow: ['doc:wipe'] };
    const { etags } = await judge(files, [change, { edit: 'member.remove', ...w, subject: 'user:ana' }]);
    const [ofRole = '', ofMember = ''] = etags;
    const edited = (from: string, to: string): typeof files => ({
      ...files,
      'policies/acme/w.yaml': files['policies/acme/w.yaml'].replace(from, to),
    });
    for (const [title, policy, says] of [
      ['nothing changed', files, 'allowed'],
      ['a comment', edited('# leads', '# leads them'), 'allowed'],
      [
        'the layout',
        edited(
          '{ title: Lead, extends: member, grants: [doc:edit] }',
          '\n    title: Lead\n    extends: member\n    grants:\n      - doc:edit',
        ),
        'allowed',
      ],
      ['another role', edited('grants: [doc:wipe]', 'grants: [doc:edit]'), 'allowed'],
      ['a member', edited('ana: lead', 'ana: admin'), 'allowed'],
      ['its title', edited('title: Lead,', 'title: Leader,'), 'changed-meanwhile'],
      ['what it grants', edited('grants: [doc:edit] }', 'grants: [doc:edit, doc:wipe] }'), 'changed-meanwhile'],
    ] as const) {
      assert.strictEqual(await answerOf(policy, { ...change, etag: ofRole }), says, title);
    }
    const away: AskedEdit = { edit: 'member.remove', ...w, subject: 'ana', etag: ofMember };
    assert.strictEqual(await answerOf(files, away), 'allowed');
    assert.strictEqual(await answerOf(edited('ana: lead', 'ana: admin'), away), 'changed-meanwhile');
    const { faults } = await judge(edited('title: Lead,', 'title: Leader,'), { ...change, etag: ofRole });
    const [fault] = faults;
    assert.deepInclude(fault, {
      kind: 'conflict',
      message: 'role `lead` of workspace `w` was changed meanwhile',
    });
    assert.include(fault?.now?.text, '"title":"Leader"');
    assert.strictEqual(
      await answerOf(files, [change, { ...change, allow: [], disallow: ['doc:wipe'], etag: ofRole }]),
      'changed-meanwhile',
    );
    assert.strictEqual(
      await answerOf(files, [
        { ...change, etag: ofRole },
        { ...change, title: 'L', etag: ofRole },
      ]),
      'allowed',
      'its own first edit',
    );
    const fresh: AskedEdit = { edit: 'member.set', ...w, subject: 'zoe', roles: [{ role: 'lead' }], etag: absentEtag };
    assert.strictEqual(await answerOf(files, fresh), 'allowed');
    assert.strictEqual(await answerOf(edited('  ana:', '  zoe: admin\n  ana:'), fresh), 'changed-meanwhile');
  });

  it('keep the last of those who must be there, whoever asks, and let them be handed over in one change', async () => {
    const gone: AskedEdit = { edit: 'member.remove', ...w, subject: 'olu' };
    const next: AskedEdit = { edit: 'member.set', ...w, subject: 'ana', roles: [{ role: 'owner' }] };
    for (const actor of [undefined, 'olu', 'bo']) {
      assert.strictEqual(await answerOf(files, gone, actor), 'wrong-holders');
      assert.strictEqual(await answerOf(files, [gone, next], actor), 'allowed');
      assert.strictEqual(await answerOf(files, [next, gone], actor), 'allowed');
      const ending = [{ role: 'owner', until: '2999-01-01' }];
      assert.strictEqual(await answerOf(files, { ...next, subject: 'olu', roles: ending }, actor), 'wrong-holders');
    }
  });

  it('are refused by a test that fails, or by what the files would have wrong, and told where an edit stops', async () => {
    const failing = await judge(files, { edit: 'role.change', ...w, role: 'lead', disallow: ['doc:edit'] });
    assert.deepEqual([isRefused(failing), failing.tests?.failed], [true, 1]);
    const bad: AskedEdit = { edit: 'role.create', ...w, role: '9', grants: ['doc:read'] };
    const stopped = await judge(files, [bad, { edit: 'role.rename', ...w, role: 'extra', to: 'more' }]);
    assert.deepEqual(
      stopped.errors.map(({ code }) => code),
      ['bad-id'],
    );
    assert.isTrue(isRefused(stopped));
    assert.lengthOf(stopped.etags, 1, 'the second was not made');
  });

  it('name the ways to more that they open', async () => {
    const opening = await judge(files, { edit: 'role.change', ...w, role: 'extra', allow: ['member:manage'] });
    const { escalations } = judgedData(opening);
    assert.lengthOf(escalations, 1);
    assert.include(escalations.join(), 'can make themselves');
  });
});

describe('who fills groups', () => {
  const grouped = (desk: string): Record<string, string> => ({
    ...files,
    'policies/acme/organization.yaml': `organization: acme\ngroups: { desk: [${desk}], idle: [] }\n`,
  });
  const fault = (desk: string, actor: string, top = ''): string => {
    const withTop = (some: Record<string, string>): Record<string, string> => ({
      ...some,
      'roles.yaml': `${files['roles.yaml']}${top}`,
    });
    const ground = { policy: policyOf(withTop(grouped('dee, dan'))), members: new RuntimeMembers(), atMs: nowMs };
    const edit = { edit: 'group.set', organization: 'acme', group: 'desk' };
    return (
      findGroupEditFault(ground, policyOf(withTop(grouped(desk))), edit, { type: 'user', id: actor })?.code ?? 'allowed'
    );
  };

  it('controls members where the group holds something', () => {
    assert.strictEqual(fault('dee, dan, dot', 'bo'), 'allowed');
    assert.strictEqual(fault('dee, dan, dot', 'ana'), 'actor-not-allowed');
    assert.strictEqual(fault('', 'ana'), 'actor-not-allowed');
    assert.strictEqual(fault('dan', 'dee'), 'allowed', 'who leaves it');
    assert.strictEqual(fault('dan, dot', 'dee'), 'actor-not-allowed', 'who leaves it to another');
    assert.strictEqual(fault('dee, dan', 'ana'), 'actor-not-allowed', 'nobody comes or goes');
  });

  it('holds what it gives, under `prevent`', () => {
    const top = 'escalation: prevent\n';
    assert.strictEqual(fault('dee, dan, dot', 'bo', top), 'allowed');
    assert.strictEqual(fault('dee, dan, cy', 'bo', top), 'allowed');
    assert.strictEqual(fault('dee, dan, dot', 'cy', top), 'actor-not-allowed');
  });
});
