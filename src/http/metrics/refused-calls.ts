import type { Registry } from 'prom-client';
import { ApiProblem, type ApiProblemCode, type ApiProblemOptions } from '../messages/api-problem.ts';
import { addCounter } from './collected-metrics.ts';

/** Why a call was refused for who makes it, or for where it goes: what stands in the `reason` label. */
export const refusalReasons = [
  'no-token',
  'unknown-token',
  'ended-token',
  'no-admin-token-file',
  'scope',
  'organization',
  'actor',
  'origin',
  'host',
  'hook',
  'session',
  'forwarded',
  'proxy',
  'sign-in',
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

export interface RefusalDetails {
  readonly pointer?: string | undefined;
  /** What `WWW-Authenticate` says. */
  readonly challenge?: string;
  /** The name of the token, when it was one of ours. */
  readonly caller?: string | undefined;
  /** Members of the problem beyond those of every one. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** A refusal of that kind. */
export class AccessRefused extends ApiProblem {
  readonly caller: string | undefined;

  constructor(code: ApiProblemCode, detail: string, options: ApiProblemOptions, caller: string | undefined) {
    super(code, detail, options);
    this.caller = caller;
  }
}

/** The count of what is refused. */
export class RefusedCalls {
  readonly #counts = new Map<RefusalReason, number>(refusalReasons.map((reason) => [reason, 0]));

  /** To be thrown, or answered, at once: it is counted. */
  refuse(reason: RefusalReason, code: ApiProblemCode, detail: string, details: RefusalDetails = {}): AccessRefused {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    const { pointer, challenge, caller, extensions } = details;
    const headers = challenge === undefined ? {} : { 'WWW-Authenticate': challenge };
    return new AccessRefused(code, detail, { pointer, headers, ...(extensions && { extensions }) }, caller);
  }

  register(registry: Registry): void {
    addCounter(
      registry,
      'rolebook_refused_calls_total',
      'Calls that were refused for who made them or where they went.',
      (counter) => {
        for (const [reason, count] of this.#counts) counter.inc({ reason }, count);
      },
      ['reason'],
    );
  }
}
