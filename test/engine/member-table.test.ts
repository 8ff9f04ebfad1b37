import { assert } from 'chai';
import * as fc from 'fast-check';
import { MemberTable } from '../../src/engine/member-table.ts';
import { lawRuns } from '../support/law-runs.ts';
import { anyText } from '../support/any-text.ts';

/** Everything that `add` was told, in a map of maps. */
class Expected {
  readonly #numbers = new Map<string, Map<string, number>>();

  find(workspaceId: string, subjectId: string): number | undefined {
    return this.#numbers.get(workspaceId)?.get(subjectId);
  }

  add(workspaceId: string, subjectId: string, number: number): void {
    const ofWorkspace = this.#numbers.get(workspaceId) ?? new Map<string, number>();
    this.#numbers.set(workspaceId, ofWorkspace.set(subjectId, number));
  }
}

const anyId = fc.oneof(
  anyText({ maxLength: 12 }),
  // Few letters, so that many ids are alike, begin alike, or read alike when one is put behind the other.
  fc.string({ unit: fc.constantFrom('a', 'b', '-', '\0', 'ü', 'ключ', '😀'), maxLength: 4 }),
  fc.constantFrom('', '__proto__', 'constructor', 'x'.repeat(256), 'x'.repeat(255), 'x'.repeat(65_536)),
);

const anyNumber = fc.oneof(fc.nat(9), fc.integer(), fc.constantFrom(0, -1, 0xffff, 0x10000, 0x7fffffff, -0x80000000));

describe('the table of members', () => {
  it('finds what a map of maps finds, whatever the ids look like', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyId, anyId, anyNumber), { maxLength: 120 }), (members) => {
        const [table, expected] = [new MemberTable(), new Expected()];
        for (const [workspace, subject, number] of members) {
          if (table.find(workspace, subject) !== undefined) continue;
          table.add(workspace, subject, number);
          expected.add(workspace, subject, number);
        }
        for (const [workspace] of members) {
          for (const [, subject] of members) {
            assert.strictEqual(table.find(workspace, subject), expected.find(workspace, subject));
          }
        }
      }),
      { numRuns: lawRuns(200) },
    );
  });

  it('gives a member that is in it another number, and takes nobody in for that', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyId, anyId, anyNumber, fc.boolean()), { maxLength: 120 }), (members) => {
        const [table, expected] = [new MemberTable(), new Expected()];
        for (const [workspace, subject, number, isAdded] of members) {
          const known = expected.find(workspace, subject);
          if (known !== undefined || !isAdded) table.replace(workspace, subject, number);
          else table.add(workspace, subject, number);
          if (known !== undefined || isAdded) expected.add(workspace, subject, number);
        }
        for (const [workspace, subject] of members) {
          assert.strictEqual(table.find(workspace, subject), expected.find(workspace, subject));
        }
      }),
      { numRuns: lawRuns(200) },
    );
  });

  it('tells two members apart whose ids have one hash', () => {
    const table = new MemberTable();
    table.add('support', 'u1150603@acme.example', 1);
    assert.strictEqual(table.find('support', 'u1180000@acme.example'), undefined);
    table.add('support', 'u1180000@acme.example', 2);
    assert.strictEqual(table.find('support', 'u1150603@acme.example'), 1);
    assert.strictEqual(table.find('support', 'u1180000@acme.example'), 2);
  });

  it('keeps ids apart that read the same one behind the other', () => {
    const table = new MemberTable();
    table.add('ab', 'c', 1);
    assert.strictEqual(table.find('a', 'bc'), undefined);
    assert.strictEqual(table.find('abc', ''), undefined);
    assert.strictEqual(table.find('ab', 'c'), 1);
  });

  it('keeps every one of 200,000 members, and no other', () => {
    const table = new MemberTable();
    const idOf = (index: number): string => `u${index}@acme.example`;
    for (let index = 0; index < 200_000; index += 1) table.add('support', idOf(index), index);
    let wrong = 0;
    for (let index = 0; index < 200_000; index += 1) if (table.find('support', idOf(index)) !== index) wrong += 1;
    for (let index = 0; index < 200_000; index += 1) if (table.find('sales', idOf(index)) !== undefined) wrong += 1;
    assert.strictEqual(wrong, 0);
  });

  it('keeps short ids and long ones beside each other', () => {
    const table = new MemberTable();
    const idOf = (index: number): string => `${'x'.repeat(index % 60)}${index}`;
    for (let index = 0; index < 5000; index += 1) table.add('support', idOf(index), index);
    let wrong = 0;
    for (let index = 0; index < 5000; index += 1) if (table.find('support', idOf(index)) !== index) wrong += 1;
    for (let index = 5000; index < 9000; index += 1) if (table.find('support', idOf(index)) !== undefined) wrong += 1;
    assert.strictEqual(wrong, 0);
  });

  it('takes no character for another one with the same lower half', () => {
    const table = new MemberTable();
    table.add('support', 'a', 1);
    table.add('support', '\u0162', 2);
    assert.strictEqual(table.find('support', '\u0161'), undefined);
    assert.strictEqual(table.find('support', '\u0162'), 2);
    assert.strictEqual(table.find('support', 'b'), undefined);
    assert.strictEqual(table.find('support', 'a'), 1);
  });
});
