import { assert } from 'chai';
import * as fc from 'fast-check';
import { PolicyCompiler } from '../../../src/compile/compile-policy.ts';
import { RefusedEdit, type PolicyEdit } from '../../../src/compile/edit/policy-edit.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { PolicyPlaces } from '../../../src/policy/policy-places.ts';
import type { PolicySet, Workspace } from '../../../src/policy/policy-set.ts';
import type { Role } from '../../../src/policy/role.ts';
import { groupPlace, inGroup, type Place, type RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { formatSubject } from '../../../src/policy/subject.ts';
import { findResultFaults } from '../../../src/review/changes/place-rules.ts';
import { judgeEdits } from '../../../src/review/changes/judge-edits.ts';
import { applyMoves, planRuntimeMoves } from '../../../src/review/members/runtime-moves.ts';
import { judgePolicies } from '../../../src/review/diff/compare/judge-policies.ts';
import { runPolicyTests } from '../../../src/review/testing/run-policy-tests.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { fixedNowMs, policyFiles, randomPolicy } from '../../support/random-policy.ts';

const runs = lawRuns(60);

type Pick = (count: number) => number;

/** Any edit of a workspace that names what is there, mostly. */
function drawEdit(
  policy: PolicySet,
  { id: workspace, roles, members }: Workspace,
  pick: Pick,
  turn: number,
): PolicyEdit {
  const one = <Item>(items: readonly Item[], other: Item): Item => items[pick(items.length)] ?? other;
  const own = [...roles.keys()];
  const all = [...policy.catalog.roles.values()].filter(({ spans }) => spans === 'workspace').map(({ id }) => id);
  const words = [...policy.catalog.permissions.keys()];
  const subjects = [...members.values()].flatMap((byId) => [...byId.values()].map(({ subject }) => subject));
  const [firstType] = policy.catalog.subjectTypes;
  const subject = subjects.length === 0 ? 'new' : formatSubject(subjects[pick(subjects.length)]!, firstType);
  const role = one(own, 'none');
  const drawn: readonly PolicyEdit[] = [
    { edit: 'role.create', workspace, role: `made-${turn}`, grants: [one(words, ''), one(words, '')] },
    {
      edit: 'role.duplicate',
      workspace,
      from: one([...own, ...all], 'none'),
      role: `copy-${turn}`,
      as: one(['copy', 'extension'] as const, 'copy'),
    },
    { edit: 'role.change', workspace, role, allow: [one(words, '')], disallow: [one(words, '')] },
    { edit: 'role.rename', workspace, role, to: `renamed-${turn}` },
    { edit: 'role.delete', workspace, role, to: one(all, 'none') },
    {
      edit: 'member.set',
      workspace,
      subject: one([subject, 'new'], 'new'),
      roles: [{ role: one([...own, ...all], 'none') }],
    },
    { edit: 'member.remove', workspace, subject },
  ];
  return drawn[pick(drawn.length)]!;
}

/** Some who were given something at run time, as it is settled under a policy. */
function drawGiven(policy: PolicySet, pick: Pick): RuntimeMember[] {
  const workspaces = [...policy.workspaces.values()];
  const groups = policy.organizations.flatMap((one) =>
    [...one.groups.byId.keys()].map((group) => [one.id, group] as const),
  );
  const [type] = policy.catalog.subjectTypes;
  const drawn = Array.from({ length: pick(8) }, (_one, sequence): RuntimeMember => {
    const workspace = workspaces[pick(workspaces.length)]!;
    const { id: company } = workspace.organization;
    const given = (place: Place, roles: Iterable<Role>): RuntimeMember => {
      const fitting = [...roles].filter(({ spans }) => spans === place.kind);
      const role = fitting[pick(fitting.length)];
      const until = pick(4) === 0 ? { until: '2999-01-01T00:00:00Z' } : {};
      const assignments = role ? [{ role: role.id, ...until }] : [];
      return { place, subject: { type, id: `given-${pick(4)}` }, assignments, sequence, token: `${sequence}` };
    };
    const built = [...policy.catalog.roles.values()];
    const group = groups[pick(groups.length)];
    if (group?.[0] !== undefined && pick(4) === 0) {
      return { ...given(groupPlace(group[0], group[1]), []), assignments: inGroup };
    }
    return company !== undefined && pick(3) === 0
      ? given({ kind: 'organization', id: company }, [...built, ...workspace.organization.roles.values()])
      : given({ kind: 'workspace', id: workspace.id }, [...workspace.roles.values(), ...built]);
  });
  const keyOf = ({ place, subject }: RuntimeMember): string => `${place.kind} ${place.id} ${subject.id}`;
  const once = [...new Map(drawn.map((one) => [keyOf(one), one])).values()].filter(
    ({ assignments }) => assignments.length > 0,
  );
  const moves = planRuntimeMoves(new PolicyPlaces(policy), once);
  return applyMoves(once, moves).filter(({ assignments }) => assignments.length > 0);
}

describe('edits that are judged where they differ alone', () => {
  it('are judged as all files compared with all, compiled anew', async () => {
    const counted = { judged: 0, refused: 0, changed: 0, given: 0, moved: 0 };
    await fc.assert(
      fc.asyncProperty(randomPolicy, fc.infiniteStream(fc.nat(9999)), async (drawn, stream) => {
        const pick: Pick = (count) => (stream.next().value as number) % Math.max(count, 1);
        const files = policyFiles(drawn);
        const compiler = new PolicyCompiler();
        const { policy } = compiler.compile(files, fixedNowMs);
        if (!policy || policy.workspaces.size === 0) return;
        const workspaces = [...policy.workspaces.values()];
        const edits = Array.from({ length: 1 + pick(3) }, (_one, turn) =>
          drawEdit(policy, workspaces[pick(workspaces.length)]!, pick, turn),
        );
        const given = pick(2) === 0 ? [] : drawGiven(policy, pick);
        let judged;
        try {
          judged = await judgeEdits(files, edits, { nowMs: fixedNowMs, compiler, given });
        } catch (error) {
          if (!(error instanceof RefusedEdit)) throw error;
          counted.refused += 1;
          return;
        }
        if (!judged.effect) return;
        counted.judged += 1;
        const about = JSON.stringify(edits);
        const change = { before: files.map((file) => ({ ...file })), after: judged.files.map((file) => ({ ...file })) };
        const whole = await judgePolicies({ ...change, members: given, nowMs: fixedNowMs }, () => undefined);
        if ('faulty' in whole) return assert.fail(`the whole has errors: ${about}`);
        if (whole.difference.changes.length > 0) counted.changed += 1;
        if (given.length > 0) counted.given += 1;
        if (whole.moves.length > 0) counted.moved += 1;
        const plain = ({ difference, escalations, revisions, moves }: typeof whole): unknown =>
          JSON.parse(JSON.stringify({ difference, escalations, revisions, moves }));
        assert.deepEqual(plain(judged.effect), plain(whole), about);
        const anew = new PolicyCompiler().compile(change.after, fixedNowMs);
        const sides = { before: given, after: applyMoves(given, whole.moves) };
        const faults = findResultFaults(policy, anew.policy!, sides, fixedNowMs);
        assert.deepEqual(
          judged.faults.filter(({ edit }) => edit === undefined),
          faults,
          about,
        );
        const tests = runPolicyTests(await CasbinEngine.create(anew.policy!), anew.tests, { nowMs: fixedNowMs });
        assert.deepEqual(JSON.parse(JSON.stringify(judged.tests)), JSON.parse(JSON.stringify(tests)), about);
      }),
      { numRuns: lawRuns(4) * runs },
    );
    assertReached(counted.judged, runs / 2, JSON.stringify(counted));
    assertReached(counted.changed, runs / 6, JSON.stringify(counted));
    assertReached(counted.given, runs / 6, JSON.stringify(counted));
    assertReached(counted.moved, 0, JSON.stringify(counted));
  }).timeout(60_000 + 1000 * runs);
});
