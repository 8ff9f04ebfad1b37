import { assert } from 'chai';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import {
  runMutants,
  type TriedMutant,
  type MutationReport,
} from '../../../../src/review/testing/mutation/run-mutants.ts';
import { selectTests } from '../../../../src/review/testing/run-policy-tests.ts';
import { nowMs, sourceFiles } from '../../../support/compile-yaml.ts';
import { smallPolicy } from '../../../support/policy-folder.ts';

/** Makes the mutants of a small policy; what is not given is as in `smallPolicy`. */
export async function mutate(files: Readonly<Record<string, string>>, filter?: string): Promise<MutationReport> {
  const sources = sourceFiles({ ...smallPolicy(), ...files });
  const { tests, problems } = compilePolicy(sources, nowMs);
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  const mutants = filter === undefined ? 'all' : 'tested-workspaces';
  return runMutants(sources, selectTests(tests, filter), { nowMs, mutants });
}

/** `drop conversation:assign of team-lead` and so on, by what became of it. */
export function outcomes(report: MutationReport): Record<string, string> {
  return Object.fromEntries(report.mutants.map((judged) => [nameOf(judged), judged.verdict.outcome]));
}

function nameOf({ mutant }: TriedMutant): string {
  const { change, list, text, subject, role } = mutant;
  if (subject !== undefined) return `take ${text} from ${subject}`;
  return `${change} ${text} in ${list}${role === undefined ? '' : ` of ${role}`}`;
}

export function testFile(...tests: string[]): string {
  return `tests:\n${tests.map((test) => `  - ${test}\n`).join('')}`;
}
