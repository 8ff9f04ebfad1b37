import { assert } from 'chai';
import type { RuntimeAssignment } from '../../../src/policy/runtime-member.ts';
import { policyOf } from '../../support/compile-yaml.ts';
import { answerOf } from '../../support/judged-edits.ts';
import { codeOf, memberPolicyFiles, runtimeMembers } from '../../support/member-change-policy.ts';
import { groupPolicyFiles } from '../../support/group-policy.ts';

type Files = Readonly<Record<string, string>>;
type Roles = readonly (string | RuntimeAssignment)[];

interface Row {
  readonly title: string;
  readonly files?: Files;
  /** Who holds what beside the files, in `support` or above it. */
  readonly given?: Readonly<Record<string, Roles>>;
  readonly actor: string;
  readonly subject?: string;
  readonly roles: Roles;
  readonly says: string;
}

const plain = memberPolicyFiles();
const prevent = memberPolicyFiles('escalation: prevent\n');
const limited = {
  ...plain,
  'roles.yaml': (plain['roles.yaml'] ?? '').replace(
    'roles:\n',
    'roles:\n  foreman: { grants: ["member:*"], assigns: [agent, seller] }\n',
  ),
};
const frozen = {
  ...plain,
  'roles.yaml': `${plain['roles.yaml'] ?? ''}plans: [free, scale]\ncustomRoles: { plans: [scale] }\n`,
  'policies/acme/organization.yaml': (plain['policies/acme/organization.yaml'] ?? '').replace(
    'members',
    'plan: free\nmembers',
  ),
};
const soon = '2026-12-01T00:00:00Z';
const late = '2027-01-01T00:00:00Z';

const rows: readonly Row[] = [
  { title: 'who controls members hands a role out', actor: 'mia', roles: ['agent'], says: 'allowed' },
  { title: 'and by a role of the whole company', actor: 'ada', roles: ['agent'], says: 'allowed' },
  { title: 'who holds nothing there does not', actor: 'cyd', roles: ['agent'], says: 'actor-not-allowed' },
  { title: 'nor who controls in another company', actor: 'ora', roles: ['agent'], says: 'actor-not-allowed' },
  { title: 'nor in one scope of two', actor: 'hal', roles: ['agent'], says: 'actor-not-allowed' },
  { title: 'nor whose right is over', actor: 'zoe', roles: ['agent'], says: 'actor-not-allowed' },
  { title: 'nor whose right is to come', actor: 'eve', roles: ['agent'], says: 'actor-not-allowed' },
  { title: 'nor of whom a role denies it', actor: 'sid', roles: ['agent'], says: 'actor-not-allowed' },
  {
    title: 'nor for longer than the right lasts',
    given: { kim: [{ role: 'manager', until: soon }] },
    actor: 'kim',
    roles: ['agent'],
    says: 'actor-not-allowed',
  },
  {
    title: 'but as long as it does',
    given: { kim: [{ role: 'manager', until: late }] },
    actor: 'kim',
    roles: [{ role: 'agent', until: soon }],
    says: 'allowed',
  },
  {
    title: 'who takes needs the right now alone',
    given: { kim: [{ role: 'manager', until: soon }], new: ['agent', 'seller'] },
    actor: 'kim',
    roles: ['agent'],
    says: 'allowed',
  },
  { title: 'anybody leaves', given: { new: ['agent'] }, actor: 'new', roles: [], says: 'allowed' },
  {
    title: 'and gives up one role',
    given: { new: ['agent', 'seller'] },
    actor: 'new',
    roles: ['agent'],
    says: 'allowed',
  },
  {
    title: 'but not what denies them something',
    given: { new: ['lead', 'silent'] },
    actor: 'new',
    roles: ['lead'],
    says: 'actor-not-allowed',
  },
  {
    title: 'nobody gives themselves',
    given: { new: ['agent'] },
    actor: 'new',
    roles: ['agent', 'seller'],
    says: 'actor-not-allowed',
  },
  {
    title: 'who holds a role of the company is touched by such alone',
    given: { new: ['agent'], 'acme/new': ['auditor'] },
    actor: 'mia',
    roles: ['seller'],
    says: 'organization-member',
  },
  {
    title: 'and by them',
    given: { new: ['agent'], 'acme/new': ['auditor'] },
    actor: 'ada',
    roles: ['seller'],
    says: 'allowed',
  },
  {
    title: '`prevent`: nobody gives what they do not hold',
    files: prevent,
    actor: 'mia',
    roles: ['lead'],
    says: 'escalation-prevented',
  },
  { title: '`prevent`: all of what they do', files: prevent, actor: 'mia', roles: ['agent'], says: 'allowed' },
  {
    title: '`prevent`: nor touches who holds more',
    files: prevent,
    given: { new: ['lead'] },
    actor: 'mia',
    roles: ['agent'],
    says: 'escalation-prevented',
  },
  {
    title: '`prevent`: nor gives what comes later',
    files: prevent,
    actor: 'mia',
    roles: ['agent', { role: 'lead', from: late }],
    says: 'escalation-prevented',
  },
  {
    title: '`prevent`: nor beyond the end of what they hold',
    files: prevent,
    given: { kim: ['manager', { role: 'lead', until: soon }] },
    actor: 'kim',
    roles: ['lead'],
    says: 'escalation-prevented',
  },
  {
    title: '`assigns`: what it names',
    files: limited,
    given: { kim: ['foreman'] },
    actor: 'kim',
    roles: ['agent'],
    says: 'allowed',
  },
  {
    title: '`assigns`: no other',
    files: limited,
    given: { kim: ['foreman'] },
    actor: 'kim',
    roles: ['manager'],
    says: 'not-assignable',
  },
  {
    title: '`assigns`: nor takes another',
    files: limited,
    given: { kim: ['foreman'], new: ['manager'] },
    actor: 'kim',
    roles: [],
    says: 'not-assignable',
  },
  {
    title: 'both sides of an exclusive pair',
    actor: 'mia',
    roles: ['seller', 'approver'],
    says: 'exclusive-permissions',
  },
  { title: 'what requires another, without it', actor: 'mia', roles: ['voider'], says: 'missing-requirement' },
  {
    title: 'the last of those who must be there',
    actor: 'mia',
    subject: 'cat',
    roles: ['agent'],
    says: 'wrong-holders',
  },
  { title: 'one more than there may be', actor: 'mia', roles: ['captain'], says: 'wrong-holders' },
  { title: 'a role that is none there', actor: 'mia', roles: ['closer'], says: 'unknown-role' },
  { title: 'a role of the company in a workspace', actor: 'ada', roles: ['auditor'], says: 'wrong-span' },
  { title: 'a frozen role', files: frozen, actor: 'mia', roles: ['lead'], says: 'frozen-role' },
  {
    title: 'what is over already',
    actor: 'mia',
    roles: [{ role: 'agent', until: '2026-11-01T00:00:00Z' }],
    says: 'bad-period',
  },
];

