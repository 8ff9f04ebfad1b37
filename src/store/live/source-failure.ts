import { messageOf, RolebookError } from '../../policy/errors.ts';
import { noProblems } from './prepare-policy.ts';
import { failure, type Verdict } from './reload-queue.ts';

/** Fault of a source that was asked, and whose answer is not to be believed. */
export class UntrustedSource extends RolebookError {
  constructor(message: string, help: string) {
    super('configuration', message, { help });
    this.name = 'UntrustedSource';
  }
}

/** For a source that could not be asked at all, or is not to be believed. */
export function sourceFailure(error: unknown): Verdict {
  if (error instanceof UntrustedSource) {
    return { ...failure(noProblems, `${error.message}; ${error.help}`), isUntrusted: true };
  }
  const { code, help } = error instanceof RolebookError ? error : ({ code: 'unavailable', help: undefined } as const);
  return { ...failure(noProblems, messageOf(error)), sourceFault: { code, help } };
}
