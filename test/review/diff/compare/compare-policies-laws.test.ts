import { assert } from 'chai';
import * as fc from 'fast-check';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../../../src/engine/casbin-engine.ts';
import { parseSubject } from '../../../../src/policy/subject.ts';
import { comparePolicies } from '../../../support/compare-policies.ts';
import type { AccessChange, PolicySide } from '../../../../src/review/diff/matching/policy-difference.ts';
import { assertReached, lawRuns } from '../../../support/law-runs.ts';
import { everybodyOf, randomGroupedPolicy } from '../../../support/random-groups.ts';
import { fixedNowMs, policyFiles, type RandomPolicy } from '../../../support/random-policy.ts';
import { randomPolicyPair } from '../../../support/random-policy-pair.ts';

// `npm run laws` asks for 500.
const pairs = lawRuns(60);

const days = [
  '2026-01-01',
  '2026-11-18',
  '2026-11-19',
  '2026-11-20',
  '2026-11-21',
  '2026-11-22',
  '2026-11-23',
  '2026-11-24',
  '2027-06-30',
  '2027-07-01',
];
const instants = [Date.UTC(2025, 0, 1), fixedNowMs, ...days.flatMap((day) => [Date.parse(day) - 1, Date.parse(day)])];

function sideOf(drawn: RandomPolicy): PolicySide | undefined {
  const files = policyFiles(drawn);
  const { policy } = compilePolicy(files, fixedNowMs);
  return policy && { policy, files };
}

/** `gained one bo doc:read@self 1763596800000`: one decision that differs, at one of the instants. */
async function askOneByOne(before: PolicySide, after: PolicySide, sinceMs: number): Promise<Set<string>> {
  const [then, now] = [await CasbinEngine.create(before.policy), await CasbinEngine.create(after.policy)];
  const found = new Set<string>();
  const names = new Set(
    [before, after].flatMap(({ policy }) =>
      policy.catalog.cells.map((cell) => nameOf(cell.permission.id, cell.scopes)),
    ),
  );
  const isOfCompany = (name: string): boolean => {
    const known = [before, after].map(({ policy }) => policy.catalog.permissions.get(name.split('@')[0] ?? ''));
    return known.every((permission) => permission === undefined || permission.spans === 'organization');
  };
  // What belongs to a company is asked of the company.
  const asked = new Set([...before.policy.workspaces.keys(), ...after.policy.workspaces.keys(), 'organization:acme']);
  for (const workspace of asked) {
    for (const subject of subjectsIn([before, after], workspace)) {
      for (const name of [...names].filter((one) => isOfCompany(one) === (workspace === 'organization:acme'))) {
        for (const atMs of instants.filter((instant) => instant >= sinceMs)) {
          const [was, is] = [allows(then, subject, workspace, name, atMs), allows(now, subject, workspace, name, atMs)];
          if (was !== is) found.add(`${is ? 'gained' : 'lost'} ${workspace} ${subject} ${name} ${atMs}`);
        }
      }
    }
  }
  return found;
}

function nameOf(permission: string, scopes: readonly string[]): string {
  return scopes.length === 0 ? permission : `${permission}@${scopes.join('+')}`;
}

function subjectsIn(sides: readonly PolicySide[], workspace: string): Set<string> {
  const members = sides.flatMap(({ policy }) => {
    const { organizations, staff } = policy;
    const found = policy.workspaces.get(workspace);
    if (workspace === 'organization:acme') return everybodyOf({ organizations, staff, workspaces: new Map() });
    if (!found) return [];
    return everybodyOf({ organizations: [found.organization], staff, workspaces: new Map([[workspace, found]]) });
  });
  return new Set([...members.map(({ type, id }) => `${type}:${id}`), 'user:nobody@acme.example']);
}

