import { assert } from 'chai';
import * as fc from 'fast-check';
import { casbinRoleName, casbinSubjectName } from '../../../src/compile/casbin/casbin-rules.ts';
import { idPatterns } from '../../../src/policy/ids.ts';
import type { Role } from '../../../src/policy/role.ts';
import { subjectIdFault } from '../../../src/policy/subject.ts';
import { lawRuns } from '../../support/law-runs.ts';

const place = fc.stringMatching(idPatterns.placeId).filter((id) => id.length <= 64);
const role = fc.stringMatching(idPatterns.roleId).filter((id) => id.length <= 64);
const type = fc.stringMatching(idPatterns.id).filter((id) => id !== 'role');
const named = fc.record({ workspace: fc.option(place, { nil: undefined }), id: role });

function nameOf(of: { readonly workspace: string | undefined; readonly id: string }): string {
  return casbinRoleName(of as Role);
}

describe('the name of a role to Casbin', () => {
  it('says which role of which workspace it is, whatever their ids are', () => {
    fc.assert(
      fc.property(named, (of) => {
        const [, workspace, id] = /^role:(?:([^/:]+)\/)?([^/:]+)$/.exec(nameOf(of)) ?? assert.fail(nameOf(of));
        assert.deepEqual({ workspace, id }, of);
      }),
      { numRuns: lawRuns(2000) },
    );
  });

  it('is no subject, no domain of all, and nothing that a reader of CSV would take for another', () => {
    fc.assert(
      fc.property(named, type, fc.string({ minLength: 1, maxLength: 20 }), (of, subjectType, id) => {
        if (subjectIdFault(id) === undefined) {
          assert.notEqual(casbinSubjectName({ type: subjectType, id }), nameOf(of));
        }
        assert.match(nameOf(of), /^[A-Za-z0-9._:/-]+$/);
        assert.notInclude(['*', ''], of.workspace);
        assert.notInclude(of.workspace ?? '', ':');
      }),
      { numRuns: lawRuns(2000) },
    );
  });
});
