import { parseRevision } from '../policy/revision-text.ts';
import { limits } from '../policy/limits.ts';
import { ApiProblem } from './api-problem.ts';
import type { SidecarContext } from './sidecar-context.ts';

/**
 * Waits until what is live here is at least as new as the revision a caller has seen. Undefined: it is already. Throws,
 * or rejects, rather than let an older answer be given.
 */
export function reachRevision(context: SidecarContext, text: string, pointer?: string): Promise<void> | undefined {
  const { database } = context;
  if (database === undefined) {
    const detail = '`minRevision` needs a sidecar of a database: revisions of files have no order';
    throw new ApiProblem('invalid-request', at(pointer, detail), { pointer });
  }
  const wanted = parseRevision(text);
  if (wanted === undefined) {
    const detail = '`minRevision` is a revision that a sidecar or `rolebook publish` told, as in `3f9c2a1b7d4e.1234`';
    throw new ApiProblem('invalid-request', at(pointer, detail), { pointer });
  }
  const { sequence } = wanted;
  if ((database.state?.sequence ?? 0) >= sequence) return undefined;
  return database.waitFor(sequence, limits.minRevisionWaitMs).then((isReached) => {
    if (isReached) return;
    const found = context.live.current?.revision ?? 'none';
    throw new ApiProblem('revision-not-reached', `revision ${text} is not live here yet, but ${found}`, {
      headers: { 'Retry-After': '1' },
    });
  });
}

/** The same for a parameter of the query. */
export async function reachQueriedRevision(context: SidecarContext, query: URLSearchParams): Promise<void> {
  const text = query.get('minRevision');
  if (text !== null) await reachRevision(context, text);
}

/** What a body that fits its schema says of it. */
export function minRevisionOf(body: unknown): string | undefined {
  return (body as { readonly minRevision?: string }).minRevision;
}

function at(pointer: string | undefined, detail: string): string {
  return pointer === undefined ? detail : `${pointer}: ${detail}`;
}
