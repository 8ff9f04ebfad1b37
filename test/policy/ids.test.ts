import { assert } from 'chai';
import {
  idPatterns,
  isLowerCaseId,
  isPermissionId,
  isPlaceId,
  isResourceName,
  isRoleId,
} from '../../src/policy/ids.ts';
import { loadSchema } from '../../src/compile/schema/policy-schemas.ts';
import { limits } from '../../src/policy/limits.ts';

describe('ids', () => {
  const uuid = '550e8400-e29b-41d4-a716-446655440000';
  const words = ['a', 'team-lead', 'growth-2019', 'a-', 'a--b', 'constructor', 'a'.repeat(limits.idCharacters)];
  const wordy = ['A', 'teamLead', 'QA_Lead', 'team.lead', 'a.', 'a_', 'toString', 'hasOwnProperty', 'A..b'];
  const numbered = ['0', '7', '01234', '1.10', '1e3', '0x1F', '2026-11-20', '4sales', '9007199254740993', uuid];
  const never = [
    '',
    '-',
    '.',
    '..',
    '_',
    '-a',
    '.a',
    '_a',
    '-1',
    '.5',
    '__proto__',
    'team lead',
    'team/lead',
    'team:lead',
    'team+lead',
    'team@lead',
    'a,b',
    'a%2Fb',
    '*',
    'tëam',
    'а',
    '１',
    'a\n',
    '\na',
    ' a',
    'a ',
    'a\u0000',
    `{${uuid}}`,
    'a'.repeat(limits.idCharacters + 1),
  ];

  const holds = (is: (text: string) => boolean, right: readonly string[], wrong: readonly string[]): void => {
    for (const id of right) assert.isTrue(is(id), JSON.stringify(id));
    for (const id of wrong) assert.isFalse(is(id), JSON.stringify(id));
  };

  it('organizations, workspaces and groups are letters, digits, dots, underscores and dashes, a letter or a digit first', () => {
    holds(isPlaceId, [...words, ...wordy, ...numbered], never);
  });

  it('roles are the same, a letter first', () => {
    holds(isRoleId, [...words, ...wordy], [...never, ...numbered]);
  });

  it('scopes, subject types and plans are lower-case letters, digits and dashes, a letter first', () => {
    holds(isLowerCaseId, words, [...never, ...numbered, ...wordy]);
  });

  it('are the same in the published schemas', () => {
    const known = new Set<string>(Object.values(idPatterns).map(({ source }) => source));
    const definitions = ['placeId', 'roleId', 'id', 'permission', 'grant'] as const;
    for (const name of ['roles', 'organization', 'workspace', 'test'] as const) {
      const schema = loadSchema(name) as { $defs: Readonly<Record<string, { pattern?: string }>> };
      for (const definition of definitions) {
        const pattern = schema.$defs[definition]?.pattern;
        if (pattern !== undefined) assert.equal(pattern, idPatterns[definition].source, `${name}: ${definition}`);
      }
      for (const [, pattern = ''] of JSON.stringify(schema).matchAll(/"pattern":"(\^\[[^"]*)"/g)) {
        // What may not stand in a text, and how many hold a role, is no id.
        if (/^\^\[\^|\+\$$/.test(pattern)) continue;
        assert.include([...known], pattern.replaceAll('\\\\', '\\'), name);
      }
    }
  });

  it('a permission is `resource:action`, and case matters', () => {
    for (const id of [
      'message:send',
      'Message:Send',
      'call-flow:edit-ivr-menus',
      'a:b',
      'a.b:c_d',
      'a9:b9',
      'user:2fa-reset',
      'a:1',
      'A:0_.-',
    ]) {
      assert.isTrue(isPermissionId(id), id);
    }
    const wrong = [
      '',
      ':',
      'message',
      'message:',
      ':send',
      'a:b:c',
      'message:*',
      '*',
      '*:*',
      'message :send',
      'message: send',
      '1a:b',
      '1a:1b',
      'a:_b',
      'a:.b',
      '-a:b',
      'a:-b',
      'a:b@self',
      'a:b\n',
      'ä:b',
      'a,b:c',
      'a:(b)',
      `a:${'b'.repeat(limits.permissionCharacters)}`,
    ];
    for (const id of wrong) assert.isFalse(isPermissionId(id), JSON.stringify(id));
  });

  it('a resource is one half of a permission', () => {
    assert.isTrue(isResourceName('message'));
    for (const name of ['', '*', 'a:b', ' a', 'a b', '1', 'a\n', 'a@b', 'a'.repeat(limits.permissionCharacters + 1)]) {
      assert.isFalse(isResourceName(name), JSON.stringify(name));
    }
  });
});
