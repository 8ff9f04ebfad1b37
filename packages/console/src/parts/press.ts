import { useEffect, useState } from 'react';
import type { Preview } from '../api/preview.ts';

/** What the button of a form can do right now. `checking`: the judge is still asked. */
export type Readiness = 'ready' | 'checking' | 'cannot';

/** Nothing is done that was not judged as it stands. */
export function readinessOf(preview: Pick<Preview, 'judgement' | 'refusal' | 'isChecking'>, isWhole = true): Readiness {
  if (!isWhole) return 'cannot';
  if (preview.isChecking) return 'checking';
  return preview.judgement !== undefined && preview.refusal === undefined ? 'ready' : 'cannot';
}

export interface Press {
  readonly press: () => void;
  /** Whether it was pressed and waits for the judge. */
  readonly isWaiting: boolean;
}

/**
 * The press of a form's button. While the judge is still asked it waits for the word: what was pressed is done then, or not
 * where it is refused. Escape takes it back, and so does whatever makes the form, said by `form`, another one.
 */
export function usePress(form: string, readiness: Readiness, act: () => void): Press {
  const [waiting, setWaiting] = useState<string>();
  const isWaiting = waiting === form && readiness !== 'cannot';
  if (waiting !== undefined && !isWaiting) setWaiting(undefined);
  useEffect(() => {
    if (!isWaiting || readiness !== 'ready') return;
    setWaiting(undefined);
    act();
  });
  useEffect(() => {
    if (!isWaiting) return undefined;
    const takeBack = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') setWaiting(undefined);
    };
    document.addEventListener('keydown', takeBack);
    return () => document.removeEventListener('keydown', takeBack);
  }, [isWaiting]);
  const press = (): void => {
    if (readiness === 'ready') act();
    else if (readiness === 'checking') setWaiting(form);
  };
  return { press, isWaiting };
}
