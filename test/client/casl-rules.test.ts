import { assert } from 'chai';
import { createMongoAbility, subject } from '@casl/ability';
import { caslRules } from '../../packages/client/src/casl/casl-rules.ts';
import type { ListedPermission } from '../../packages/client/src/permission-set.ts';

const listed = (permission: string, decision: boolean, scopes?: Record<string, boolean>): ListedPermission => ({
  permission,
  decision,
  ...(scopes && { scopes }),
});

describe('rules for CASL', () => {
  const held = {
    revision: '81e61c315014',
    permissions: [
      listed('tag:create', true),
      listed('tag:delete', false),
      listed('report:view', true, { self: true, team: true }),
      listed('message:send', true, { personal: true, shared: false }),
      listed('call:hear', true, { self: false, team: true }),
      listed('note:read', false, { self: false, team: false }),
    ],
  };

  it('allow what is held, and deny everything else', () => {
    const ability = createMongoAbility(caslRules(held));
    assert.isTrue(ability.can('create', 'tag'));
    assert.isTrue(ability.can('view', 'report'));
    for (const [action, thing] of [
      ['delete', 'tag'],
      ['read', 'note'],
      ['create', 'report'],
      ['manage', 'tag'],
      ['manage', 'all'],
    ] as const)
      assert.isFalse(ability.can(action, thing), `${action} ${thing}`);
  });

  it('allow what is held in some scopes only where CASL can tell the things apart', () => {
    assert.isFalse(createMongoAbility(caslRules(held)).can('send', 'message'));
    const ability = createMongoAbility(caslRules(held, { personal: { owner: 'bo' } }));
    assert.isTrue(ability.can('send', subject('message', { owner: 'bo' })));
    assert.isFalse(ability.can('send', subject('message', { owner: 'ana' })));
    assert.isFalse(ability.can('hear', subject('call', { owner: 'bo' })));
    assert.isFalse(createMongoAbility(caslRules(held, { constructor: {} })).can('send', 'message'));
  });
});
