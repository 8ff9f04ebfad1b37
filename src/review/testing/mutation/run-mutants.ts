import type { SourceFile } from '../../../compile/file/policy-files.ts';
import type { PolicyTestFile } from '../../../policy/policy-test.ts';
import type { Position } from '../../../policy/position.ts';
import type { Problem } from '../../../policy/problem.ts';
import { AffectedTests } from './affected-tests.ts';
import { MutantCompiler } from './mutant-compiler.ts';
import { findEffect, isEmptyEffect, type MutantEffect } from './mutant-effect.ts';
import type { Mutant } from './mutant.ts';

/** The fate of a mutant: a test failed, no test did, it decides nothing else, or the files have errors with it. */
export type MutantVerdict =
  | { readonly outcome: 'killed'; readonly by: { readonly name: string; readonly position: Position } }
  | { readonly outcome: 'lived'; readonly effect: MutantEffect }
  | { readonly outcome: 'redundant' }
  | { readonly outcome: 'refused'; readonly problem: Problem };

export interface TriedMutant {
  readonly mutant: Mutant;
  readonly verdict: MutantVerdict;
}

/** The score is `killed` of `killed + lived`: redundant and refused mutants say nothing about the tests. */
export interface MutationReport {
  readonly mutants: readonly TriedMutant[];
  readonly killed: number;
  readonly lived: number;
  readonly redundant: number;
  readonly refused: number;
}

export interface MutationOptions {
  /** The clock of test files that freeze none, milliseconds since 1970 UTC. */
  readonly nowMs: number;
  /** `tested-workspaces`: only mutants of the workspaces' files that tests ask in. */
  readonly mutants: 'all' | 'tested-workspaces';
  /** Told after each mutant. */
  readonly onProgress?: (progress: { done: number; total: number }) => void;
}

/** Makes each mistake in turn and sees whether a test fails. The files must compile and the tests pass. */
export async function runMutants(
  files: readonly SourceFile[],
  testFiles: readonly PolicyTestFile[],
  options: MutationOptions,
): Promise<MutationReport> {
  const tests = new AffectedTests(testFiles, options.nowMs);
  const compiler = new MutantCompiler(files, tests.workspaces, options.nowMs);
  const planned = compiler.mutants(options.mutants);
  const mutants: TriedMutant[] = [];
  for (const mutant of planned) {
    mutants.push({ mutant, verdict: await tryMutant(mutant, compiler, tests) });
    options.onProgress?.({ done: mutants.length, total: planned.length });
  }
  const count = (outcome: MutantVerdict['outcome']): number =>
    mutants.filter(({ verdict }) => verdict.outcome === outcome).length;
  return {
    mutants,
    killed: count('killed'),
    lived: count('lived'),
    redundant: count('redundant'),
    refused: count('refused'),
  };
}

async function tryMutant(mutant: Mutant, compiler: MutantCompiler, tests: AffectedTests): Promise<MutantVerdict> {
  const reached = compiler.compile(mutant, 'reach');
  if (!reached.policy) return refusal(reached.problems);
  const effect = findEffect(compiler.base, reached.policy, mutant, tests.firstMs);
  const failing = isEmptyEffect(effect) ? undefined : await tests.findFailing(reached.policy, effect);
  if (failing) return { outcome: 'killed', by: { name: failing.name, position: failing.position } };
  return compiler.isShared(mutant) ? tryWhole(mutant, compiler, tests) : verdictOn(effect);
}

// No test noticed; a workspace that no test asks in may still refuse the mutant, or decide otherwise with it.
function tryWhole(mutant: Mutant, compiler: MutantCompiler, tests: AffectedTests): MutantVerdict {
  const whole = compiler.compile(mutant, 'all');
  if (!whole.policy) return refusal(whole.problems);
  return verdictOn(findEffect(compiler.base, whole.policy, mutant, tests.firstMs));
}

function verdictOn(effect: MutantEffect): MutantVerdict {
  return isEmptyEffect(effect) ? { outcome: 'redundant' } : { outcome: 'lived', effect };
}

function refusal(problems: readonly Problem[]): MutantVerdict {
  const problem = problems.find(({ severity }) => severity === 'error');
  if (!problem) throw new Error('a policy that does not compile has an error');
  return { outcome: 'refused', problem };
}
