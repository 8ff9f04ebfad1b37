import { assert } from 'chai';
import { PlainMember } from '../../src/policy/plain-member.ts';
import type { Span } from '../../src/policy/position.ts';
import type { Role } from '../../src/policy/role.ts';

const role = (id: string): Role => ({ id }) as Role;
const at = (line: number, column: number, length: number): Span => ({ file: 'policies/w.yaml', line, column, length });
const ana = { type: 'user', id: 'ana' };
const lead = role('lead');
const plain = new PlainMember(ana, lead, at(3, 5, 3), at(4, 7, 4));

describe('a member with one role for ever', () => {
  it('is who was written, with the role, and with each place', () => {
    assert.deepEqual(plain.subject, ana);
    assert.deepEqual(plain.position, at(3, 5, 3));
    assert.isUndefined(plain.properties);
    const [only, ...others] = plain.assignments;
    assert.deepEqual(others, []);
    assert.isDefined(only);
    assert.equal(only.role, lead);
    assert.deepEqual(only.position, at(4, 7, 4));
    assert.deepEqual([only.fromMs, only.untilMs, only.reason], [undefined, undefined, undefined]);
  });

  it('stays what it was when somebody changes what it told', () => {
    Object.assign(plain.subject, { id: 'bo' });
    Object.assign(plain.position, { line: 1 });
    (plain.assignments as unknown[]).pop();
    assert.deepEqual([plain.subject, plain.position, plain.assignments.length], [ana, at(3, 5, 3), 1]);
  });

  it('with another role is somebody else at the same place', () => {
    const other = plain.withRole(role('member'));
    assert.deepEqual([other.subject, other.position], [ana, at(3, 5, 3)]);
    assert.deepEqual(
      other.assignments.map(({ role: { id }, position }) => [id, position]),
      [['member', at(4, 7, 4)]],
    );
    assert.equal(plain.role, lead);
  });

  it('equals, looked at deeply, the same and nothing else', () => {
    assert.deepEqual(new PlainMember(ana, lead, at(3, 5, 3), at(4, 7, 4)), plain);
    for (const other of [
      new PlainMember({ type: 'user', id: 'bo' }, lead, at(3, 5, 3), at(4, 7, 4)),
      new PlainMember({ type: 'service', id: 'ana' }, lead, at(3, 5, 3), at(4, 7, 4)),
      new PlainMember(ana, role('member'), at(3, 5, 3), at(4, 7, 4)),
      new PlainMember(ana, lead, at(2, 5, 3), at(4, 7, 4)),
      new PlainMember(ana, lead, at(3, 6, 3), at(4, 7, 4)),
      new PlainMember(ana, lead, at(3, 5, 3), at(5, 7, 4)),
      new PlainMember(ana, lead, at(3, 5, 3), at(4, 8, 4)),
    ]) {
      assert.notDeepEqual(other, plain);
      assert.notDeepEqual(other.assignments, plain.assignments);
    }
  });
});
