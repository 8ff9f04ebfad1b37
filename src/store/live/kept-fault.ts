import { messageOf } from '../../policy/errors.ts';
import { noProblems } from './prepare-policy.ts';
import { failure, type Verdict } from './reload-queue.ts';

/** Why what was kept from before a start does not decide; undefined: it does. */
export async function keptFault(judged: Promise<Verdict>): Promise<string | undefined> {
  const { outcome, problemCounts, error } = await judged.catch((cause: unknown) =>
    failure(noProblems, messageOf(cause)),
  );
  return outcome === 'failed' ? (error ?? `its files have ${problemCounts.errors} problems`) : undefined;
}
