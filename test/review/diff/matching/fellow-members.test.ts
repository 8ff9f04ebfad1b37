import { assert } from 'chai';
import * as fc from 'fast-check';
import type { Members, PolicySet } from '../../../../src/policy/policy-set.ts';
import {
  assignmentsAt,
  findFellows,
  subjectAt,
  type Fellows,
  type WorkspaceSide,
} from '../../../../src/review/diff/matching/fellow-members.ts';
import { pairWorkspaces } from '../../../../src/review/diff/matching/workspace-pairs.ts';
import { policyOf as compile } from '../../../support/compile-yaml.ts';

const roles = `subjectTypes: [user, bot]
permissions: { Docs: { doc:read: Read } }
roles:
  member: { grants: ["doc:read"] }
  guest: {}
  owner: { spans: organization, grants: ["*"] }
`;

function policyOf(members: string, above = '{}'): PolicySet {
  return compile({
    'roles.yaml': roles,
    'policies/acme/organization.yaml': `organization: acme\nmembers: ${above}\n`,
    'policies/acme/w.yaml': `workspace: w\nmembers: ${members}\n`,
  });
}

function sideOf(policy: PolicySet): WorkspaceSide {
  const workspace = policy.workspaces.get('w');
  assert(workspace);
  return { workspace, staff: policy.staff };
}

const describeFellows = (fellows: Fellows): string =>
  fellows.after
    .map((_, place) => {
      const { before, after } = assignmentsAt(fellows, place);
      const [was, is] = [before, after].map((held) => held.map(({ role }) => role.id).join('+'));
      const { type, id } = subjectAt(fellows, place);
      return `${type}:${id} ${was}>${is}`;
    })
    .join(', ');

const between = (before: PolicySet, after: PolicySet): string[] =>
  findFellows(sideOf(before), sideOf(after)).map(describeFellows);

describe('members who fare alike', () => {
  it('held one plain role and hold one, the same as the others', () => {
    const before = policyOf('{ ana: member, bo: guest, cy: member, dan: member }');
    const after = policyOf('{ ana: member, bo: member, cy: member, dan: guest }');
    assert.deepEqual(between(before, after), [
      'user:ana member>member, user:cy member>member',
      'user:bo guest>member',
      'user:dan member>guest',
    ]);
  });

  it('are not those with times, properties or several roles, nor who comes or goes', () => {
    const held =
      '{ ana: [member, guest], bo: { roles: member, properties: { x: 1 } }, cy: [{ role: member, until: 2030-01-01 }]';
    const before = policyOf(`${held}, dan: member, eve: member }`);
    const after = policyOf(`${held}, fay: member, gil: member }`);
    assert.deepEqual(between(before, after), [
      'user:ana member+guest>member+guest',
      'user:bo member>member',
      'user:cy member>member',
      'user:fay >member',
      'user:gil >member',
      'user:dan member>',
      'user:eve member>',
    ]);
  });

  it('are not those with a role in the organization, on either side, who are everywhere in it', () => {
    const before = policyOf('{ ana: member, bo: member, cy: member }', '{ cy: owner, dan: owner }');
    const after = policyOf('{ ana: member, bo: member, cy: member }', '{ bo: owner, eve: owner }');
    assert.deepEqual(between(before, after), [
      'user:ana member>member',
      'user:bo member>member+owner',
      'user:cy member+owner>member',
      'user:eve >owner',
      'user:dan owner>',
    ]);
  });

  it('are of one subject type: the same id of another is somebody else', () => {
    const [before, after] = [
      policyOf('{ ana: member, "bot:ana": guest }'),
      policyOf('{ ana: guest, "bot:ana": guest }'),
    ];
    assert.deepEqual(between(before, after), ['user:ana member>guest', 'bot:ana guest>guest']);
  });

  it('are everybody once, by law', () => {
    const held = fc.constantFrom(
      undefined,
      'member',
      'guest',
      '[member, guest]',
      '[{ role: guest, from: 2030-01-01 }]',
    );
    const side = fc.record({
      ana: held,
      bo: held,
      cy: held,
      dan: held,
      above: fc.subarray(['ana', 'bo', 'eve']),
    });
    fc.assert(
      fc.property(side, side, (first, second) => {
        const policies = [first, second].map(({ above, ...own }) => {
          const lines = Object.entries(own).flatMap(([id, roleText]) =>
            roleText === undefined ? [] : [`${id}: ${roleText}`],
          );
          return policyOf(`{ ${lines.join(', ')} }`, `{ ${above.map((id) => `${id}: owner`).join(', ')} }`);
        });
        const [before, after] = policies as [PolicySet, PolicySet];
        const told = between(before, after)
          .flatMap((text) => text.split(', '))
          .sort();
        const all = new Set(policies.flatMap((policy) => namesIn(policy)));
        const wanted = [...all].map((id) => `user:${id} ${rolesIn(before, id)}>${rolesIn(after, id)}`).sort();
        assert.deepEqual(told, wanted);
      }),
    );
  });
});

const membersOf = (policy: PolicySet): Members[] => {
  const { workspace } = sideOf(policy);
  return workspace ? [workspace.members, workspace.organization.members] : [];
};

const namesIn = (policy: PolicySet): string[] =>
  membersOf(policy).flatMap((some) => [...(some.get('user')?.keys() ?? [])]);

function rolesIn(policy: PolicySet, id: string): string {
  return membersOf(policy)
    .flatMap((some) => some.get('user')?.get(id)?.assignments ?? [])
    .map(({ role }) => role.id)
    .join('+');
}

describe('workspaces of two policies', () => {
  it('are paired by id, and left out when they are the very same', () => {
    const [before, after] = [policyOf('{ ana: member }'), policyOf('{ ana: guest }')];
    assert.deepEqual([...pairWorkspaces(before, after).keys()], ['w']);
    assert.deepEqual([...pairWorkspaces(before, before).keys()], []);
    const nowhere = { ...before, workspaces: new Map() };
    const [[, removed] = []] = pairWorkspaces(before, nowhere);
    assert.deepEqual(
      [removed?.before?.id, removed?.after, removed?.fellows.map(describeFellows)],
      ['w', undefined, ['user:ana member>']],
    );
    const [[, added] = []] = pairWorkspaces(nowhere, before);
    assert.deepEqual([added?.before, added?.fellows.map(describeFellows)], [undefined, ['user:ana >member']]);
  });
});
