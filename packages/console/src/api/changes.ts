import { type QueryClient, useQuery, useQueryClient, keepPreviousData } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { call, CallFailed, hasCode, pathOf, withQuery } from './call.ts';
import type { Edit, HeldRole } from './edits.ts';
import { pathAt } from './place.ts';
import { askedAgain, judge, type Judged, type Preview, refusedBy, usePaused } from './preview.ts';
import type { Judgement } from './judgement.ts';
import type { Send } from './send.ts';
import type { ChangeMode, Subject } from './types.ts';

interface WantedChange {
  readonly actor: Subject;
  readonly edits: readonly Edit[];
  readonly reason: string;
  /** Undefined: where the sidecar writes. */
  readonly write?: ChangeMode | undefined;
}

/** Makes a change. What pages show is asked anew. */
export function useMakeChange(): (change: WantedChange, send: Send) => Promise<Judgement> {
  const client = useQueryClient();
  return async ({ actor, edits, reason, write }, send) => {
    const trimmed = reason.trim();
    const body = { actor, edits, ...(trimmed !== '' && { reason: trimmed }), ...(write !== undefined && { write }) };
    const made = await send<Judgement>('/v1/changes', { method: 'POST', body }).catch(askAnew(client));
    if (made.written?.branch !== undefined) (await import('./proposals.ts')).keepProposal({ edits }, made);
    await client.invalidateQueries({ predicate: ({ queryKey: [name] }) => name !== 'preview' });
    return made;
  };
}

interface WantedUndo {
  readonly actor: Subject;
  readonly reason?: string;
  readonly write?: ChangeMode | undefined;
}

/** Undoes a change. */
export function useRevert(): (change: string, by: WantedUndo, send: Send) => Promise<Judgement> {
  const client = useQueryClient();
  return async (change, { actor, reason, write }, send) => {
    const trimmed = reason?.trim() ?? '';
    const body = { actor, ...(trimmed !== '' && { reason: trimmed }), ...(write !== undefined && { write }) };
    const made = await send<Judgement>(pathOf('changes', change, 'revert'), { method: 'POST', body }).catch(
      askAnew(client),
    );
    await client.invalidateQueries({ predicate: ({ queryKey: [name] }) => name !== 'preview' });
    return made;
  };
}

/** Where others were faster, what is there now is asked for, and what was judged is judged by that. */
function askAnew(client: QueryClient): (error: unknown) => never {
  return (error) => {
    if (hasCode(error, 'changed-meanwhile')) void client.invalidateQueries();
    throw error;
  };
}

/** A preview of edits that have to be worked out first, and these edits. */
export interface BuiltPreview extends Omit<Preview, 'isOvertaken'> {
  readonly edits: readonly Edit[];
}

/** The same of edits that hang on what is there now; `key` says all that they are made of. No edits: nothing is asked. */
export function useBuiltPreview(
  actor: Subject,
  key: string,
  build: (signal: AbortSignal) => Promise<readonly Edit[]>,
  write?: ChangeMode,
): BuiltPreview {
  const asked = usePaused(key);
  const { data, isFetching } = useQuery({
    queryKey: ['preview', actor.type, actor.id, 'built', asked, write],
    queryFn: async ({ signal }): Promise<Judged & Pick<BuiltPreview, 'edits'>> => {
      try {
        const edits = await build(signal);
        if (edits.length === 0) return { edits, judgement: undefined };
        return { edits, ...(await judge(actor, edits, { signal, ...(write !== undefined && { write }) })) };
      } catch (error) {
        return { edits: [], ...refusedBy(error) };
      }
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => askedAgain(state.data),
    staleTime: 0,
    gcTime: 0,
  });
  return {
    edits: data?.edits ?? [],
    judgement: data?.judgement,
    refusal: data?.refusal,
    isChecking: isFetching || asked !== key,
  };
}

/** The edits with what says of a deletion that somebody saw whom it touches. */
export function confirmed(edits: readonly Edit[], judgement: Judgement | undefined): readonly Edit[] {
  const confirm = judgement?.confirm;
  if (confirm === undefined) return edits;
  return edits.map((edit) => (edit.edit === 'role.delete' ? { ...edit, confirm } : edit));
}

/** What somebody holds at a workspace itself, as an edit takes it; none where they hold nothing. */
export async function heldAt(workspace: string, subject: Subject, signal: AbortSignal): Promise<readonly HeldRole[]> {
  const path = withQuery(pathAt(workspace, 'members', subject.id), { subjectType: subject.type });
  try {
    const { roles } = await call<{ readonly roles: readonly HeldRole[] }>(path, { signal });
    return roles.map(({ role, from, until, reason }) => ({
      role,
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
      ...(reason !== undefined && { reason }),
    }));
  } catch (error) {
    if (error instanceof CallFailed && error.code === 'unknown-member') return [];
    throw error;
  }
}

/** What is said after a change: that it was made, or that it waits for somebody to look at it. */
export function doneWords({ written }: Judgement, made: string): string {
  return written?.branch === undefined ? made : words.role.proposed(written.branch);
}
