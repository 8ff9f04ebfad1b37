import type { Edit } from '../api/edits.ts';
import type { Judgement } from '../api/judgement.ts';

/** A promise of a test that a change breaks: what it says of a permission, which is to be the other way round. */
export interface BrokenPromise {
  readonly file: string;
  readonly test: string;
  readonly permission: string;
  readonly expect: 'can' | 'cannot';
}

/** The promises that fail, each once: a test says the same of everybody whom it names. */
export function brokenPromises({ tests }: Pick<Judgement, 'tests'>): readonly BrokenPromise[] {
  const found = new Map<string, BrokenPromise>();
  for (const { name, file, failures = [] } of tests?.failed ?? []) {
    for (const { permission, expect } of failures) {
      if (file === undefined || permission === undefined) continue;
      const promise = { file, test: name, permission, expect: expect === 'allow' ? 'cannot' : 'can' } as const;
      found.set(JSON.stringify([file, name, permission]), promise);
    }
  }
  return [...found.values()];
}

/** The edits that change what tests promise: only where somebody looks at them. */
export function promiseEdits(promises: readonly BrokenPromise[]): readonly Edit[] {
  return promises.map((promise) => ({ edit: 'test.expect', ...promise }));
}
