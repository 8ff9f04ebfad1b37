import { assert } from 'chai';
import { applyEdits } from '../../../src/compile/edit/apply-edits.ts';
import { RefusedEdit, type PolicyEdit } from '../../../src/compile/edit/policy-edit.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';

const head = 'permissions: { C: { a:b: t } }\nroles: { member: { grants: [a:b] } }\n';

/** The end of `roles.yaml` after an edit, without what stands above. */
function after(waive: string, edit: PolicyEdit): string {
  const files: readonly SourceFile[] = [{ path: 'roles.yaml', content: Buffer.from(`${head}${waive}`) }];
  const [file] = applyEdits(files, compileOrFail(files), [edit], compileOrFail);
  const text = file && 'content' in file ? Buffer.from(file.content).toString() : '';
  assert.isTrue(text.startsWith(head), text);
  return text.slice(head.length);
}

const end: PolicyEdit = { edit: 'waiver.end', check: 'idle-role', about: { workspace: 'w', role: 'lead' } };
const it1 = '{ check: idle-role, workspace: w, role: lead, reason: r, until: 2099-01-01 }';
const other = '{ check: idle-role, workspace: w, role: other, reason: r, until: 2099-01-01 }';

describe('a waiver that is ended', () => {
  const layouts: readonly (readonly [what: string, before: string, after: string])[] = [
    ['in a list of lines', `waive:\n  - ${it1}\n  - ${other}\n`, `waive:\n  - ${other}\n`],
    ['the last of a list of lines', `waive:\n  - ${other}\n  - ${it1}\n`, `waive:\n  - ${other}\n`],
    ['in brackets', `waive: [${it1}, ${other}]\n`, `waive: [${other}]\n`],
    ['the last in brackets', `waive: [${other}, ${it1}]\n`, `waive: [${other}]\n`],
    ['the only one', `waive:\n  - ${it1}\n`, ''],
    ['the only one, in brackets, between other keys', `waive: [${it1}]\nescalation: allow\n`, 'escalation: allow\n'],
    [
      'written in lines, its words in another order, with a comment',
      `waive:\n  - role: lead # whom\n    reason: r\n    workspace: w\n    until: "2099-01-01"\n    check: idle-role\n  - ${other} # stays\n`,
      `waive:\n  - ${other} # stays\n`,
    ],
    ['over already', `waive: [${other}, ${it1.replace('2099', '2019')}]\n`, `waive: [${other}]\n`],
    [
      'twice',
      `waive:\n  - ${it1}\n  - ${other}\n  - ${it1.replace('reason: r', 'reason: s')}\n`,
      `waive:\n  - ${other}\n`,
    ],
  ];
  for (const [what, before, expected] of layouts) {
    it(`goes where it stands ${what}`, () => assert.equal(after(before, end), expected));
  }

  const missing: readonly (readonly [what: string, waive: string])[] = [
    ['nothing is accepted', ''],
    ['the list is empty', 'waive: []\n'],
    ['it is of another role', `waive: [${other}]\n`],
    ['it says less', 'waive: [{ check: idle-role, workspace: w, reason: r, until: 2099-01-01 }]\n'],
    ['it says more', `waive: [${it1.replace('workspace: w', 'organization: o, workspace: w')}]\n`],
    ['it is of another check', `waive: [${it1.replace('idle-role', 'unused-role')}]\n`],
    ['it is written in other letters', `waive: [${it1.replace('role: lead', 'role: Lead')}]\n`],
  ];
  for (const [what, waive] of missing) {
    it(`is refused where ${what}`, () => {
      try {
        after(waive, end);
      } catch (error) {
        if (!(error instanceof RefusedEdit)) throw error;
        assert.equal(error.code, 'unknown-waiver');
        assert.equal(error.message, 'there is no waiver of `idle-role` (workspace: `w`, role: `lead`)');
        return;
      }
      assert.fail('it was made');
    });
  }
});
