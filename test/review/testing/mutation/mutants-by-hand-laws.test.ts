import { assert } from 'chai';
import * as fc from 'fast-check';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../../../src/compile/file/policy-files.ts';
import { CasbinEngine } from '../../../../src/engine/casbin-engine.ts';
import type { PolicySet } from '../../../../src/policy/policy-set.ts';
import { formatSubject } from '../../../../src/policy/subject.ts';
import type { Mutant } from '../../../../src/review/testing/mutation/mutant.ts';
import { runMutants } from '../../../../src/review/testing/mutation/run-mutants.ts';
import { runPolicyTests, selectTests } from '../../../../src/review/testing/run-policy-tests.ts';
import { assertReached, lawRuns } from '../../../support/law-runs.ts';
import { fixedNowMs, policyFiles, randomPolicy, toYaml } from '../../../support/random-policy.ts';

/** What a mutant's line becomes when somebody edits the text, in an editor and by hand. */
function editByHand(text: string, mutant: Mutant): string {
  const lines = text.split('\n');
  const at = mutant.at.line - 1;
  if (mutant.change === 'widen') {
    const line = lines[at] ?? '';
    lines[at] = line.slice(0, line.indexOf('@')) + line.slice(line.lastIndexOf('"'));
    return lines.join('\n');
  }
  if (mutant.list === 'when') {
    lines[at] = `"subject.type": ${mutant.change === 'always' ? '["user", "service"]' : '"nobody"'}`;
    return lines.join('\n');
  }
  if (mutant.list === 'without' && mutant.role === undefined) {
    // A list of what custom roles may not have is not empty, nor is what it stands in.
    const isOnly = lines[at - 1]?.endsWith('[') === true && lines[at + 1]?.trim().startsWith(']') === true;
    return [...lines.slice(0, isOnly ? at - 2 : at), ...lines.slice(isOnly ? at + 3 : at + 1)].join('\n');
  }
  if (mutant.subject === undefined) return [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n');
  // A membership is a mapping in a list of its own; with the last one the member goes.
  let [first, last] = blockAround(lines, at - 1);
  const isOnly = lines[first - 1]?.endsWith('[') === true && lines[last + 1]?.trim().startsWith(']') === true;
  if (isOnly) [first, last] = [first - 1, last + 1];
  return [...lines.slice(0, first), ...lines.slice(last + 1)].join('\n');
}

// JSON indents, so a block ends at the next line that begins as far left.
function blockAround(lines: readonly string[], first: number): [number, number] {
  const indent = (line: string): number => line.length - line.trimStart().length;
  let last = first + 1;
  while (indent(lines[last] ?? '') > indent(lines[first] ?? '')) last += 1;
  return [first, last];
}

/** What a test sends along, if anything. */
const resources = [
  undefined,
  undefined,
  { owner: 'somebody', team: null, kind: 'personal' },
  { owner: 'nobody', team: null, kind: 'shared' },
  { owner: null, team: null, kind: 'personal' },
];

/** Tests that ask some of what the policy decides, and pass. */
async function writeTests(policy: PolicySet, pick: (count: number) => number): Promise<object> {
  const engine = await CasbinEngine.create(policy);
  const tests: object[] = [];
  for (const workspace of policy.workspaces.values()) {
    const roles = [...policy.catalog.roles.values(), ...workspace.roles.values()];
    const members = [...workspace.members.values(), ...workspace.organization.members.values()].flatMap((byId) => [
      ...byId.values(),
    ]);
    for (let count = 0; count < 4; count += 1) {
      const member = count % 2 === 0 ? members[pick(members.length)] : undefined;
      const held = [roles[pick(roles.length)]!, roles[pick(roles.length)]!];
      const can: string[] = [];
      const cannot: string[] = [];
      for (const cell of policy.catalog.cells.filter(({ scopes }) => scopes.length <= 1)) {
        if (pick(3) === 0) continue;
        const request = {
          workspace: workspace.id,
          permission: cell.permission.id,
          scopes: cell.scopes.length > 0 ? cell.scopes : undefined,
        };
        const decision = member
          ? engine.decide(
              { subjectType: member.subject.type, subjectId: member.subject.id, ...request },
              fixedNowMs,
            ) === 'granted'
          : engine.explainRoles(held, { subjectType: 'user', subjectId: 'somebody', ...request }).decision;
        (decision ? can : cannot).push(
          cell.scopes.length > 0 ? `${cell.permission.id}@${cell.scopeWord}` : cell.permission.id,
        );
      }
      const resource = resources[pick(resources.length)];
      if (resource) [can, cannot].forEach((list) => list.splice(0));
      for (const { id } of resource ? policy.catalog.permissions.values() : []) {
        const request = {
          subjectType: 'user',
          subjectId: 'somebody',
          workspace: workspace.id,
          permission: id,
          resource,
        };
        const { decision, reason } = member
          ? engine.explain({ ...request, subjectType: member.subject.type, subjectId: member.subject.id }, fixedNowMs)
          : engine.explainRoles(held, request);
        if (reason.code !== 'missing-attribute') (decision ? can : cannot).push(id);
      }
      if (can.length + cannot.length === 0) continue;
      const as = member ? formatSubject(member.subject, 'user') : { role: [...new Set(held.map(({ id }) => id))] };
      tests.push({
        name: `test ${tests.length}`,
        workspace: workspace.id,
        as,
        ...(resource ? { with: { resource } } : {}),
        ...listOf('can', can),
        ...listOf('cannot', cannot),
      });
    }
  }
  const [organization] = policy.organizations;
  const boss = policy.catalog.roles.get('boss');
  for (const cell of policy.catalog.spanning.flatMap(({ cells }) => cells.filter(({ scopes }) => scopes.length <= 1))) {
    const scopes = cell.scopes.length > 0 ? cell.scopes : undefined;
    const asked = { workspace: undefined, organization: organization?.id, permission: cell.permission.id, scopes };
    if (!boss || pick(2) === 0) continue;
    const { decision } = engine.explainRoles([boss], { subjectType: 'user', subjectId: 'somebody', ...asked });
    const word = scopes ? `${cell.permission.id}@${cell.scopeWord}` : cell.permission.id;
    const name = `test ${tests.length}`;
    tests.push({ name, organization: 'acme', as: { role: 'boss' }, [decision ? 'can' : 'cannot']: [word] });
  }
  return { tests };
}

// A list under `can` or `cannot` is not empty.
function listOf(name: string, grants: readonly string[]): object {
  return grants.length === 0 ? {} : { [name]: grants };
}

/** What becomes of the files with a mutant, by compiling all of it and running every test. */
async function judgeByHand(files: readonly SourceFile[]): Promise<'refused' | 'fails' | 'passes'> {
  const { policy, tests, problems } = compilePolicy(files, fixedNowMs);
  const faulty = problems.filter(({ severity }) => severity === 'error').map(({ file }) => file);
  // A test that cannot be asked any more is one that somebody notices.
  if (policy && faulty.length > 0 && faulty.every((file) => file.endsWith('.test.yaml'))) return 'fails';
  if (!policy || faulty.length > 0) return 'refused';
  const report = runPolicyTests(await CasbinEngine.create(policy), selectTests(tests, undefined), {
    nowMs: fixedNowMs,
  });
  return report.failed > 0 ? 'fails' : 'passes';
}

const expected = { killed: 'fails', lived: 'passes', redundant: 'passes', refused: 'refused' } as const;

describe('a mutant', () => {
  it('comes to what the same edit by hand comes to, on any policy', async () => {
    const seen = { killed: 0, lived: 0, redundant: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(randomPolicy, fc.infiniteStream(fc.nat(1_000_000)), async (policy, numbers) => {
        // Where nobody holds such a pair, some mutants make somebody hold it, and are refused.
        const paired = { ...policy, roles: { ...policy.roles, exclusive: [['doc:edit', 'tag:Delete-2']] } };
        const sound = [paired, policy]
          .map((draft) => policyFiles(draft))
          .find((files) => compilePolicy(files, fixedNowMs).policy);
        const deciding = sound ?? [];
        const compiled = compilePolicy(deciding, fixedNowMs).policy;
        if (!compiled) return;
        const pick = (count: number): number => (numbers.next().value as number) % Math.max(1, count);
        const tests = await writeTests(compiled, pick);
        const files = [...deciding, { path: 'policies/a.test.yaml', content: Buffer.from(toYaml(tests)) }];
        const whole = compilePolicy(files, fixedNowMs);
        assert.equal(await judgeByHand(files), 'passes');
        const report = await runMutants(files, selectTests(whole.tests, undefined), {
          nowMs: fixedNowMs,
          mutants: 'all',
        });
        for (const { mutant, verdict } of report.mutants) {
          seen[verdict.outcome] += 1;
          const edited = files.map((file) => {
            if (file.path !== mutant.at.file || !('content' in file)) return file;
            return { path: file.path, content: Buffer.from(editByHand(Buffer.from(file.content).toString(), mutant)) };
          });
          const what = `${mutant.at.file}:${mutant.at.line} ${mutant.change} ${mutant.text}`;
          assert.equal(await judgeByHand(edited), expected[verdict.outcome], what);
        }
      }),
      { numRuns: lawRuns(30) },
    );
    // The law says little where a kind never comes up.
    for (const [outcome, count] of Object.entries(seen)) assertReached(count, 0, outcome);
  }).timeout(60_000);
});
