import { expect } from 'chai';
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
    expect(members.get(support, 'user', 'ana')?.assignments).to.deep.equal([{ role: 'member' }]);
    expect(members.get(support, 'service', 'ana')).to.equal(undefined);
    expect(members.get(support, 'user', 'bo')).to.equal(undefined);
    expect(members.get({ kind: 'organization', id: 'support' }, 'user', 'ana')).to.equal(undefined);
    expect(members.get({ kind: 'workspace', id: 'sales' }, 'user', 'ana')).to.equal(undefined);
    expect([...members.list({ kind: 'workspace', id: 'sales' })]).to.deep.equal([]);
  });

  it('take another value, and end with the last role', () => {
    const members = new RuntimeMembers();
    members.set(member(support, 'ana', 'member'));
    members.set(member(support, 'ana', 'trainee'));
    expect(members.get(support, 'user', 'ana')?.assignments).to.deep.equal([{ role: 'trainee' }]);
    expect(members.size).to.equal(1);
    members.set(member(support, 'ana'));
    members.set(member(support, 'nobody'));
    expect(members.size).to.equal(0);
    expect([...members.list(support)]).to.deep.equal([]);
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
        expect(members.size).to.equal(held.length);
        expect([...members.all()].sort(compareRuntimeMembers)).to.deep.equal(held.sort(compareRuntimeMembers));
        for (const { place, subject } of changes) {
          const found = members.get(place, subject.type, subject.id);
          expect(found).to.equal(held.find((one) => one === found));
          expect([...members.list(place)]).to.have.members(
            held.filter((one) => one.place.kind === place.kind && one.place.id === place.id),
          );
        }
      }),
    );
  });
});
