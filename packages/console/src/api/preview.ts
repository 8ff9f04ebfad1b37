import { useQuery, keepPreviousData } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, CallFailed } from './call.ts';
import type { Edit } from './edits.ts';
import type { Judgement, ProblemDocument } from './judgement.ts';
import type { ChangeMode, Subject } from './types.ts';

/** How long after the last change of a form its effect is asked for: while somebody types, not with every letter. */
const pauseMs = 250;

/** How long until what was not answered is asked again. */
const againMs = 3_000;

/** A judgement, and why the change would be refused; neither while nothing is asked. */
export interface Preview {
  readonly judgement: Judgement | undefined;
  readonly refusal: ProblemDocument | undefined;
  /** Whether a newer answer is on its way, so that this one is of a while ago. */
  readonly isChecking: boolean;
  /** Whether somebody else changed meanwhile what the edits are about. */
  readonly isOvertaken: boolean;
}

/**
 * What edits come to. Where `moved` is another one, as with each toggle, that is asked at once; what is typed is asked for a
 * moment after the last letter. A newer question ends an older one.
 */
export function usePreview(actor: Subject, edits: readonly Edit[], moved: string, write?: ChangeMode): Preview {
  const asked = usePaused(JSON.stringify(edits), moved);
  const isAsked = asked !== '[]' && edits.length > 0;
  const { data, isFetching, isPlaceholderData } = useQuery({
    queryKey: ['preview', actor.type, actor.id, asked, write],
    queryFn: ({ signal }) =>
      judge(actor, JSON.parse(asked) as readonly Edit[], { signal, ...(write !== undefined && { write }) }),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => askedAgain(state.data),
    staleTime: 0,
    gcTime: 60_000,
  });
  if (!isAsked) return { judgement: undefined, refusal: undefined, isChecking: edits.length > 0, isOvertaken: false };
  // The last two: what the edits are about was deleted or renamed.
  const isOvertaken = ['changed-meanwhile', 'unknown-role', 'no-such-role'].includes(data?.refusal?.code ?? '');
  return {
    judgement: data?.judgement,
    // That others were faster with an older draft says nothing of this one.
    refusal: isOvertaken && isPlaceholderData ? undefined : data?.refusal,
    isChecking: isFetching || asked !== JSON.stringify(edits),
    isOvertaken: isOvertaken && !isPlaceholderData,
  };
}

/** What the sidecar says of edits. */
export interface Judged {
  readonly judgement: Judgement | undefined;
  readonly refusal?: ProblemDocument | undefined;
}

interface JudgeOptions {
  readonly signal?: AbortSignal;
  /** Through whose eyes what comes of it is looked at. */
  readonly sees?: object;
  /** Where it would be written. */
  readonly write?: ChangeMode;
}

/** A refusal is an answer, too: it says what would have to be otherwise. */
export async function judge(
  actor: Subject,
  edits: readonly Edit[],
  { signal, ...more }: JudgeOptions = {},
): Promise<Judged> {
  try {
    const body = { actor, edits, ...more };
    return {
      judgement: await call<Judgement>('/v1/changes?preview', { method: 'POST', body, ...(signal && { signal }) }),
    };
  } catch (error) {
    return refusedBy(error);
  }
}

/** What is known where a call was refused, or not answered. */
export function refusedBy(error: unknown): Judged {
  if (!(error instanceof CallFailed)) throw error;
  const { problem } = error;
  return { judgement: problem.effect ? problem : undefined, refusal: problem };
}

/** Whether the same may be answered otherwise in a moment: the sidecar did not answer, or could not. */
export function isPassing({ status }: ProblemDocument): boolean {
  return status < 400 || status >= 500;
}

/** When a question is asked again by itself. */
export function askedAgain(data: Partial<Judged> | undefined): number | false {
  return data?.refusal !== undefined && isPassing(data.refusal) && againMs;
}

/** A value as it was when it last stood still for a moment, or when `moved` last became another. */
export function usePaused(value: string, moved = ''): string {
  const [paused, setPaused] = useState({ value, moved });
  if (paused.moved !== moved) setPaused({ value, moved });
  useEffect(() => {
    const timer = setTimeout(() => setPaused({ value, moved }), pauseMs);
    return () => clearTimeout(timer);
  }, [value, moved]);
  return paused.moved === moved ? paused.value : value;
}
