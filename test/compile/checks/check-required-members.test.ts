import { assert } from 'chai';
import { compileTexts, type PolicyTexts } from '../../support/policy-texts.ts';

const catalog = `scopes: { self: { when: { resource.owner: $subject.id } }, team: { when: { resource.team: $subject.properties.team } }, rest: {}, others: {} }
permissions:
  C:
    report:view: t
    report:edit: { title: t, requires: [report:view] }
    file:view: { title: t, scopes: [self, team, rest] }
    file:edit: { title: t, scopes: [self, team, rest], requires: [file:view] }
    file:sign: { title: t, scopes: [self, others], requires: [file:view] }
    file:list: { title: t, requires: [file:view] }
roles:
  viewer: { grants: [report:view] }
  editor: { grants: [report:edit] }
  blind: { grants: [], denies: [report:view] }
  all-viewer: { grants: [report:view], spans: organization }
  all-editor: { grants: [report:edit], spans: organization }
  all-blind: { grants: [], denies: [report:view], spans: organization }
`;

/** What is said of these members; those of the organization stand in its file. */
function faultsOf({ here = '', above = '', roles = '', sales = '' }: Record<string, string>): string[] {
  const texts: PolicyTexts = {
    'roles.yaml': catalog,
    'policies/organization.yaml': `organization: acme\nmembers: { ${above} }\n`,
    'policies/support.yaml': `workspace: support\nroles: { ${roles} }\nmembers: { ${here} }\n`,
    ...(sales === '' ? {} : { 'policies/sales.yaml': `workspace: sales\nmembers: { ${sales} }\n` }),
  };
  return compileTexts(texts)
    .problems.filter(({ code }) => code === 'missing-requirement')
    .map(({ file, line, message }) => `${file.replace('policies/', '')}:${line} ${message}`);
}

describe('a member and what a permission requires', () => {
  it('may have it from another role, of the workspace or of the organization, either way round', () => {
    assert.deepEqual(faultsOf({ here: 'ana: [editor, viewer]' }), []);
    assert.deepEqual(faultsOf({ here: 'ana: editor', above: 'ana: all-viewer' }), []);
    assert.deepEqual(faultsOf({ here: 'ana: viewer', above: 'ana: all-editor' }), []);
    assert.deepEqual(faultsOf({ above: 'ana: [all-editor, all-viewer]' }), []);
    assert.deepEqual(
      faultsOf({ roles: 'r: { grants: [report:edit] }, s: { grants: [report:view] }', here: 'ana: [r, s]' }),
      [],
    );
  });

  it('must have it in each workspace where the role of the organization holds', () => {
    assert.deepEqual(faultsOf({ above: 'ana: all-editor' }), [
      'organization.yaml:2 `ana` may `report:edit` (`all-editor`) and not `report:view`, which it requires',
    ]);
    assert.deepEqual(faultsOf({ above: 'ana: all-editor', here: 'ana: viewer', sales: 'ana: viewer' }), []);
    assert.deepEqual(faultsOf({ above: 'ana: all-editor', here: 'ana: viewer', sales: 'bo: viewer' }), [
      'organization.yaml:2 `ana` may `report:edit` (`all-editor`) and not `report:view`, which it requires',
    ]);
    assert.deepEqual(faultsOf({ above: 'ana: all-editor', here: 'ana: viewer', sales: 'ana: blind' }), [
      'sales.yaml:2 `ana` may `report:edit` (`all-editor`) and not `report:view`, which it requires',
    ]);
  });

  it('loses it to a deny of any of the roles, and is told where that stands', () => {
    const denied = 'may `report:edit` (`editor`) and not `report:view`, which it requires';
    assert.deepEqual(faultsOf({ here: 'ana: [editor, viewer, blind]' }), [`support.yaml:3 \`ana\` ${denied}`]);
    assert.deepEqual(faultsOf({ here: 'ana: [editor, viewer]', above: 'ana: all-blind' }), [
      `support.yaml:3 \`ana\` ${denied}`,
    ]);
    const { problems } = compileTexts({
      'roles.yaml': catalog,
      'policies/w.yaml': 'workspace: w\nmembers: { ana: [editor, viewer, blind] }\n',
    });
    assert.strictEqual(problems[0]?.help, '`blind` denies it at roles.yaml:13:33; take one of the roles away');
  });

  it('must have it for as long as the other', () => {
    const ends = 'ana: [editor, { role: viewer, until: 2026-12-31 }]';
    assert.deepEqual(faultsOf({ here: ends }), [
      'support.yaml:3 `ana` may `report:edit` (`editor`) and not `report:view` from 2027-01-01T00:00:00Z on, which it requires',
    ]);
    assert.lengthOf(faultsOf({ here: 'ana: [editor, { role: viewer, from: 2027-01-01 }]' }), 1);
    assert.lengthOf(faultsOf({ here: 'ana: [viewer, editor, { role: blind, from: 2027-01-01 }]' }), 1);
    assert.lengthOf(faultsOf({ here: 'ana: viewer', above: 'ana: [{ role: all-editor, from: 2027-01-01 }]' }), 0);
    assert.lengthOf(faultsOf({ here: 'ana: [{ role: viewer, until: 2026-12-31 }]', above: 'ana: all-editor' }), 1);
    const both = 'ana: [{ role: editor, until: 2026-12-31 }, { role: viewer, until: 2026-12-31 }]';
    assert.deepEqual(faultsOf({ here: both }), []);
    assert.deepEqual(faultsOf({ here: 'ana: [{ role: editor, until: 2026-11-19 }, viewer]' }), [], 'over');
  });

  it('must have it for the same things', () => {
    const faults = (grants: string, denies = ''): number =>
      faultsOf({ roles: `r: { grants: [${grants}], denies: [${denies}] }`, here: 'ana: r' }).length;
    assert.strictEqual(faults('file:edit, file:view'), 0);
    assert.strictEqual(faults('file:edit, file:view', '"file:view@self"'), 1, 'what is denied');
    assert.strictEqual(faults('"file:edit@team", file:view', '"file:view@self"'), 1, 'in both scopes at once');
    assert.strictEqual(faults('"file:edit@self", "file:view@self"'), 0);
    assert.strictEqual(faults('"file:edit@self", "file:view@team"'), 1);
    assert.strictEqual(faults('"file:edit@rest", "file:view@rest"'), 0);
    assert.strictEqual(faults('"file:edit@rest", "file:view@self"'), 1);
    assert.strictEqual(faults('"file:sign@others", "file:view@rest"'), 0, 'the rest by another name');
    assert.strictEqual(faults('"file:sign@others", "file:view@self"'), 1);
    assert.strictEqual(faults('file:list, "file:view@self"'), 0, 'for some things at least');
    assert.strictEqual(faults('file:list, file:edit', '"file:edit@self", "file:edit@team", "file:edit@rest"'), 1);
  });

  it('is told once where one role is the reason, however many hold it', () => {
    const roles = 'r: { grants: [report:edit] }, s: { extends: r }';
    assert.deepEqual(faultsOf({ roles, here: 'ana: r, bo: r, cy: s, dee: [s, r]' }), [
      'support.yaml:2 role `r` holds `report:edit` without `report:view`, which it requires',
    ]);
    assert.deepEqual(faultsOf({ roles, here: 'ana: [r, viewer], bo: [r, viewer, blind]' }), [
      'support.yaml:3 `bo` may `report:edit` (`r`) and not `report:view`, which it requires',
    ]);
    assert.deepEqual(faultsOf({ roles }), [], 'nobody holds it');
  });
});
