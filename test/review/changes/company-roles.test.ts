import { assert } from 'chai';
import type { AskedEdit } from '../../../src/review/changes/asked-edit.ts';
import { answerOf, judge } from '../../support/judged-edits.ts';

const files = (top = ''): Record<string, string> => ({
  'roles.yaml': `permissions:
  Work: { ticket:answer: Answer, ticket:close: Close, ticket:wipe: Wipe }
  Team:
    role:manage: { title: Manage roles, controls: roles }
    member:manage: { title: Manage members, controls: members }
roles:
  member: { title: Member, grants: [ticket:answer] }
  editor: { title: Editor, grants: ["role:*", ticket:answer] }
  company-editor: { title: Company editor, grants: ["role:*", ticket:close], spans: organization }
  coordinator: { title: Coordinator, grants: ["role:*", ticket:close], spans: memberships }
  helper: { title: Helper, grants: ["role:*", ticket:close], spans: everything }
defaultRole: member
staff: { mia: helper }
${top}`,
  'policies/acme/organization.yaml': `organization: acme
roles:
  lead: { title: Lead, extends: member, grants: [ticket:close] }
  auditor: { title: Auditor, spans: organization, grants: [ticket:wipe] }
members: { cal: company-editor, cora: coordinator, aud: auditor }
`,
  'policies/acme/desk.yaml': `workspace: desk
title: Desk
roles:
  first-lead: { title: First lead, extends: lead }
members: { eda: editor, cora: member, leo: lead, fin: first-lead }
`,
  'policies/acme/annex.yaml': 'workspace: annex\ntitle: Annex\nmembers: { len: lead, ann: member }\n',
  'policies/beta/organization.yaml': 'organization: beta\nmembers: { bea: company-editor }\n',
  'policies/beta/shop.yaml': 'workspace: shop\ntitle: Shop\nmembers: { bob: member }\n',
});

const plain = files();
const prevent = files('escalation: prevent\n');
const at = { organization: 'acme' } as const;
const create = (...grants: string[]): AskedEdit => ({ edit: 'role.create', ...at, role: 'new', title: 'New', grants });
const allow = (role: string, ...words: string[]): AskedEdit => ({ edit: 'role.change', ...at, role, allow: words });
const remove = (role: string, to: string): AskedEdit => ({ edit: 'role.delete', ...at, role, to });

describe('who edits the roles of a company', () => {
  for (const [title, policy, edit, actor, says] of [
    ['who controls roles in all of it', plain, create('ticket:close'), 'cal', 'allowed'],
    ['staff that does', plain, create('ticket:close'), 'mia', 'allowed'],
    ['who does in one of its workspaces: not', plain, create('ticket:close'), 'eda', 'actor-not-allowed'],
    ['who does where they are a member: not', plain, create('ticket:close'), 'cora', 'actor-not-allowed'],
    ['who does in another company: not', plain, create('ticket:close'), 'bea', 'actor-not-allowed'],
    ['who is nobody: not', plain, create('ticket:close'), 'nobody', 'actor-not-allowed'],
    [
      'nor does a workspace rename one',
      plain,
      { edit: 'role.rename', ...at, role: 'lead', to: 'chief' },
      'eda',
      'actor-not-allowed',
    ],
    ['nor delete one', plain, remove('auditor', 'company-editor'), 'eda', 'actor-not-allowed'],
    [
      'nor change one as its own',
      plain,
      { edit: 'role.change', workspace: 'desk', role: 'lead', title: 'X' },
      'cal',
      'role-of-organization',
    ],
    ['`prevent`: within oneself', prevent, create('ticket:close'), 'cal', 'allowed'],
    ['`prevent`: not beyond', prevent, create('ticket:wipe'), 'cal', 'escalation-prevented'],
    ['`prevent`: nor what others hold', prevent, allow('lead', 'ticket:wipe'), 'cal', 'escalation-prevented'],
    ['`prevent`: nor for staff', prevent, allow('lead', 'ticket:wipe'), 'mia', 'escalation-prevented'],
    [
      '`prevent`: nor is taken what is more',
      prevent,
      remove('auditor', 'company-editor'),
      'cal',
      'escalation-prevented',
    ],
    [
      'who controls all edits one of a workspace',
      plain,
      { edit: 'role.change', workspace: 'desk', role: 'first-lead', allow: ['ticket:wipe'] },
      'cal',
      'allowed',
    ],
    [
      'as does who is a member there, by what spans memberships',
      plain,
      { edit: 'role.change', workspace: 'desk', role: 'first-lead', title: 'X' },
      'cora',
      'allowed',
    ],
    [
      'but not where they are none',
      plain,
      { edit: 'role.create', workspace: 'annex', role: 'x' },
      'cora',
      'actor-not-allowed',
    ],
  ] as const) {
    it(`${title}: ${says}`, async () => {
      assert.strictEqual(await answerOf(policy, edit, actor), says);
    });
  }

  for (const edit of [
    { edit: 'organization.create', organization: 'gamma' },
    { edit: 'organization.change', organization: 'acme', title: 'Acme' },
    { edit: 'workspace.create', organization: 'acme', workspace: 'new' },
    { edit: 'workspace.rename', workspace: 'desk', to: 'front-desk' },
  ] as const) {
    it(`is nobody by a role alone for \`${edit.edit}\`, and who comes with the right to provide`, async () => {
      for (const actor of ['cal', 'mia', 'nobody']) {
        assert.strictEqual(await answerOf(plain, edit, actor), 'provision-only', actor);
        assert.strictEqual(await answerOf(plain, edit, actor, { provisions: true }), 'allowed', actor);
      }
      assert.strictEqual(await answerOf(plain, edit), 'allowed');
    });
  }

  it('is nobody for the catalog, and for tests where nobody reviews them', async () => {
    const policy = {
      ...plain,
      'policies/acme/desk.test.yaml':
        'tests:\n  - { name: leo, workspace: desk, as: [leo, fin], can: [ticket:close], cannot: [ticket:wipe] }\n',
    };
    const rename = { edit: 'permission.rename', permission: 'ticket:wipe', to: 'ticket:erase', keeps: 'was' } as const;
    assert.strictEqual(await answerOf(policy, rename, 'cal'), 'in-git-only');
    assert.strictEqual(await answerOf(policy, rename), 'allowed');
    const leave = {
      edit: 'test.leave',
      workspace: 'desk',
      file: 'policies/acme/desk.test.yaml',
      subject: 'leo',
    } as const;
    assert.strictEqual(await answerOf(policy, leave, 'cal'), 'reviewed-only');
    assert.strictEqual(await answerOf(policy, leave, 'cal', { withTests: true }), 'allowed');
    assert.strictEqual(await answerOf(policy, leave), 'allowed');
  });

  it('is told everybody who is affected, in the company and in its workspaces', async () => {
    const { affected, faults } = await judge(
      plain,
      { edit: 'role.change', ...at, role: 'lead', disallow: ['ticket:close'] },
      'cal',
    );
    assert.isEmpty(faults);
    assert.deepEqual(
      affected.map(({ id, subject }) => `${id}/${subject}`),
      ['annex/len', 'desk/fin', 'desk/leo'],
    );
    const gone = await judge(plain, remove('auditor', 'company-editor'), 'cal');
    assert.deepEqual(
      gone.affected
        .map(({ place, id, subject, roles }) => [place, id, subject, roles.join()])
        .filter(([, , , roles]) => roles !== ''),
      [['organization', 'acme', 'aud', 'auditor']],
    );
    assert.isString(gone.confirm);
  });
});
