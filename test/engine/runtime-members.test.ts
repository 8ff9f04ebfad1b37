import { assert } from 'chai';
import * as fc from 'fast-check';
import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import { compareRuntimeMembers, type Place, type RuntimeMember } from '../../src/policy/runtime-member.ts';

const support: Place = { kind: 'workspace', id: 'support' };

function member(place: Place, id: string, ...roles: string[]): RuntimeMember {
  const assignments = roles.map((role) => ({ role }));
  return { place, subject: { type: 'user', id }, assignments, sequence: 1, token: '' };
}

describe('memberships given at run time', () => {
  it('are found where they were given, and nowhere else', () => {
    const members = new RuntimeMembers([member(support, 'ana', 'member')]);
    assert.deepEqual(members.get(support, 'user', 'ana')?.assignments, [{ role: 'member' }]);
    assert.strictEqual(members.get(support, 'service', 'ana'), undefined);
    assert.strictEqual(members.get(support, 'user', 'bo'), undefined);
    assert.strictEqual(members.get({ kind: 'organization', id: 'support' }, 'user', 'ana'), undefined);
    assert.strictEqual(members.get({ kind: 'workspace', id: 'sales' }, 'user', 'ana'), undefined);
    assert.deepEqual([...members.list({ kind: 'workspace', id: 'sales' })], []);
  });

  it('take another value, and end with the last role', () => {
    const members = new RuntimeMembers();
    members.set(member(support, 'ana', 'member'));
    members.set(member(support, 'ana', 'trainee'));
    assert.deepEqual(members.get(support, 'user', 'ana')?.assignments, [{ role: 'trainee' }]);
    assert.strictEqual(members.size, 1);
    members.set(member(support, 'ana'));
    members.set(member(support, 'nobody'));
    assert.strictEqual(members.size, 0);
    assert.deepEqual([...members.list(support)], []);
  });

  it('give nothing where they only say what was handed over, which is known without a look at all', () => {
    const gone: RuntimeMember = { ...member(support, 'olu'), assignments: [{ role: 'owner', handedOver: true }] };
    const members = new RuntimeMembers([gone, member(support, 'nina', 'owner')]);
    assert.deepEqual([members.size, members.givingSize, [...members.handingOver]], [2, 1, [gone]]);
    members.set({
      ...gone,
      assignments: [
        { role: 'owner', handedOver: true },
        { role: 'chief', handedOver: true },
      ],
    });
    assert.deepEqual([members.size, members.givingSize, [...members.handingOver].length], [2, 1, 1]);
    members.set(member(support, 'olu'));
    assert.deepEqual([members.size, members.givingSize, [...members.handingOver]], [1, 1, []]);
    members.replaceAll([gone]);
    assert.deepEqual([members.size, members.givingSize], [1, 0]);
    members.replaceAll([]);
    assert.deepEqual([members.size, [...members.handingOver]], [0, []]);
  });

  it('are what a plain list of the last values holds, whatever is changed in whatever order', () => {
    const anyPlace = fc.record({
      kind: fc.constantFrom('workspace' as const, 'organization' as const),
      id: fc.constantFrom('a', 'b', '__proto__', 'constructor'),
    });
    const anySubject = fc.record({
      type: fc.constantFrom('user', 'service', '__proto__'),
      id: fc.constantFrom('a', 'b', 'toString', '__proto__'),
    });
    const anyMember = fc.record({
      place: anyPlace,
      subject: anySubject,
      assignments: fc.array(fc.record({ role: fc.constantFrom('member', 'trainee') }), { maxLength: 2 }),
      sequence: fc.nat(9),
      token: fc.constant(''),
    });
    fc.assert(
      fc.property(fc.array(anyMember, { maxLength: 60 }), fc.boolean(), (changes, isReplaced) => {
        const expected = new Map(changes.map((change) => [JSON.stringify([change.place, change.subject]), change]));
        const held = [...expected.values()].filter(({ assignments }) => assignments.length > 0);
        const members = new RuntimeMembers(isReplaced ? [member(support, 'old', 'member')] : []);
        if (isReplaced) members.replaceAll(changes);
        else for (const change of changes) members.set(change);
        assert.strictEqual(members.size, held.length);
        assert.deepEqual([...members.all()].sort(compareRuntimeMembers), held.sort(compareRuntimeMembers));
        for (const { place, subject } of changes) {
          const found = members.get(place, subject.type, subject.id);
          assert.strictEqual(
            found,
            held.find((one) => one === found),
          );
          assert.sameMembers(
            [...members.list(place)],
            held.filter((one) => one.place.kind === place.kind && one.place.id === place.id),
          );
        }
      }),
    );
  });
});
