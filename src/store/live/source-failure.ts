import { messageOf, RolebookError } from '../../policy/errors.ts';
import { noProblems } from './prepare-policy.ts';
import { failure, type Verdict } from './reload-queue.ts';

/** For a source that could not be asked at all. */
export function sourceFailure(error: unknown): Verdict {
  const { code, help } = error instanceof RolebookError ? error : ({ code: 'unavailable', help: undefined } as const);
  return { ...failure(noProblems, messageOf(error)), sourceFault: { code, help } };
}
