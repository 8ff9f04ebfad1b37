import { assert } from 'chai';
import type { AskedEdit } from '../../../src/review/changes/asked-edit.ts';
import { answerOf, judge } from '../../support/judged-edits.ts';

type Files = Readonly<Record<string, string>>;

const rolesYaml = (top = ''): string => `scopes: { own: { when: { resource.owner: $subject.id } }, rest: {} }
permissions:
  Work:
    ticket:answer: { title: Answer, scopes: [own, rest] }
    ticket:close: Close
    ticket:wipe: Wipe
    invoice:create: Create
    invoice:approve: Approve
  Team:
    role:manage: { title: Manage roles, scopes: [own, rest], controls: roles }
    member:manage: { title: Manage members, controls: members }
baseline: ["ticket:answer@own"]
roles:
  member: { title: Member, grants: [ticket:answer] }
  editor: { title: Editor, grants: [ticket:answer, ticket:close, "role:*"] }
  half-editor: { title: Half, grants: ["role:manage@own"] }
  inviter: { title: Inviter, grants: ["member:*"] }
  foreman: { title: Foreman, grants: ["member:*", "role:*"], assigns: [member] }
  company-editor: { title: Company editor, grants: ["role:*", ticket:close], spans: organization }
  boss: { title: Boss, grants: ["ticket:*", "role:*", "member:*", invoice:create], spans: organization }
defaultRole: member
exclusive: [[invoice:create, invoice:approve]]
${top}`;

const files = (top = '', plan = ''): Files => ({
  'roles.yaml': rolesYaml(top),
  'policies/acme/organization.yaml': `organization: acme\n${plan}members: { olu: boss, cal: company-editor }\n`,
  'policies/acme/desk.yaml': `workspace: desk
title: Desk
roles:
  clerk: { title: Clerk, grants: [ticket:close] }
  senior: { title: Senior, extends: clerk, grants: [ticket:wipe] }
  mute: { title: Mute, denies: [ticket:close] }
members:
  eda: editor
  hal: half-editor
  ina: inviter
  fay: foreman
  eve: [{ role: editor, until: 2026-12-31 }]
  ned: [{ role: editor, from: 2999-01-01 }]
  max: [editor, mute]
  cleo: clerk
  sam: senior
  cam: [clerk, mute]
  lou: [{ role: clerk, from: 2028-01-01 }]
`,
  'policies/acme/annex.yaml': 'workspace: annex\ntitle: Annex\nmembers: { ann: editor }\n',
});

const plain = files();
const prevent = files('escalation: prevent\n');
const at = { workspace: 'desk' } as const;
const create = (...grants: string[]): AskedEdit => ({ edit: 'role.create', ...at, role: 'new', title: 'New', grants });
const allow = (role: string, ...words: string[]): AskedEdit => ({ edit: 'role.change', ...at, role, allow: words });
const disallow = (role: string, ...words: string[]): AskedEdit => ({
  edit: 'role.change',
  ...at,
  role,
  disallow: words,
});
const remove = (role: string, to?: string): AskedEdit => ({ edit: 'role.delete', ...at, role, ...(to ? { to } : {}) });
const rename: AskedEdit = { edit: 'role.rename', ...at, role: 'clerk', to: 'shop-clerk' };
const retitle: AskedEdit = { edit: 'role.change', ...at, role: 'clerk', title: 'Shop clerk' };

type Row = readonly [
  title: string,
  policy: Files,
  edits: AskedEdit | readonly AskedEdit[],
  actor: string,
  says: string,
];

