import { words } from '../words/words.ts';
import type { Readiness } from './press.ts';

export interface PressButtonProps {
  readonly readiness: Readiness;
  readonly isWaiting: boolean;
  readonly label: string;
  /** What it says while it is done; undefined: it is not. */
  readonly doing: string | undefined;
  /** The id of its form, where it stands outside. */
  readonly form?: string;
}

/** The one button of a form that does something: it says whether it can, waits or is at it. */
export function PressButton({ readiness, isWaiting, label, doing, form }: PressButtonProps) {
  const isBusy = isWaiting || doing !== undefined;
  return (
    <>
      <button
        className="button button-primary"
        type="submit"
        form={form}
        aria-busy={isBusy || undefined}
        aria-disabled={isBusy || readiness === 'cannot' || undefined}
      >
        {doing ?? (isWaiting ? words.effect.waiting : label)}
      </button>
      <span className="aloud" role="status">
        {isWaiting && words.effect.waitingAloud}
      </span>
    </>
  );
}
