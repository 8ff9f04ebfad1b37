import { type RefObject, useRef, useState } from 'react';
import { DecidingDialog } from '../parts/dialog.tsx';
import { useDeed } from '../session/deed.ts';
import { Field } from '../parts/fields.tsx';
import { useWriting } from '../session/writing.tsx';
import { reviewWords } from '../words/review-words.ts';
import { words } from '../words/words.ts';
import { writingWords } from '../words/writing-words.ts';
import type { Finding } from './review-queries.ts';

interface WaiveFindingProps {
  readonly finding: Finding;
  readonly what: string;
  /** Whether somebody has to look at it first. */
  readonly isReviewed: boolean;
  readonly onClose: () => void;
}

/** Accepts a finding until a day, with a reason that everybody can read. */
export function WaiveFinding({ finding, what, isReviewed, onClose }: WaiveFindingProps) {
  const writing = useWriting();
  const first = useRef<HTMLInputElement>(null);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(() => inDays(365));
  const [isSent, setSent] = useState(false);
  const faults = {
    reason: reason.trim() === '' ? reviewWords.needReason : undefined,
    until: until < inDays(1) ? reviewWords.needUntil : undefined,
  };
  const told = isSent ? faults : { reason: undefined, until: undefined };
  const { run, make, isDoing } = useDeed();
  const write = isReviewed ? 'propose' : writing.write;
  const { kind, about } = finding;
  const edits = [{ edit: 'waiver.add', check: kind, about, reason: reason.trim(), until }] as const;
  return (
    <DecidingDialog
      title={reviewWords.waiveTitle(what)}
      hint={reviewWords.waiveHint}
      before={!isReviewed && writing.choice}
      keep={words.common.cancel}
      first={first}
      act={isReviewed ? writingWords.proposeIt : writing.label(reviewWords.accept)}
      isHarmless
      cannot={isDoing}
      form="waive"
      onClose={onClose}
    >
      <form
        id="waive"
        className="both-fields"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setSent(true);
          if (isDoing || faults.reason || faults.until) return;
          run(make({ edits, write, done: reviewWords.acceptedNow, hasUndo: true, after: onClose }));
        }}
      >
        <Input {...{ first, faults: told, reason, until, setReason, setUntil }} />
      </form>
    </DecidingDialog>
  );
}

interface InputProps {
  readonly first: RefObject<HTMLInputElement | null>;
  readonly faults: { readonly reason: string | undefined; readonly until: string | undefined };
  readonly reason: string;
  readonly until: string;
  readonly setReason: (reason: string) => void;
  readonly setUntil: (until: string) => void;
}

function Input({ first, faults, reason, until, setReason, setUntil }: InputProps) {
  const common = (
    ids: { readonly id: string; readonly describedBy: string | undefined },
    fault: string | undefined,
  ) => ({
    ...{ className: 'input', id: ids.id, required: true },
    ...{ 'aria-describedby': ids.describedBy, 'aria-invalid': fault !== undefined },
  });
  return (
    <>
      <Field label={reviewWords.reason} error={faults.reason}>
        {(ids) => (
          <input
            {...common(ids, faults.reason)}
            ref={first}
            maxLength={200}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        )}
      </Field>
      <Field label={reviewWords.until} hint={reviewWords.untilHint} error={faults.until}>
        {(ids) => (
          <input
            {...common(ids, faults.until)}
            type="date"
            min={inDays(1)}
            value={until}
            onChange={({ target }) => setUntil(target.value)}
          />
        )}
      </Field>
    </>
  );
}

/** A day as a field has it, in UTC. */
function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