const rows: readonly Row[] = [
  ['who controls roles makes one', plain, create('ticket:close'), 'eda', 'allowed'],
  ['gives it what they do not hold themselves', plain, create('ticket:wipe'), 'eda', 'allowed'],
  ['by a role of the company, too', plain, create('ticket:wipe'), 'cal', 'allowed'],
  ['in one scope of two not', plain, create('ticket:close'), 'hal', 'actor-not-allowed'],
  ['who controls members alone does not', plain, create('ticket:close'), 'ina', 'actor-not-allowed'],
  ['who is no member does not', plain, create('ticket:close'), 'nobody', 'actor-not-allowed'],
  ['who controls roles elsewhere does not', plain, create('ticket:close'), 'ann', 'actor-not-allowed'],
  ['whose right is to come does not', plain, retitle, 'ned', 'actor-not-allowed'],
  [
    'whose right ends gives nothing that does not end',
    plain,
    allow('clerk', 'ticket:wipe'),
    'eve',
    'actor-not-allowed',
  ],
  ['nor makes a role that gives something', plain, create('ticket:wipe'), 'eve', 'actor-not-allowed'],
  ['but takes', plain, disallow('clerk', 'ticket:close'), 'eve', 'allowed'],
  ['and renames', plain, rename, 'eve', 'allowed'],
  ['a new title needs the right, too', plain, retitle, 'cleo', 'actor-not-allowed'],
  ['a service is somebody else than the person of that name', plain, retitle, 'service:eda', 'actor-not-allowed'],
  [
    'nobody changes what is built in',
    plain,
    { edit: 'role.change', ...at, role: 'member', allow: ['ticket:wipe'] },
    'olu',
    'built-in-role',
  ],
  [
    '`prevent`: nobody makes a role beyond themselves, held by nobody',
    prevent,
    create('ticket:wipe'),
    'eda',
    'escalation-prevented',
  ],
  ['`prevent`: a role within', prevent, create('ticket:close'), 'eda', 'allowed'],
  ['`prevent`: what every member may do is nothing given', prevent, create('ticket:answer@own'), 'eda', 'allowed'],
  [
    '`prevent`: nor a copy of one',
    prevent,
    { edit: 'role.duplicate', ...at, from: 'senior', role: 'x', as: 'copy' },
    'eda',
    'escalation-prevented',
  ],
  [
    '`prevent`: nor one that follows it',
    prevent,
    { edit: 'role.duplicate', ...at, from: 'senior', role: 'x', as: 'extension' },
    'eda',
    'escalation-prevented',
  ],
  [
    '`prevent`: nobody gives by a role what they do not hold',
    prevent,
    allow('clerk', 'ticket:wipe'),
    'eda',
    'escalation-prevented',
  ],
  ['`prevent`: nor takes it', prevent, disallow('senior', 'ticket:wipe'), 'eda', 'escalation-prevented'],
  ['`prevent`: but the rest of a role that has it', prevent, disallow('senior', 'ticket:close'), 'eda', 'allowed'],
  [
    '`prevent`: who holds it does both',
    prevent,
    [allow('clerk', 'ticket:wipe'), disallow('senior', 'ticket:close')],
    'olu',
    'allowed',
  ],
  ['`prevent`: what a role denies the actor counts', prevent, allow('mute', 'ticket:answer'), 'max', 'allowed'],
  ['`prevent`: and is not theirs to give', prevent, create('ticket:close'), 'max', 'escalation-prevented'],
  [
    '`prevent`: nobody takes a role that gives more, by deleting it',
    prevent,
    remove('senior'),
    'eda',
    'escalation-prevented',
  ],
  [
    '`prevent`: nor gives one that does, to its holders',
    prevent,
    remove('mute', 'senior'),
    'eda',
    'escalation-prevented',
  ],
  ['`prevent`: nor what it denied its holders', prevent, remove('mute', 'member'), 'max', 'escalation-prevented'],
  ['`prevent`: one within goes for another within', prevent, remove('mute', 'member'), 'eda', 'allowed'],
  [
    '`prevent`: a rename gives nothing',
    prevent,
    { edit: 'role.rename', ...at, role: 'senior', to: 'elder' },
    'eda',
    'allowed',
  ],
  [
    '`prevent`: nor does a title',
    prevent,
    { edit: 'role.change', ...at, role: 'senior', title: 'Elder' },
    'eda',
    'allowed',
  ],
  [
    '`assigns`: nobody makes holders what they do not hand out',
    plain,
    remove('senior', 'inviter'),
    'fay',
    'not-assignable',
  ],
  [
    'what the first edit gives the actor is no right for the next',
    plain,
    [{ edit: 'member.set', ...at, subject: 'ina', roles: [{ role: 'editor' }] }, create('ticket:close')],
    'ina',
    'actor-not-allowed',
  ],
  [
    'nor under `prevent` what a role gives that was made for it',
    prevent,
    [
      allow('clerk', 'ticket:wipe'),
      { edit: 'member.set', ...at, subject: 'eda', roles: [{ role: 'editor' }, { role: 'clerk' }] },
    ],
    'eda',
    'escalation-prevented,actor-not-allowed',
  ],
  [
    'both sides of an exclusive pair',
    plain,
    create('invoice:create', 'invoice:approve'),
    'olu',
    'exclusive-permissions',
  ],
  [
    'both sides, for who holds two roles',
    plain,
    [create('invoice:approve'), { edit: 'member.set', ...at, subject: 'olu', roles: [{ role: 'new' }] }],
    'olu',
    'exclusive-permissions',
  ],
];

