import { Suspense, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { hasCode } from '../api/call.ts';
import { confirmed } from '../api/changes.ts';
import type { Edit } from '../api/edits.ts';
import type { Judgement } from '../api/judgement.ts';
import { usePreview } from '../api/preview.ts';
import { DecidingDialog } from '../parts/dialog.tsx';
import { failedToast, useDeed } from '../session/deed.ts';
import type { EffectNames } from '../parts/effect/named.tsx';
import { ShownEffect } from '../parts/effect/shown-effect.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { useActorSession } from '../session/session.ts';
import { useWriting } from '../session/writing.tsx';
import { reviewWords } from '../words/review-words.ts';
import { writingWords } from '../words/writing-words.ts';
import type { Finding } from './review-queries.ts';

const ProposeDialog = later(async () => (await import('../role/propose-dialog.tsx')).ProposeDialog);

interface DecideFindingProps {
  readonly finding: Finding;
  readonly what: string;
  readonly names: EffectNames;
  /** `take`: it goes. `end`: it is accepted no more. */
  readonly how: 'take' | 'end';
  /** Whether somebody has to look at it first. */
  readonly isReviewed: boolean;
  readonly onClose: () => void;
}

/** Takes away what nobody used, or accepts it no more, with what that does to people shown before. */
export function DecideFinding({ finding, what, names, how, isReviewed, onClose }: DecideFindingProps) {
  const { edits, state } = finding;
  const { actor } = useActorSession();
  const client = useQueryClient();
  const writing = useWriting();
  const write = isReviewed ? 'propose' : writing.write;
  const { run, make, isDoing } = useDeed();
  const [isProposed, setProposed] = useState(false);
  const [isOvertaken, setOvertaken] = useState(false);
  const { judgement, refusal, isChecking } = usePreview(actor, edits, finding.id, write);
  const failing = judgement?.tests?.failed.length ?? 0;
  // Whoever deletes a role sees here whom it touches.
  const refused = refusal?.code === 'unconfirmed' ? undefined : refusal;
  const isStill = state === (how === 'take' ? 'open' : 'accepted');
  const said = reviewWords[how];
  const act = (): void =>
    run(
      make({ edits: seenEdits(edits, judgement), write, done: said.done, hasUndo: true, after: onClose }),
      (error) => {
        if (!hasCode(error, 'changed-meanwhile', 'stale-confirm', 'unknown-waiver')) return failedToast(error);
        setOvertaken(true);
        void client.invalidateQueries();
        return undefined;
      },
    );
  const [edit] = edits;
  if (isProposed && edit) {
    return (
      <Suspense>
        <ProposeDialog edit={edit} reason="" names={names} judgement={judgement} onClose={onClose} onDone={onClose} />
      </Suspense>
    );
  }
  return (
    <DecidingDialog
      title={said.title(what)}
      hint={said.hint}
      before={!isReviewed && writing.choice}
      keep={said.keep}
      other={
        failing > 0 &&
        writing.mayPropose && (
          <button className="button button-primary" type="button" onClick={() => setProposed(true)}>
            {writingWords.proposeIt}
          </button>
        )
      }
      act={isReviewed ? writingWords.proposeIt : writing.label(said.act)}
      isHarmless={how === 'end'}
      cannot={refused !== undefined || isChecking || isDoing || !judgement || !isStill}
      onAct={act}
      onClose={onClose}
    >
      {isOvertaken && (
        <p className="line line-deny" role="alert">
          <Icon name="fail" />
          <span>{reviewWords.overtaken}</span>
        </p>
      )}
      <ShownEffect preview={{ judgement, refusal: refused, isChecking }} names={names} />
    </DecidingDialog>
  );
}

/** The same edits of the very objects that were shown: if one is another by now, somebody looks again. */
function seenEdits(edits: readonly Edit[], judgement: Judgement | undefined): readonly Edit[] {
  return confirmed(edits, judgement).map((edit, index): Edit => {
    const etag = judgement?.etags?.[index] ?? undefined;
    return { ...edit, ...(etag !== undefined && { etag }) };
  });
}