/** The files with what is given at run time written into them. */
function written(files: Files, given: Row['given'] = {}): Files {
  const lines = { 'policies/acme/support.yaml': '', 'policies/acme/organization.yaml': '' };
  for (const [name, roles] of Object.entries(given)) {
    const above = name.startsWith('acme/');
    const path = above ? 'policies/acme/organization.yaml' : 'policies/acme/support.yaml';
    lines[path] += `  ${above ? name.slice('acme/'.length) : name}: ${JSON.stringify(roles)}\n`;
  }
  const all = Object.entries(lines).map(([path, more]) => [path, `${files[path] ?? ''}${more}`] as const);
  return { ...files, ...Object.fromEntries(all) };
}

describe('a membership that is changed at run time, by an edit of the files, and by an edit beside them', () => {
  for (const { title, files = plain, given, actor, subject = 'new', roles, says } of rows) {
    it(`is judged the same: ${title}: ${says}`, async () => {
      // Whom the files list is changed in git; so at run time somebody else is who is listed there.
      const inGit = given?.[subject] === undefined && subject !== 'new';
      const atRunTime = inGit ? withoutMember(files, subject) : files;
      const more = inGit ? { ...given, [subject]: ['captain'] } : given;
      const asked = { policy: policyOf(atRunTime), actor, subject, roles, ...(more && { given: more }) };
      assert.strictEqual(codeOf(asked), says, 'at run time');
      const edit =
        roles.length === 0
          ? ({ edit: 'member.remove', workspace: 'support', subject } as const)
          : ({ edit: 'member.set', workspace: 'support', subject, roles: roles.map(entryOf) } as const);
      const answer = await answerOf(written(files, given), edit, actor);
      assert.strictEqual(answer, says, 'by an edit');
      const beside = { changesRows: true, given: [...runtimeMembers(more ?? {}).all()] };
      // Nobody takes away what is not there.
      const isNothing = roles.length === 0 && more?.[subject] === undefined;
      const expected = isNothing ? 'unknown-member' : says;
      assert.strictEqual(await answerOf(atRunTime, edit, actor, beside), expected, 'by an edit beside files');
    });
  }

  it('is judged the same where the member is a group', async () => {
    const files = groupPolicyFiles();
    for (const [actor, roles, says] of [
      ['mia', ['agent', 'seller'], 'allowed'],
      ['cyd', ['agent', 'seller'], 'actor-not-allowed'],
      ['hal', ['agent', 'seller'], 'actor-not-allowed'],
      ['mia', ['captain'], 'wrong-holders'],
    ] as const) {
      const edit = {
        edit: 'member.set',
        workspace: 'support',
        subject: 'group:desk',
        roles: roles.map(entryOf),
      } as const;
      assert.include(await answerOf(files, edit, actor), says, `${actor} ${roles.join()}`);
      const atRunTime = { policy: policyOf(files), actor, subject: 'group:idle', roles };
      assert.strictEqual(codeOf(atRunTime), says, `${actor} ${roles.join()} at run time`);
    }
  });
});

function entryOf(role: string | RuntimeAssignment): RuntimeAssignment {
  return typeof role === 'string' ? { role } : role;
}

function withoutMember(files: Files, subject: string): Files {
  const path = 'policies/acme/support.yaml';
  const lines = (files[path] ?? '').split('\n').filter((line) => !line.startsWith(`  ${subject}: `));
  return { ...files, [path]: lines.join('\n') };
}