describe('who makes and changes roles', () => {
  for (const [title, policy, edits, actor, says] of rows) {
    it(`${title}: ${says}`, async () => {
      assert.strictEqual(await answerOf(policy, edits, actor), says);
      const isOfActor = /actor|escalation|assign/.test(says);
      if (isOfActor) assert.strictEqual(await answerOf(policy, edits), 'allowed', 'nobody is judged without an actor');
    });
  }

  it('is nobody where no permission controls roles', async () => {
    const without = { ...plain, 'roles.yaml': rolesYaml().replaceAll(', controls: roles', '') };
    assert.strictEqual(await answerOf(without, retitle, 'olu'), 'actor-not-allowed');
    assert.include((await judge(without, retitle, 'olu')).faults[0]?.message, 'roles are changed in git alone');
  });

  it('is nobody where the plan has no custom roles, whoever asks, and keeps frozen roles', async () => {
    const top = 'plans: [free, scale]\ncustomRoles: { plans: [scale] }\n';
    const [free, scale] = [files(top, 'plan: free\n'), files(top, 'plan: scale\n')];
    for (const actor of ['olu', undefined]) {
      assert.strictEqual(await answerOf(free, create('ticket:close'), actor), 'plan-without-custom-roles');
      assert.strictEqual(await answerOf(free, allow('clerk', 'ticket:wipe'), actor), 'frozen-role');
      assert.strictEqual(await answerOf(free, rename, actor), 'allowed');
      assert.strictEqual(await answerOf(free, remove('mute'), actor), 'allowed');
      assert.strictEqual(await answerOf(scale, create('ticket:close'), actor), 'allowed');
    }
  });

  it('is told the edit, the rule and what would be right', async () => {
    const { faults } = await judge(prevent, [retitle, allow('clerk', 'ticket:wipe')], 'eda');
    assert.deepEqual(faults, [
      {
        edit: 1,
        kind: 'not-allowed',
        code: 'escalation-prevented',
        message:
          'whoever holds role `clerk` would gain `ticket:wipe` in workspace `desk`, which `eda` does not hold (`escalation: prevent`)',
        help: 'have somebody make it who holds all of that',
        permission: 'ticket:wipe',
      },
    ]);
    const { faults: others } = await judge(plain, [create('ticket:wipe'), rename], 'eve');
    assert.lengthOf(others, 1);
    assert.strictEqual(
      others[0]?.message,
      '`eve` cannot change roles of workspace `desk` from 2027-01-01T00:00:00Z on: that needs `role:manage` in all scopes, for as long as it gives something',
    );
  });
});
