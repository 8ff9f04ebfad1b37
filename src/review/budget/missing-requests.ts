import type { EnforceRequest } from '../../policy/decision.ts';
import { RolebookError } from '../../policy/errors.ts';

/** The error of requests of which some cannot be had now. */
export class MissingRequests extends RolebookError {
  /** Those that can. */
  readonly known: readonly EnforceRequest[];

  constructor(message: string, known: readonly EnforceRequest[], cause: unknown) {
    super('unavailable', message, { cause });
    this.name = 'MissingRequests';
    this.known = known;
  }
}
