import { useState } from 'react';
import { usePreview } from '../api/preview.ts';
import type { Edit } from '../api/edits.ts';
import type { Judgement } from '../api/judgement.ts';
import { useActorSession } from '../session/session.ts';
import { DecidingDialog } from '../parts/dialog.tsx';
import { useDeed } from '../session/deed.ts';
import { ShownEffect } from '../parts/effect/shown-effect.tsx';
import type { EffectNames } from '../parts/effect/named.tsx';
import { scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import { proposalWords } from '../words/proposal-words.ts';
import { brokenPromises, promiseEdits } from './proposed-tests.ts';

interface ProposeDialogProps {
  readonly edit: Edit;
  readonly reason: string;
  readonly names: EffectNames;
  /** Of the same edit, which says which tests fail. */
  readonly judgement: Judgement | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Proposes a change of a role on a branch of its own, with the promises of tests that it breaks. */
export function ProposeDialog({ edit, reason, names, judgement, onClose, onDone }: ProposeDialogProps) {
  const { actor } = useActorSession();
  const { run, make, isDoing } = useDeed();
  const [promises] = useState(() => brokenPromises(judgement ?? {}));
  const edits = [edit, ...promiseEdits(promises)];
  const preview = usePreview(actor, edits, '', 'propose');
  const writing = proposalWords;
  return (
    <DecidingDialog
      title={writing.propose}
      hint={writing.hint}
      keep={words.common.cancel}
      act={isDoing ? writing.proposing : writing.propose}
      isHarmless
      cannot={isDoing || preview.isChecking || preview.refusal !== undefined}
      onAct={() => run(make({ edits, reason, write: 'propose', done: words.role.save, after: onDone }))}
      onClose={onClose}
    >
      {promises.length > 0 && (
        <section>
          <h3>{writing.testsTitle(promises.length)}</h3>
          <p className="quiet">{writing.testsHint}</p>
          <ul className="tests">
            {promises.map(({ file, test, permission, expect }) => (
              <li key={`${file} ${test} ${permission}`}>
                <bdi>{test}</bdi>
                <span className="quiet">
                  <b>{writing.testSays(expect === 'can')}</b> {names.cells.titleOf(permission, scopeWord).toLowerCase()}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <ShownEffect preview={preview} names={names} />
    </DecidingDialog>
  );
}
