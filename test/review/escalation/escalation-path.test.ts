import { assert } from 'chai';
import { formatEscalationPath } from '../../../src/review/escalation/escalation-path.ts';
import { pathsOf, type EscalationTexts } from '../../support/escalation-texts.ts';

describe('a path', () => {
  it('never ends where what excludes each other is held: one side is given up for the other, where that can be', () => {
    const builtIns =
      'member: {}, maker: { grants: [invoice:create, team:manage] }, checker: { grants: [invoice:approve] }';
    const extra = 'exclusive: [[invoice:create, invoice:approve]]\n';
    assert.deepEqual(pathsOf({ builtIns, extra }).map(formatEscalationPath), [
      'whoever is given `maker` can make themselves `checker` and gain `invoice:approve`: `maker` → `team:manage` → `checker` in place of `maker`',
    ]);
    const needed = builtIns.replace('team:manage] }', 'team:manage], holders: 1 }');
    assert.deepEqual(pathsOf({ builtIns: needed, extra, members: 'ana: maker' }).map(formatEscalationPath), [
      '1 member with `maker` in `support` can make themselves `checker` and gain `invoice:approve`: `maker` → `team:manage` → `checker` in place of `maker`',
    ]);
    const keeper = 'keeper: { grants: [role:edit, invoice:approve] }';
    const [path] = pathsOf({ builtIns: 'member: {}', roles: keeper, extra });
    assert.include(path?.gained ?? [], 'doc:read');
    assert.isFalse(path?.reachesEverything);
  });

  it('is a sentence', () => {
    const lead = 'lead: { extends: member, grants: [team:manage] }';
    const sentences = (texts: EscalationTexts): string[] => pathsOf(texts).map(formatEscalationPath);
    assert.deepEqual(sentences({ roles: lead, members: 'ana: lead, bo: lead, cy: lead' }), [
      '3 members with `lead` in `support` can make themselves `admin`: `lead` → `team:manage` → `admin`',
    ]);
    assert.deepEqual(sentences({ roles: lead }), [
      'whoever is given `lead` in `support` can make themselves `admin`: `lead` → `team:manage` → `admin`',
    ]);
    assert.deepEqual(sentences({ roles: 'keeper: { grants: [role:edit] }', members: 'ana: keeper' }), [
      '1 member with `keeper` in `support` can give themselves everything: `keeper` → `role:edit` → `keeper` rewritten',
    ]);
    assert.deepEqual(sentences({ builtIns: 'member: {}, keeper: { grants: [role:edit] }', members: 'ana: keeper' }), [
      '1 member with `keeper` in `support` can give themselves everything once somebody hands out the role they make: `keeper` → `role:edit` → a new role → somebody who hands it out',
    ]);
  });

  it('is plain data with a key that stays while the start is the same', () => {
    const before = pathsOf({ roles: 'lead: { grants: [team:manage] }' });
    const after = pathsOf({ roles: 'lead: { grants: [team:manage, doc:read] }', members: 'ana: lead' });
    assert.deepEqual(JSON.parse(JSON.stringify(after)), after);
    assert.deepEqual(
      before.map(({ key }) => key),
      ['support/lead'],
    );
    assert.deepEqual(
      after.map(({ key }) => key),
      ['support/lead'],
    );
  });
});
