import { type RefObject, useRef, useState } from 'react';
import { detailOf } from '../api/call.ts';
import { doneWords, newKey, useMakeChange } from '../api/changes.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/fields.tsx';
import { useToast } from '../parts/toasts.tsx';
import { useActorSession } from '../session/session.ts';
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
  const { waive, isWaiving } = useWaiving(finding, onClose);
  const write = isReviewed ? 'propose' : writing.write;
  const label = isReviewed ? writingWords.proposeIt : writing.label(reviewWords.accept);
  return (
    <Dialog
      title={reviewWords.waiveTitle(what)}
      hint={reviewWords.waiveHint}
      first={first}
      onClose={onClose}
      foot={
        <>
          {!isReviewed && writing.choice}
          <button className="button" type="button" onClick={onClose}>
            {words.common.cancel}
          </button>
          <button className="button button-primary" type="submit" form="waive" aria-disabled={isWaiving || undefined}>
            {label}
          </button>
        </>
      }
    >
      <form
        id="waive"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setSent(true);
          if (!isWaiving && !faults.reason && !faults.until) waive({ reason: reason.trim(), until }, write);
        }}
      >
        <Input {...{ first, faults: told, reason, until, setReason, setUntil }} />
      </form>
    </Dialog>
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

function useWaiving({ kind, about }: Finding, onClose: () => void) {
  const { actor } = useActorSession();
  const makeChange = useMakeChange();
  const toast = useToast();
  const [isWaiving, setWaiving] = useState(false);
  const waive = (
    how: { readonly reason: string; readonly until: string },
    write: Parameters<typeof makeChange>[0]['write'],
  ): void => {
    setWaiving(true);
    makeChange({ actor, edits: [{ edit: 'waiver.add', check: kind, about, ...how }], reason: '', write }, newKey())
      .then((made) => {
        onClose();
        toast({ kind: 'done', text: doneWords(made, reviewWords.acceptedNow) });
      })
      .catch((error: unknown) => toast({ kind: 'failed', text: detailOf(error) }))
      .finally(() => setWaiving(false));
  };
  return { waive, isWaiving };
}

/** A day as a field has it, in UTC. */
function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
