import { assert } from 'chai';
import {
  compareEscalations,
  mergeEscalations,
  type EscalationChanges,
} from '../../../../src/review/diff/compare/escalation-changes.ts';
import { pathsOf, shortOf, usual, type EscalationTexts } from '../../../support/escalation-texts.ts';

function changesOf(before: EscalationTexts, after: EscalationTexts): EscalationChanges {
  return compareEscalations({ before: pathsOf(before), after: pathsOf(after) });
}

/** Each way that opened and for whom, then each that closed. */
function told(before: EscalationTexts, after: EscalationTexts): string[] {
  const { opened, closed } = changesOf(before, after);
  return [
    ...opened.map(({ path, members }) => `+ ${shortOf(path)} (${members.join(' ')})`),
    ...closed.map((path) => `- ${shortOf(path)}`),
  ];
}

const lead = 'lead: { grants: ["team:manage"] }';
const reader = 'lead: { grants: ["doc:read"] }';
const members = 'ana: lead, bo: member';
const leadToAll = 'support/lead: team:manage assign admin = everything';

describe('ways to more, before a change and after it', () => {
  it('are none that opened or closed when nothing changed', () => {
    assert.deepEqual(told({ roles: lead, members }, { roles: lead, members }), []);
  });

  it('open for all who hold a role that may hand out a larger one now, and close the other way round', () => {
    const [without, within] = [
      { roles: reader, members },
      { roles: lead, members },
    ];
    assert.deepEqual(told(without, within), [`+ ${leadToAll} (ana)`]);
    assert.deepEqual(told(within, without), [`- ${leadToAll}`]);
  });

  it('open where a role says no more which roles alone it hands out, and close the other way round', () => {
    const limited = { roles: 'lead: { grants: ["team:manage"], assigns: [] }', members };
    const unlimited = { roles: lead, members };
    assert.deepEqual(told(limited, unlimited), [`+ ${leadToAll} (ana)`]);
    assert.deepEqual(told(unlimited, limited), [`- ${leadToAll}`]);
    const more = { roles: 'lead: { grants: ["team:manage"], assigns: [member, admin] }', members };
    assert.deepEqual(told(limited, more), [`+ ${leadToAll} (ana)`]);
  });

  it('open for whoever is given the role, and for nobody who had it', () => {
    const before = { roles: lead, members };
    assert.deepEqual(told(before, { roles: lead, members: 'ana: lead, bo: lead' }), [`+ ${leadToAll} (bo)`]);
    assert.deepEqual(told(before, { roles: lead, members: 'bo: member' }), []);
  });

  it('open to nobody yet when a role has one that nobody holds', () => {
    assert.deepEqual(told({ roles: reader, members: '' }, { roles: lead, members: '' }), [`+ ${leadToAll} ()`]);
  });

  it('open for everybody again when they lead further, and for nobody when they lead less far', () => {
    const [near, far] = ['doc:edit', 'doc:edit, invoice:create'].map((grants) => ({
      builtIns: `member: {}, keeper: { grants: [doc:read, team:manage] }, clerk: { grants: [${grants}] }`,
      members: 'ana: keeper',
    }));
    assert.isDefined(near);
    assert.isDefined(far);
    assert.lengthOf(changesOf(near, far).opened, 1);
    assert.deepEqual(changesOf(near, far).opened[0]?.members, ['ana']);
    assert.deepEqual(told(far, near), []);
  });

  it('open for a role that only loses what its holders can give back to themselves', () => {
    const before = { builtIns: `${usual}, keeper: { extends: admin }`, members: 'ana: keeper' };
    const after = {
      builtIns: `${usual}, keeper: { extends: admin, without: [invoice:approve] }`,
      members: 'ana: keeper',
    };
    assert.deepEqual(told(before, after), ['+ */keeper: team:manage assign admin = everything (ana)']);
  });

  it('are of another workspace when they are of another workspace', () => {
    const other = pathsOf({ roles: lead, members }).map((path) => ({
      ...path,
      key: path.key.replace('support', 'sales'),
    }));
    const { opened, closed } = compareEscalations({ before: pathsOf({ roles: lead, members }), after: other });
    assert.deepEqual(
      opened.map(({ path }) => path.key),
      ['sales/lead'],
    );
    assert.deepEqual(
      closed.map(({ key }) => key),
      ['support/lead'],
    );
  });
});

describe('ways to more of several shares', () => {
  const [everywhere] = pathsOf({ builtIns: `${usual}, keeper: { grants: [team:manage] }`, members: 'ana: keeper' });

  it('are one where it is the same, with the members and workspaces of all, each member once', () => {
    assert.isDefined(everywhere);
    const shares = [
      [{ ...everywhere, members: ['ana', 'bo'], workspaces: ['a'] }],
      [],
      [{ ...everywhere, members: ['bo', 'cy'], workspaces: ['b', 'c'] }],
    ];
    assert.deepEqual(mergeEscalations(shares), [
      { ...everywhere, members: ['ana', 'bo', 'cy'], workspaces: ['a', 'b', 'c'] },
    ]);
  });

  it('come in the order of their keys, whatever the shares', () => {
    assert.isDefined(everywhere);
    const [a, b, c] = ['a/x', 'b/x', 'c/x'].map((key) => ({ ...everywhere, key }));
    assert.isDefined(a);
    assert.isDefined(b);
    assert.isDefined(c);
    for (const shares of [
      [[a], [b, c]],
      [[b], [c], [a]],
      [[a, c], [b]],
    ]) {
      assert.deepEqual(
        mergeEscalations(shares).map(({ key }) => key),
        ['a/x', 'b/x', 'c/x'],
      );
    }
  });

  it('of one share are as they are, and of none none', () => {
    assert.deepEqual(mergeEscalations([]), []);
    const only = pathsOf({ roles: lead, members });
    assert.equal(mergeEscalations([only]), only);
  });
});