function allows(engine: CasbinEngine, subject: string, workspace: string, name: string, atMs: number): boolean {
  const [permission = '', word] = name.split('@');
  const scopes = word?.split('+');
  // What one catalog calls `doc:read` the other may know in scopes only: then it is not the same question.
  const known = engine.policy.catalog.permissions.get(permission);
  if (scopes === undefined && (known?.scopes.length ?? 0) > 0) return false;
  const { type, id } = parseSubject(subject, 'user');
  const organization = workspace.split(':')[1];
  const place = organization === undefined ? { workspace } : { workspace: undefined, organization };
  return engine.decide({ subjectType: type, subjectId: id, ...place, permission, scopes }, atMs) === 'granted';
}

function spellOut(changes: readonly AccessChange[], sinceMs: number): string[] {
  return changes.flatMap(({ kind, workspace, subjects, permissions, fromMs, untilMs }) =>
    instants
      .filter((atMs) => atMs >= Math.max(fromMs ?? -Infinity, sinceMs) && atMs < (untilMs ?? Infinity))
      .flatMap((atMs) =>
        subjects.flatMap((subject) => {
          const { type, id } = parseSubject(subject, 'user');
          return permissions.map((permission) => `${kind} ${workspace} ${type}:${id} ${permission} ${atMs}`);
        }),
      ),
  );
}

function mirrored(changes: readonly AccessChange[]): string[] {
  return spellOut(
    changes.map((change) => ({ ...change, kind: change.kind === 'gained' ? ('lost' as const) : ('gained' as const) })),
    -Infinity,
  );
}

describe('the difference of two policies, by law', () => {
  it('is empty between a policy and itself, compiled twice', async () => {
    await fc.assert(
      fc.asyncProperty(randomGroupedPolicy, async (drawn) => {
        const [before, after] = [sideOf(drawn), sideOf(drawn)];
        assert(before && after);
        assert.deepEqual(await comparePolicies(before, after, -Infinity), { changes: [], notices: [] });
      }),
      { numRuns: pairs },
    );
  }).timeout(120_000);

  it('is the difference of all decisions, asked one by one: for every workspace, subject, cell and time', async () => {
    let differing = 0;
    await fc.assert(
      fc.asyncProperty(randomPolicyPair, fc.constantFrom(-Infinity, fixedNowMs), async (drawn, sinceMs) => {
        const [before, after] = [sideOf(drawn.before), sideOf(drawn.after)];
        if (!before || !after) return fc.pre(false);
        const { changes } = await comparePolicies(before, after, sinceMs);
        const told = spellOut(changes, sinceMs);
        const asked = await askOneByOne(before, after, sinceMs);
        assert.deepEqual([...told].sort(), [...asked].sort());
        if (asked.size > 0) differing += 1;
      }),
      { numRuns: pairs },
    );
    // The law says nothing of pairs that decide alike.
    assertReached(differing, pairs / 3);
  }).timeout(600_000);

  it('is the mirror image the other way round', async () => {
    await fc.assert(
      fc.asyncProperty(randomPolicyPair, async (drawn) => {
        const [before, after] = [sideOf(drawn.before), sideOf(drawn.after)];
        if (!before || !after) return fc.pre(false);
        const there = await comparePolicies(before, after, -Infinity);
        const back = await comparePolicies(after, before, -Infinity);
        assert.deepEqual(spellOut(there.changes, -Infinity).sort(), mirrored(back.changes).sort());
      }),
      { numRuns: pairs },
    );
  }).timeout(600_000);

  it('names a line of YAML for each change, that is there', async () => {
    await fc.assert(
      fc.asyncProperty(randomPolicyPair, async (drawn) => {
        const [before, after] = [sideOf(drawn.before), sideOf(drawn.after)];
        if (!before || !after) return fc.pre(false);
        const { changes } = await comparePolicies(before, after, fixedNowMs);
        for (const { cause, subjects } of changes) {
          const { files } = cause.side === 'before' ? before : after;
          const file = files.find(({ path }) => path === cause.file);
          assert(file && 'content' in file, cause.file);
          const count = Buffer.from(file.content).toString().split('\n').length;
          for (const line of cause.lines ?? [cause.line]) {
            assert.isAtLeast(line, 1);
            assert.isAtMost(line, count);
          }
          if (cause.lines) assert.lengthOf(cause.lines, subjects.length);
        }
      }),
      { numRuns: pairs },
    );
  }).timeout(120_000);
});
