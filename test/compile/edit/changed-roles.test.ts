import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { applyEdits } from '../../../src/compile/edit/apply-edits.ts';
import { RefusedEdit, type ChangeRole } from '../../../src/compile/edit/policy-edit.ts';
import { nowMs, policyOf, sourceFiles } from '../../support/compile-yaml.ts';

const catalog = `scopes: { personal: { when: { resource.owner: $subject.id } }, shared: {} }
permissions:
  Tags:
    tag:create: { title: Create, scopes: [personal, shared] }
    tag:edit: { title: Edit, scopes: [personal, shared] }
  Reports:
    report:view: View
    report:drop: Drop
  Company:
    invoice:pay: { title: Pay, spans: organization }
baseline: ["*@personal"]
roles:
  member: { title: Standard, grants: [tag:edit] }
  reader: { title: Reader, grants: [report:view] }
  strict: { title: Strict, denies: [report:drop] }
`;

/** What a change writes of a role, or the code with which it is refused. */
function written(role: string, change: Partial<ChangeRole>): string {
  const head = 'workspace: help\nroles:\n  other: { extends: lead }\n';
  const texts = { 'roles.yaml': catalog, 'policies/help.yaml': `${head}  lead: ${role} # kept\n` };
  const edit = { edit: 'role.change', workspace: 'help', role: 'lead', ...change } as ChangeRole;
  const apply = (from: Record<string, string>): string => {
    const files = applyEdits(sourceFiles(from), policyOf(from), [edit], () => assert.fail('one edit'));
    const { problems } = compilePolicy(files, nowMs);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) return `files: ${errors.map(({ code }) => code).join()}`;
    const file = files.find(({ path }) => path === 'policies/help.yaml');
    return file && 'content' in file ? Buffer.from(file.content).toString() : assert.fail('no file');
  };
  try {
    const text = apply(texts);
    if (text.startsWith('files:')) return text;
    assert.strictEqual(apply({ ...texts, 'policies/help.yaml': text }), text, 'made twice');
    assert.isTrue(text.startsWith(head));
    return text.slice(text.indexOf('  lead: ') + 8, text.indexOf(' # kept'));
  } catch (error) {
    if (!(error instanceof RefusedEdit)) throw error;
    return error.code;
  }
}

describe('a role that is to give also what is added later', () => {
  /** The role, the change, and what is written. */
  const rows: readonly (readonly [string, Partial<ChangeRole>, string])[] = [
    ['{ grants: [tag:create] }', { always: ['tag:*'] }, '{ grants: ["tag:*"] }'],
    ['{ grants: [report:view, tag:create, tag:edit] }', { always: ['tag:*'] }, '{ grants: [report:view, "tag:*"] }'],
    ['{ grants: [report:view] }', { always: ['tag:*', 'report:*'] }, '{ grants: ["report:*", "tag:*"] }'],
    ['{ grants: [tag:create, "report:*"] }', { always: ['*'] }, '{ grants: ["*"] }'],
    ['{ grants: ["*"] }', { always: ['tag:*'] }, '{ grants: ["*"] }'],
    ['{ grants: ["*@shared"] }', { always: ['tag:*'] }, '{ grants: ["*@shared", "tag:*"] }'],
    ['{ grants: ["tag:*"] }', { always: ['*@shared'] }, '{ grants: ["tag:*", "*@shared"] }'],
    ['{ grants: ["*"] }', { always: ['*@shared'] }, '{ grants: ["*"] }'],
    ['{ extends: member, without: [tag:edit] }', { always: ['tag:*'] }, '{ extends: member, grants: ["tag:*"] }'],
    ['{ grants: ["tag:*"] }', { spelled: ['tag:*'] }, '{ grants: ["tag:create", tag:edit] }'],
    ['{ grants: ["*"] }', { spelled: ['*'] }, '{ grants: ["tag:create", tag:edit, report:view, report:drop] }'],
    ['{ grants: ["*"] }', { spelled: ['*'], always: ['tag:*'] }, '{ grants: ["tag:*", report:view, report:drop] }'],
    ['{ grants: ["report:*", "tag:*"] }', { spelled: ['tag:*'] }, '{ grants: ["report:*", "tag:create", tag:edit] }'],
    ['{ grants: [tag:create] }', { spelled: ['*'] }, '{ grants: [tag:create] }'],
    ['{ grants: ["tag:*"] }', { spelled: ['tag:*'], disallow: ['tag:edit'] }, '{ grants: ["tag:create"] }'],
    // What is asked for has to be possible, and to mean one thing.
    ['{ grants: [tag:create] }', { always: ['tag:*'], disallow: ['tag:edit'] }, 'contradiction'],
    ['{ grants: [tag:create] }', { always: ['tag:create'] }, 'contradiction'],
    ['{ grants: [tag:create] }', { spelled: ['tag:create'] }, 'contradiction'],
    ['{ grants: [tag:create] }', { always: ['tga:*'] }, 'unknown-permission'],
    ['{ grants: [tag:create] }', { spelled: ['tga:*'] }, 'unknown-permission'],
    ['{ grants: [tag:create] }', { always: ['tag:*@shared'] }, 'contradiction'],
    ['{ extends: strict }', { always: ['report:*'] }, 'denied-by-parent'],
  ];
  for (const [role, change, expected] of rows) {
    it(`${role} with ${JSON.stringify(change)} is ${expected}`, () => {
      assert.strictEqual(written(role, change), expected);
    });
  }
});

describe('a role that is to follow another one', () => {
  const rows: readonly (readonly [string, Partial<ChangeRole>, string])[] = [
    ['{ extends: member }', { extends: ['reader'] }, '{ extends: reader }'],
    ['{ grants: [tag:create] }', { extends: ['member'] }, '{ grants: [tag:create], extends: member }'],
    ['{ extends: member, grants: [tag:create] }', { extends: [] }, '{ grants: [tag:create] }'],
    ['{ extends: member }', { extends: ['member', 'reader'] }, '{ extends: [member, reader] }'],
    ['{ extends: [member, reader] }', { extends: ['reader'] }, '{ extends: [reader] }'],
    ['{ extends: member }', { extends: ['member', 'member'] }, '{ extends: member }'],
    ['{ extends: member }', { extends: ['member'] }, '{ extends: member }'],
    // What nothing gives any more is not taken out, and what is still given is.
    ['{ extends: member, without: [tag:edit] }', { extends: ['reader'] }, '{ extends: reader }'],
    [
      '{ extends: [member, reader], without: [tag:edit, report:view] }',
      { extends: ['reader'] },
      '{ extends: [reader], without: [report:view] }',
    ],
    // Boxes are about the role that it is then.
    [
      '{ extends: member }',
      { extends: ['reader'], disallow: ['report:view'] },
      '{ extends: reader, without: [report:view] }',
    ],
    ['{ extends: member }', { extends: ['reader'], allow: ['report:view'] }, '{ extends: reader }'],
    ['{ extends: member }', { extends: ['strict'], allow: ['report:drop'] }, 'denied-by-parent'],
    ['{ extends: member }', { extends: ['nobody'] }, 'unknown-role'],
    ['{ extends: member }', { extends: [''] }, 'unknown-role'],
    ['{ extends: member }', { extends: ['lead'] }, 'files: extends-cycle'],
    ['{ extends: member }', { extends: ['other'] }, 'files: extends-cycle'],
  ];
  for (const [role, change, expected] of rows) {
    it(`${role} with ${JSON.stringify(change)} is ${expected}`, () => {
      assert.strictEqual(written(role, change), expected);
    });
  }
});
