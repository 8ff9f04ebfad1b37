import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { applyEdits } from '../../../src/compile/edit/apply-edits.ts';
import { RefusedEdit, type PolicyEdit } from '../../../src/compile/edit/policy-edit.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';
import { fixedNowMs } from '../../support/random-policy.ts';
import { hostilePolicy } from './hostile-policy.ts';

const files: readonly SourceFile[] = Object.entries(hostilePolicy).map(([path, data]) => ({
  path,
  content: Buffer.from(`${JSON.stringify(data, null, 2)}\n`),
}));
const policy = compileOrFail(files);

/** The code with which an edit is refused, or those of the errors that the files would have. */
function answerTo(edit: PolicyEdit): string {
  try {
    const after = applyEdits(files, policy, [edit], () => policy);
    const { problems } = compilePolicy(after, fixedNowMs);
    const errors = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    return errors.length > 0 ? `files: ${[...new Set(errors)].join()}` : 'made';
  } catch (error) {
    if (!(error instanceof RefusedEdit)) throw error;
    assert.notMatch(error.message, /undefined|\[object/);
    return error.code;
  }
}

const support = { workspace: 'support' } as const;
const acme = { organization: 'acme' } as const;
const held = (role: string, more = {}) => ({ roles: [{ role, ...more }] });
const testFile = 'policies/support.test.yaml';

/** Wrong edits of each kind, and what is answered. */
const wrong: readonly (readonly [PolicyEdit, string])[] = [
  [{ edit: 'role.create', ...support, role: 'member' }, 'role-exists'],
  [{ edit: 'role.create', ...support, role: 'lead' }, 'role-exists'],
  [{ edit: 'role.create', ...support, role: 'regional' }, 'role-exists'],
  [{ edit: 'role.create', ...support, role: 'area' }, 'retired-role'],
  [{ edit: 'role.create', ...support, role: 'a b' }, 'files: bad-id'],
  [{ edit: 'role.create', ...support, role: '' }, 'files: bad-id'],
  [{ edit: 'role.create', ...support, role: '1st' }, 'files: bad-id'],
  [{ edit: 'role.create', ...support, role: '__proto__' }, 'bad-id'],
  [{ edit: 'role.create', ...support, role: 'x'.repeat(65) }, 'files: bad-id'],
  [{ edit: 'role.create', workspace: 'suport', role: 'x' }, 'unknown-workspace'],
  [{ edit: 'role.create', ...support, role: 'x', extends: ['nobody'] }, 'unknown-role'],
  [{ edit: 'role.create', ...support, role: 'x', extends: ['x'] }, 'unknown-role'],
  [{ edit: 'role.create', ...support, role: 'x', grants: ['doc:red'] }, 'unknown-permission'],
  [{ edit: 'role.create', ...support, role: 'x', grants: ['doc:read@own'] }, 'unknown-permission'],
  [{ edit: 'role.create', ...support, role: 'x', without: ['*:*'] }, 'unknown-permission'],
  [{ edit: 'role.create', ...support, role: 'x', denies: [''] }, 'unknown-permission'],
  [{ edit: 'role.create', ...support, role: 'x', title: '' }, 'files: bad-value'],
  [{ edit: 'role.create', ...support, role: 'x', title: 't'.repeat(200) }, 'files: bad-value'],
  [{ edit: 'role.create', ...support, role: 'x', spans: 'organization' }, 'contradiction'],
  [{ edit: 'role.create', ...acme, role: 'trainee' }, 'role-exists'],
  [{ edit: 'role.create', ...acme, role: 'auditor' }, 'role-exists'],
  [{ edit: 'role.create', ...acme, role: 'x', extends: ['lead'] }, 'unknown-role'],
  [{ edit: 'role.create', organization: 'acne', role: 'x' }, 'unknown-organization'],
  [{ edit: 'role.duplicate', ...support, from: 'nobody', role: 'x', as: 'copy' }, 'unknown-role'],
  [{ edit: 'role.duplicate', ...support, from: 'lead', role: 'lead', as: 'copy' }, 'role-exists'],
  [{ edit: 'role.duplicate', ...support, from: 'lead', role: 'member', as: 'extension' }, 'role-exists'],
  [{ edit: 'role.duplicate', ...support, from: 'lead', role: 'a/b', as: 'copy' }, 'files: bad-id'],
  [{ edit: 'role.duplicate', ...support, from: 'lead', role: 'x', as: 'copy', title: '' }, 'files: bad-value'],
  [{ edit: 'role.duplicate', workspace: 'x', from: 'lead', role: 'y', as: 'copy' }, 'unknown-workspace'],
  [{ edit: 'role.duplicate', ...acme, from: 'lead', role: 'x', as: 'copy' }, 'unknown-role'],
  [{ edit: 'role.duplicate', ...acme, from: 'regional', role: 'last', as: 'copy' }, 'role-exists'],
  [{ edit: 'role.duplicate', ...acme, from: 'regional', role: 'area', as: 'copy' }, 'retired-role'],
  [
    { edit: 'role.duplicate', ...support, from: 'auditor', role: 'x', as: 'copy', spans: 'memberships' },
    'contradiction',
  ],
  [{ edit: 'role.change', ...support, role: 'nobody', allow: ['doc:edit'] }, 'unknown-role'],
  [{ edit: 'role.change', ...support, role: 'member', allow: ['doc:edit'] }, 'built-in-role'],
  [{ edit: 'role.change', ...support, role: 'regional', allow: ['doc:wipe'] }, 'role-of-organization'],
  [{ edit: 'role.change', ...support, role: 'lead', allow: ['doc:red'] }, 'unknown-permission'],
  [{ edit: 'role.change', ...support, role: 'lead', allow: ['doc:edit'], disallow: ['doc:edit'] }, 'contradiction'],
  [{ edit: 'role.change', ...support, role: 'lead', disallow: ['doc:read'] }, 'baseline'],
  [{ edit: 'role.change', ...support, role: 'lead', disallow: ['doc:red'] }, 'unknown-permission'],
  [{ edit: 'role.change', ...support, role: 'lead', title: '' }, 'files: bad-value'],
  [{ edit: 'role.change', ...support, role: 'lead', always: ['doc:edit'] }, 'contradiction'],
  [{ edit: 'role.change', ...support, role: 'lead', always: ['dco:*'] }, 'unknown-permission'],
  [{ edit: 'role.change', ...support, role: 'lead', spelled: ['doc:edit'] }, 'contradiction'],
  [{ edit: 'role.change', ...support, role: 'last', always: ['*'], disallow: ['doc:wipe'] }, 'contradiction'],
  [{ edit: 'role.change', ...support, role: 'lead', extends: ['nobody'] }, 'unknown-role'],
  [{ edit: 'role.change', ...support, role: 'lead', extends: ['lead'] }, 'files: extends-cycle'],
  [{ edit: 'role.change', ...acme, role: 'regional', extends: ['lead'] }, 'unknown-role'],
  [{ edit: 'role.change', ...acme, role: 'boss', allow: ['doc:read'] }, 'built-in-role'],
  [{ edit: 'role.change', ...acme, role: 'lead', allow: ['doc:read'] }, 'unknown-role'],
  [{ edit: 'role.change', workspace: '', role: 'lead' }, 'unknown-workspace'],
  [{ edit: 'role.rename', ...support, role: 'nobody', to: 'x' }, 'unknown-role'],
  [{ edit: 'role.rename', ...support, role: 'member', to: 'x' }, 'built-in-role'],
  [{ edit: 'role.rename', ...support, role: 'regional', to: 'x' }, 'role-of-organization'],
  [{ edit: 'role.rename', ...support, role: 'lead', to: 'lead' }, 'role-exists'],
  [{ edit: 'role.rename', ...support, role: 'lead', to: 'trainee' }, 'role-exists'],
  [{ edit: 'role.rename', ...support, role: 'lead', to: 'member' }, 'role-exists'],
  [{ edit: 'role.rename', ...support, role: 'lead', to: 'auditor' }, 'role-exists'],
  [{ edit: 'role.rename', ...support, role: 'lead', to: 'area' }, 'retired-role'],
  [{ edit: 'role.rename', ...support, role: 'lead', to: '' }, 'files: bad-id'],
  [{ edit: 'role.rename', ...support, role: 'lead', to: 'a b' }, 'files: bad-id'],
  [{ edit: 'role.rename', ...support, role: 'lead', to: '__proto__' }, 'bad-id'],
  [{ edit: 'role.rename', ...acme, role: 'regional', to: 'lead' }, 'role-exists'],
  [{ edit: 'role.rename', ...acme, role: 'lead', to: 'x' }, 'unknown-role'],
  [{ edit: 'role.delete', ...support, role: 'nobody' }, 'unknown-role'],
  [{ edit: 'role.delete', ...support, role: 'member' }, 'built-in-role'],
  [{ edit: 'role.delete', ...support, role: 'regional' }, 'role-of-organization'],
  [{ edit: 'role.delete', ...support, role: 'lead', to: 'lead' }, 'contradiction'],
  [{ edit: 'role.delete', ...support, role: 'lead', to: 'nobody' }, 'unknown-role'],
  [{ edit: 'role.delete', ...support, role: 'lead', to: 'boss' }, 'unknown-role'],
  [{ edit: 'role.delete', ...support, role: 'lead', to: 'auditor' }, 'unknown-role'],
  [{ edit: 'role.delete', ...support, role: 'lead', to: '' }, 'unknown-role'],
  [{ edit: 'role.delete', ...acme, role: 'regional' }, 'extended-role'],
  [{ edit: 'role.delete', ...acme, role: 'auditor' }, 'unknown-role'],
  [{ edit: 'role.delete', ...acme, role: 'auditor', to: 'lead' }, 'unknown-role'],
  [{ edit: 'role.delete', ...acme, role: 'boss', to: 'auditor' }, 'built-in-role'],
  [{ edit: 'role.delete', organization: '', role: 'auditor' }, 'unknown-organization'],
  [{ edit: 'member.set', ...support, subject: 'zed', ...held('nobody') }, 'unknown-role'],
  [{ edit: 'member.set', ...support, subject: 'zed', ...held('boss') }, 'files: wrong-span'],
  [{ edit: 'member.set', ...support, subject: 'zed', ...held('auditor') }, 'files: wrong-span'],
  [{ edit: 'member.set', ...support, subject: '', ...held('lead') }, 'files: bad-subject'],
  [{ edit: 'member.set', ...support, subject: ' zed', ...held('lead') }, 'files: bad-subject'],
  [{ edit: 'member.set', ...support, subject: 'z"d', ...held('lead') }, 'files: bad-subject'],
  [{ edit: 'member.set', ...support, subject: '__proto__', ...held('lead') }, 'bad-id'],
  [{ edit: 'member.set', ...support, subject: 'group:none', ...held('lead') }, 'files: unknown-group'],
  [{ edit: 'member.set', ...support, subject: 'zed', roles: [] }, 'files: bad-value'],
  [{ edit: 'member.set', ...support, subject: 'zed', ...held('lead', { until: 'soon' }) }, 'files: bad-time'],
  [
    { edit: 'member.set', ...support, subject: 'zed', ...held('lead', { from: '2999-01-02', until: '2999-01-01' }) },
    'files: inverted-period',
  ],
  [{ edit: 'member.set', ...support, subject: 'zed', ...held('lead', { reason: '' }) }, 'files: bad-value'],
  [
    { edit: 'member.set', ...support, subject: 'zed', roles: [{ role: 'lead' }, { role: 'lead' }] },
    'files: duplicate-role',
  ],
  [{ edit: 'member.set', ...acme, subject: 'zed', ...held('member') }, 'files: wrong-span'],
  [{ edit: 'member.set', ...acme, subject: 'zed', ...held('regional') }, 'files: wrong-span'],
  [{ edit: 'member.set', workspace: 'sales', subject: 'zed', ...held('lead') }, 'unknown-workspace'],
  [{ edit: 'member.remove', ...support, subject: 'zed' }, 'unknown-member'],
  [{ edit: 'member.remove', ...support, subject: '' }, 'unknown-member'],
  [{ edit: 'member.remove', ...support, subject: 'olu' }, 'unknown-member'],
  [{ edit: 'member.remove', ...support, subject: 'group:night' }, 'unknown-member'],
  [{ edit: 'member.remove', ...support, subject: 'service:ana' }, 'unknown-member'],
  [{ edit: 'member.remove', ...support, subject: '__proto__' }, 'unknown-member'],
  [{ edit: 'member.remove', ...support, subject: 'constructor' }, 'unknown-member'],
  [{ edit: 'member.remove', ...acme, subject: 'ana' }, 'unknown-member'],
  [{ edit: 'member.remove', ...acme, subject: 'group:desk' }, 'unknown-member'],
  [{ edit: 'member.remove', workspace: 'sales', subject: 'ana' }, 'unknown-workspace'],
  [{ edit: 'member.remove', organization: 'acne', subject: 'olu' }, 'unknown-organization'],
  [{ edit: 'group.set', organization: 'acne', group: 'desk', subjects: ['a'] }, 'unknown-organization'],
  [{ edit: 'group.set', ...acme, group: '', subjects: ['a'] }, 'files: bad-id,unknown-role'],
  [{ edit: 'group.set', ...acme, group: 'a b', subjects: ['a'] }, 'files: bad-id,unknown-role'],
  [{ edit: 'group.set', ...acme, group: '__proto__', subjects: ['a'] }, 'bad-id'],
  [{ edit: 'group.set', ...acme, group: 'desk', subjects: [''] }, 'files: bad-subject,bad-value,unknown-role'],
  [{ edit: 'group.set', ...acme, group: 'desk', subjects: ['a"'] }, 'files: bad-subject,unknown-role'],
  [{ edit: 'group.set', ...acme, group: 'desk', subjects: ['group:night'] }, 'files: bad-subject'],
  [{ edit: 'group.set', ...acme, group: 'desk', subjects: ['x'.repeat(300)] }, 'files: bad-subject'],
  [{ edit: 'group.set', ...acme, group: 'new', subjects: ['a\u200b'] }, 'files: bad-subject'],
  [{ edit: 'group.set', ...acme, group: 'x'.repeat(70), subjects: [] }, 'files: bad-id,unknown-role'],
  [{ edit: 'group.rename', ...acme, group: 'none', to: 'new' }, 'unknown-group'],
  [{ edit: 'group.rename', ...acme, group: '', to: 'new' }, 'unknown-group'],
  [{ edit: 'group.rename', ...acme, group: '__proto__', to: 'new' }, 'unknown-group'],
  [{ edit: 'group.rename', ...acme, group: 'constructor', to: 'new' }, 'unknown-group'],
  [{ edit: 'group.rename', ...acme, group: 'group:desk', to: 'new' }, 'unknown-group'],
  [{ edit: 'group.rename', ...acme, group: 'Desk', to: 'new' }, 'unknown-group'],
  [{ edit: 'group.rename', ...acme, group: 'desk', to: 'night' }, 'group-exists'],
  [{ edit: 'group.rename', ...acme, group: 'desk', to: 'desk' }, 'group-exists'],
  [{ edit: 'group.rename', ...acme, group: 'desk', to: '' }, 'bad-id'],
  [{ edit: 'group.rename', ...acme, group: 'desk', to: 'a b' }, 'bad-id'],
  [{ edit: 'group.rename', ...acme, group: 'desk', to: '../up' }, 'bad-id'],
  [{ edit: 'group.rename', ...acme, group: 'desk', to: '__proto__' }, 'bad-id'],
  [{ edit: 'group.rename', ...acme, group: 'desk', to: 'group:front' }, 'bad-id'],
  [{ edit: 'group.rename', ...acme, group: 'desk', to: 'a\u200b' }, 'bad-id'],
  [{ edit: 'group.rename', ...acme, group: 'desk', to: 'x'.repeat(70) }, 'bad-id'],
  [{ edit: 'group.rename', organization: 'acne', group: 'desk', to: 'new' }, 'unknown-organization'],
  [{ edit: 'group.remove', ...acme, group: 'desk' }, 'group-in-use'],
  [{ edit: 'group.remove', ...acme, group: 'none' }, 'unknown-group'],
  [{ edit: 'group.remove', ...acme, group: '' }, 'unknown-group'],
  [{ edit: 'group.remove', ...acme, group: '__proto__' }, 'unknown-group'],
  [{ edit: 'group.remove', ...acme, group: 'constructor' }, 'unknown-group'],
  [{ edit: 'group.remove', ...acme, group: 'group:night' }, 'unknown-group'],
  [{ edit: 'group.remove', ...acme, group: 'Night' }, 'unknown-group'],
  [{ edit: 'group.remove', organization: 'acne', group: 'night' }, 'unknown-organization'],
  [{ edit: 'group.remove', organization: '', group: 'night' }, 'unknown-organization'],
  [{ edit: 'group.remove', ...acme, group: 'night ' }, 'unknown-group'],
  [{ edit: 'workspace.create', workspace: 'support' }, 'place-exists'],
  [{ edit: 'workspace.create', workspace: 'SUPPORT' }, 'file-exists'],
  [{ edit: 'workspace.create', workspace: '' }, 'bad-id'],
  [{ edit: 'workspace.create', workspace: '../x' }, 'bad-id'],
  [{ edit: 'workspace.create', workspace: 'a/b' }, 'bad-id'],
  [{ edit: 'workspace.create', workspace: '.x' }, 'bad-id'],
  [{ edit: 'workspace.create', workspace: 'x'.repeat(65) }, 'bad-id'],
  [{ edit: 'workspace.create', workspace: 'x', organization: 'acne' }, 'unknown-organization'],
  [{ edit: 'workspace.create', workspace: 'x', title: '' }, 'files: bad-value'],
  [{ edit: 'workspace.create', workspace: 'x', members: [{ subject: 'a', ...held('boss') }] }, 'files: wrong-span'],
  [{ edit: 'workspace.create', workspace: 'x', members: [{ subject: 'a', ...held('lead') }] }, 'files: unknown-role'],
  [{ edit: 'workspace.create', workspace: 'x', members: [{ subject: '', ...held('member') }] }, 'files: bad-subject'],
  [{ edit: 'workspace.create', workspace: 'x', members: [{ subject: 'a', roles: [] }] }, 'files: bad-value'],
  [{ edit: 'workspace.rename', workspace: 'sales', to: 'x' }, 'unknown-workspace'],
  [{ edit: 'workspace.rename', workspace: 'support', to: '' }, 'bad-id'],
  [{ edit: 'workspace.rename', workspace: 'support', to: '..' }, 'bad-id'],
  [{ edit: 'workspace.rename', workspace: 'support', to: 'a b' }, 'bad-id'],
  [{ edit: 'workspace.rename', workspace: 'support', to: 'x/y' }, 'bad-id'],
  [{ edit: 'workspace.rename', workspace: 'support', to: 'x\\y' }, 'bad-id'],
  [{ edit: 'workspace.rename', workspace: '', to: 'x' }, 'unknown-workspace'],
  [{ edit: 'workspace.rename', workspace: 'Support', to: 'x' }, 'unknown-workspace'],
  [{ edit: 'workspace.rename', workspace: 'support', to: 'x'.repeat(65) }, 'bad-id'],
  [{ edit: 'workspace.rename', workspace: '__proto__', to: 'x' }, 'unknown-workspace'],
  [{ edit: 'organization.create', organization: 'acme' }, 'place-exists'],
  [{ edit: 'organization.create', organization: '' }, 'bad-id'],
  [{ edit: 'organization.create', organization: '..' }, 'bad-id'],
  [{ edit: 'organization.create', organization: 'a/b' }, 'bad-id'],
  [{ edit: 'organization.create', organization: 'a b' }, 'bad-id'],
  [{ edit: 'organization.create', organization: 'x', title: '' }, 'files: bad-value'],
  [{ edit: 'organization.create', organization: 'x', plan: '' }, 'files: bad-id'],
  [{ edit: 'organization.create', organization: 'x', properties: { strct: true } }, 'files: unknown-property'],
  [{ edit: 'organization.create', organization: 'x', properties: { strict: 'yes' } }, 'files: wrong-type'],
  [{ edit: 'organization.create', organization: 'x', properties: { strict: null } }, 'files: wrong-type'],
  [
    { edit: 'organization.create', organization: 'x', members: [{ subject: 'a', ...held('member') }] },
    'files: wrong-span',
  ],
  [
    { edit: 'organization.create', organization: 'x', members: [{ subject: 'a', ...held('auditor') }] },
    'files: unknown-role',
  ],
  [{ edit: 'organization.change', organization: 'acne', plan: 'x' }, 'unknown-organization'],
  [{ edit: 'organization.change', ...acme, plan: '' }, 'files: bad-id,unknown-role'],
  [{ edit: 'organization.change', ...acme, plan: 'a b' }, 'files: bad-id,unknown-role'],
  [{ edit: 'organization.change', ...acme, title: '' }, 'files: bad-value,unknown-role'],
  [{ edit: 'organization.change', ...acme, properties: { strct: true } }, 'files: unknown-property'],
  [{ edit: 'organization.change', ...acme, properties: { strict: 1 } }, 'files: wrong-type'],
  [{ edit: 'organization.change', ...acme, properties: { motto: {} } }, 'files: wrong-type,unknown-role'],
  [{ edit: 'organization.change', ...acme, properties: { motto: ['a'] } }, 'files: wrong-type'],
  [{ edit: 'organization.change', ...acme, properties: { __proto: 1 } }, 'files: bad-id,unknown-role'],
  [{ edit: 'organization.change', organization: '', title: 'x' }, 'unknown-organization'],
  [{ edit: 'permission.rename', permission: 'doc:red', to: 'doc:x', keeps: 'was' }, 'unknown-permission'],
  [{ edit: 'permission.rename', permission: 'doc:edit', to: 'doc:read', keeps: 'was' }, 'permission-exists'],
  [{ edit: 'permission.rename', permission: 'doc:edit', to: 'doc:edit', keeps: 'was' }, 'permission-exists'],
  [{ edit: 'permission.rename', permission: 'doc:edit', to: 'edit', keeps: 'was' }, 'bad-id'],
  [{ edit: 'permission.rename', permission: 'doc:edit', to: 'doc:*', keeps: 'was' }, 'bad-id'],
  [{ edit: 'permission.rename', permission: 'doc:edit', to: 'doc:x@own', keeps: 'was' }, 'bad-id'],
  [{ edit: 'permission.rename', permission: 'doc:edit', to: 'a:b:c', keeps: 'nothing' }, 'bad-id'],
  [{ edit: 'permission.rename', permission: 'doc:edit', to: '', keeps: 'nothing' }, 'bad-id'],
  [{ edit: 'permission.rename', permission: '', to: 'doc:x', keeps: 'was' }, 'unknown-permission'],
  [{ edit: 'permission.rename', permission: 'doc:*', to: 'memo:*', keeps: 'was' }, 'unknown-permission'],
  [{ edit: 'permission.rename', permission: 'toString', to: 'doc:x', keeps: 'was' }, 'unknown-permission'],
  [{ edit: 'test.expect', file: 'x', test: 'the last', permission: 'doc:edit', expect: 'can' }, 'unknown-test'],
  [
    { edit: 'test.expect', file: 'policies/support.yaml', test: 'the last', permission: 'doc:edit', expect: 'can' },
    'unknown-test',
  ],
  [
    { edit: 'test.expect', file: '../x.test.yaml', test: 'the last', permission: 'doc:edit', expect: 'can' },
    'unknown-test',
  ],
  [{ edit: 'test.expect', file: testFile, test: 'none', permission: 'doc:edit', expect: 'can' }, 'unknown-test'],
  [{ edit: 'test.expect', file: testFile, test: '', permission: 'doc:edit', expect: 'can' }, 'unknown-test'],
  [
    { edit: 'test.expect', file: testFile, test: 'the last', permission: 'doc:red', expect: 'can' },
    'unknown-permission',
  ],
  [
    { edit: 'test.expect', file: testFile, test: 'the last', permission: 'doc:edit@own', expect: 'can' },
    'unknown-permission',
  ],
  [{ edit: 'test.expect', file: testFile, test: 'the last', permission: '', expect: 'can' }, 'unknown-permission'],
  [
    { edit: 'test.expect', file: testFile, test: 'the last', permission: 'x:*', expect: 'cannot' },
    'unknown-permission',
  ],
  [
    { edit: 'test.expect', file: 'roles.yaml', test: 'the last', permission: 'doc:edit', expect: 'can' },
    'unknown-test',
  ],
];

describe('edits with texts that are not shown as they stand', () => {
  for (const sign of ['\u0000', '\u0007', '\u0085', '\u2028', '\u202e', '\u2069', '\ufeff']) {
    const number = `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
    it(`write ${number} by its number, so that a reviewer sees it`, () => {
      const edit: PolicyEdit = { edit: 'role.change', ...support, role: 'trainee', title: `a${sign}b` };
      const after = applyEdits(files, policy, [edit], () => policy);
      const text = after.map((file) => ('content' in file ? Buffer.from(file.content).toString() : '')).join('');
      assert.include(text, `"title": "a${number}b"`);
      assert.equal(compileOrFail(after).workspaces.get('support')?.roles.get('trainee')?.title, `a${sign}b`);
    });
  }
});

describe('wrong edits', () => {
  for (const [edit, answer] of wrong) {
    it(`are answered ${answer}: ${JSON.stringify(edit)}`, () => assert.equal(answerTo(edit), answer));
  }
});
