import type { RolebookError } from '../../policy/errors.ts';
import { ApiProblem } from '../messages/api-problem.ts';

/** Advice for callers of a source that does not answer now. */
export interface TryAgain {
  /** How; nothing: just so. */
  readonly help?: string;
  readonly afterSeconds: number;
  readonly source?: 'database' | 'repository';
}

/**
 * The problem of a database or a repository that did not do what it was asked. One that refuses by the way it is set up does so the next
 * time, too, so nobody is told to send it again.
 */
export function databaseProblem(
  { code, message, help }: Pick<RolebookError, 'code' | 'message' | 'help'>,
  again: TryAgain,
): ApiProblem {
  const { source = 'database' } = again;
  if (code === 'configuration') {
    const mend = help ?? 'whoever runs the sidecar has to mend that';
    return new ApiProblem(`${source}-refused`, `${message}; ${mend}. To send it again does not help`);
  }
  const detail = again.help === undefined ? message : `${message}; ${again.help}`;
  return new ApiProblem(`${source}-unavailable`, detail, { headers: { 'Retry-After': String(again.afterSeconds) } });
}
