import type { Request } from 'express';
import { ApiProblem } from '../messages/api-problem.ts';
import { auditText, claimedActor } from '../logging/audit-text.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { AccessRefused } from '../metrics/refused-calls.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';
import type { Caller } from '../access/token.ts';

/** The outcome of a call. */
export interface CallOutcome {
  /** Undefined: it was refused for who makes it. */
  readonly caller: Caller | undefined;
  readonly body: Buffer;
  readonly status: number;
  /** Undefined: it was done. */
  readonly error: unknown;
}

/** Begins to audit a call; the result is told how it ended. */
export function auditCall(
  context: SidecarContext,
  endpoint: Endpoint,
  request: Request,
): (outcome: CallOutcome) => void {
  // A socket that is gone by the end does not say any more whose it was. Nothing else is asked, least of all a header:
  // anybody can write one.
  const from = context.access.describeOrigin(request.socket.remoteAddress);
  return ({ caller, body, status, error }) => {
    const refusedCaller = error instanceof AccessRefused ? error.caller : undefined;
    context.audit.record({
      caller: caller?.name ?? refusedCaller,
      from,
      method: endpoint.method,
      route: endpoint.path,
      object: objectOf(request),
      actor: claimedActor(request.url, body),
      status,
      code: codeOf(error),
      revision: context.live.current?.revision,
    });
  };
}

function objectOf(request: Request): Record<string, string> {
  const names = Object.entries(request.params);
  return Object.fromEntries(names.map(([name, value]) => [name, auditText(String(value))]));
}

function codeOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof ApiProblem ? error.code : 'internal-error';
}
