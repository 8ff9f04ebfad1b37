import { assert } from 'chai';
import { isId, isPermissionId, isResourceName } from '../../src/policy/ids.ts';
import { limits } from '../../src/policy/limits.ts';

describe('ids', () => {
  it('roles, workspaces, organizations and scopes are lower-case letters, digits and dashes, a letter first', () => {
    for (const id of ['a', 'team-lead', 'growth-2019', 'a-', 'a--b', 'constructor', 'a'.repeat(limits.idCharacters)]) {
      assert.isTrue(isId(id), id);
    }
    const wrong = [
      '',
      '-',
      '-a',
      '1a',
      'A',
      'teamLead',
      'team_lead',
      'team lead',
      'team.lead',
      'team/lead',
      'team:lead',
      'team+lead',
      '*',
      'tëam',
      'a\n',
      '\na',
      ' a',
      'a ',
      'а',
      '__proto__',
      'a\u0000',
      'a'.repeat(limits.idCharacters + 1),
    ];
    for (const id of wrong) assert.isFalse(isId(id), JSON.stringify(id));
  });

  it('a permission is `resource:action`, and case matters', () => {
    for (const id of ['message:send', 'Message:Send', 'call-flow:edit-ivr-menus', 'a:b', 'a.b:c_d', 'a9:b9']) {
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
      'a:1b',
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
