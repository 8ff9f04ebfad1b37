import { limits } from '../../policy/limits.ts';
import { parseRevision } from '../../policy/text/revision-text.ts';
import type { RevisionStand } from '../../store/live/policy-source.ts';
import { databaseProblem } from '../endpoint/database-problem.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';

/**
 * Waits until what is live here is at least as new as the revision a caller has seen. Undefined: it is already. Throws,
 * or rejects, rather than let an older answer be given; at once, when to wait would not help.
 */
export function reachRevision(context: SidecarContext, text: string, pointer?: string): Promise<void> | undefined {
  const wanted = parseRevision(text);
  if (wanted === undefined) throw new ApiProblem('invalid-request', at(pointer, wrongForm), { pointer });
  const stand = context.live.reach(wanted, limits.minRevisionWaitMs);
  if (stand === 'reached') return undefined;
  if (stand instanceof Promise) return stand.then((found) => requireReached(context, text, found, pointer));
  requireReached(context, text, stand, pointer);
  return undefined;
}

const wrongForm =
  '`minRevision` is a revision that a sidecar or `rolebook publish` told, as in `3f9c2a1b7d4e.1234-9f1c22ab`, or that ' +
  'of files, with or without their commit, as in `3f9c2a1b7d4e@0c9f2c7d1a54`';

function requireReached({ live }: SidecarContext, text: string, stand: RevisionStand, pointer?: string): void {
  if (stand === 'reached') return;
  const found = live.current?.revision ?? 'none';
  if (stand === 'late') {
    throw new ApiProblem('revision-not-reached', `revision ${text} is not live here yet, but ${found}`, {
      headers: { 'Retry-After': '1' },
    });
  }
  if ('misconfigured' in stand) {
    throw databaseProblem({ code: 'configuration', ...stand.misconfigured }, { afterSeconds: 1 });
  }
  // Whoever has it will never see it again: it is to be forgotten, and not sent once more.
  const detail = `revision ${text} ${stand.refused}; ask without it`;
  throw new ApiProblem('unknown-revision', at(pointer, detail), { pointer });
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
