import { assert } from 'chai';
import type { AskedEdit } from '../../../../src/review/changes/asked-edit.ts';
import { givesNothing } from '../../../../src/review/diff/compare/gives-nothing.ts';
import { askedCompany } from '../../../cli/ask/asked-company.ts';
import { judge } from '../../../support/judged-edits.ts';

const files = {
  ...askedCompany,
  'roles.yaml': `organizationProperties: { strict: false }
${askedCompany['roles.yaml'] ?? ''}`
    .replace('shared: {}', 'shared: {}\n  strict: { when: { organization.properties.strict: true } }')
    .replace('comment:send: Send comments', 'comment:send: { title: Send comments, scopes: [strict] }'),
};
const at = { workspace: 'support' } as const;

const table: readonly (readonly [why: string, edits: readonly AskedEdit[], isNothing: boolean])[] = [
  ['somebody leaves', [{ edit: 'member.remove', ...at, subject: 'ana' }], true],
  ['less is held', [{ edit: 'member.set', ...at, subject: 'ana', roles: [{ role: 'member' }] }], true],
  [
    'a membership ends',
    [{ edit: 'member.set', ...at, subject: 'ana', roles: [{ role: 'lead', until: '2999-01-01' }] }],
    true,
  ],
  ['a group is left', [{ edit: 'group.set', organization: 'acme', group: 'desk', subjects: ['dan'] }], true],
  ['a role gives less', [{ edit: 'role.change', ...at, role: 'muted', disallow: ['message:send@shared'] }], true],
  ['a title', [{ edit: 'role.change', ...at, role: 'muted', title: 'Quiet' }], true],
  ['a role that nobody holds', [{ edit: 'role.create', ...at, role: 'new', grants: ['report:view'] }], true],
  ['a role that nobody holds any more', [{ edit: 'role.delete', ...at, role: 'muted' }], false],
  ['a role gives more', [{ edit: 'role.change', ...at, role: 'muted', allow: ['report:view'] }], false],
  [
    'less of one and more of another',
    [
      { edit: 'member.remove', ...at, subject: 'ana' },
      { edit: 'role.change', ...at, role: 'muted', allow: ['report:view'] },
    ],
    false,
  ],
  ['more is held', [{ edit: 'member.set', ...at, subject: 'dan', roles: [{ role: 'lead' }] }], false],
  [
    'more is held in a year',
    [{ edit: 'member.set', ...at, subject: 'eve', roles: [{ role: 'lead', from: '2998-01-01' }] }],
    false,
  ],
  [
    'a membership ends later',
    [{ edit: 'member.set', ...at, subject: 'eve', roles: [{ role: 'member', until: '2999-01-01' }] }],
    false,
  ],
  ['what takes away is taken away', [{ edit: 'member.set', ...at, subject: 'mo', roles: [{ role: 'lead' }] }], false],
  ['a group is joined', [{ edit: 'group.set', organization: 'acme', group: 'desk', subjects: ['dan', 'mo'] }], false],
  ['a plan has more', [{ edit: 'organization.change', organization: 'free', plan: 'scale' }], false],
  [
    'what a scope looks up is another',
    [{ edit: 'organization.change', organization: 'acme', properties: { strict: true } }],
    false,
  ],
  [
    'a name that means nothing',
    [{ edit: 'permission.rename', permission: 'report:view', to: 'report:see', keeps: 'nothing' }],
    false,
  ],
];

describe('a change that gives nothing', () => {
  for (const [why, edits, isNothing] of table) {
    it(`is told from one that does: ${why}`, async () => {
      const judged = await judge(files, edits);
      assert.deepEqual(judged.errors, []);
      assert.strictEqual(
        givesNothing(judged.effect),
        isNothing,
        JSON.stringify(judged.effect?.difference, undefined, 1),
      );
    });
  }

  it('is none of which it is not known', () => {
    assert.isFalse(givesNothing(undefined));
  });
});
