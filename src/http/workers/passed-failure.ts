import { RolebookError } from '../../policy/errors.ts';

/** A failure as one process tells another: an error would lose what it carries. */
export interface PassedFailure {
  readonly kind: 'failed';
  readonly code: RolebookError['code'];
  readonly message: string;
  readonly help: string | undefined;
}

/** What is no such error is thrown on: nobody foresaw it. */
export function packFailure(error: unknown): PassedFailure {
  if (!(error instanceof RolebookError)) throw error;
  const { code, message, help } = error;
  return { kind: 'failed', code, message, help };
}

export function unpackFailure({ code, message, help }: PassedFailure): RolebookError {
  return new RolebookError(code, message, help === undefined ? {} : { help });
}
