import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call, detailOf, pathOf, withQuery } from '../api/call.ts';
import { doneWords, newKey, useBuiltPreview, useMakeChange } from '../api/changes.ts';
import type { Edit } from '../api/edits.ts';
import { companyPlace } from '../api/place.ts';
import type { AccessPlace, Catalog, ChangeMode, Subject } from '../api/types.ts';
import { useActorSession } from '../session/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Effect } from '../parts/effect/effect.tsx';
import { useToast } from '../parts/toasts.tsx';
import { useWriting } from '../session/writing.tsx';
import { Cells } from '../api/cells.ts';
import { companyWords } from '../words/company-words.ts';
import { words } from '../words/words.ts';
import { removalOf } from './removal-edits.ts';

const personWords = companyWords.person;

interface RemoveEverywhereProps {
  readonly subject: Subject;
  readonly places: readonly AccessPlace[];
  readonly catalog: Catalog;
  readonly titles: ReadonlyMap<string, string>;
  readonly name: string;
}

/** Takes everything away from somebody, everywhere that one may see, as one change. */
export function RemoveEverywhere(props: RemoveEverywhereProps) {
  const [isAsked, setAsked] = useState(false);
  return (
    <section className="block">
      <button className="link is-loss" type="button" onClick={() => setAsked(true)}>
        {personWords.removeAll}
      </button>
      {isAsked && <RemoveDialog {...props} onClose={() => setAsked(false)} />}
    </section>
  );
}

function RemoveDialog(props: RemoveEverywhereProps & { readonly onClose: () => void }) {
  const { subject, places, catalog, titles, name, onClose } = props;
  const { actor } = useActorSession();
  const keep = useRef<HTMLButtonElement>(null);
  const writing = useWriting();
  const firstType = catalog.subjectTypes[0] ?? 'user';
  const [removal] = useState(() => removalOf(subject, places, firstType));
  const preview = useBuiltPreview(actor, JSON.stringify(['everywhere', subject, places]), (signal) =>
    removal.build(signal),
  );
  const { run, isRunning } = useRun(props, removal.isAtRunTime);
  const isNothing = !preview.isChecking && preview.edits.length === 0 && !removal.isAtRunTime;
  const cannot = preview.refusal !== undefined || preview.isChecking || isRunning || isNothing;
  // What happens in any place is shown, so it is told as of a company.
  const everywhere = companyPlace('');
  return (
    <Dialog
      title={personWords.removeTitle(name)}
      hint={personWords.removeHint(removal.places, removal.groups)}
      first={keep}
      onClose={onClose}
      foot={
        <>
          {writing.choice}
          <button ref={keep} className="button" type="button" onClick={onClose}>
            {words.role.keep}
          </button>
          <button
            className="button button-danger"
            type="button"
            aria-disabled={cannot || undefined}
            onClick={() => {
              if (!cannot) run({ edits: preview.edits, write: writing.write });
            }}
          >
            {writing.label(personWords.remove)}
          </button>
        </>
      }
    >
      {isNothing && <p className="quiet">{personWords.nothing}</p>}
      <div className="effect" data-checking={preview.isChecking || undefined}>
        <Effect
          judgement={preview.judgement}
          refusal={preview.refusal}
          cells={new Cells(catalog)}
          workspace={everywhere}
          roles={titles}
        />
      </div>
    </Dialog>
  );
}

interface Asked {
  readonly edits: readonly Edit[];
  readonly write: ChangeMode | undefined;
}

function useRun({ subject, onClose }: RemoveEverywhereProps & { readonly onClose: () => void }, isAtRunTime: boolean) {
  const { actor } = useActorSession();
  const client = useQueryClient();
  const makeChange = useMakeChange();
  const toast = useToast();
  const [isRunning, setRunning] = useState(false);
  const remove = async ({ edits, write }: Asked): Promise<string> => {
    const made = edits.length === 0 ? undefined : await makeChange({ actor, edits, reason: '', write }, newKey());
    // Who was put into groups while the product runs is taken out of them there.
    if (isAtRunTime) {
      const by = { subjectType: subject.type, actor: actor.id, actorType: actor.type };
      await call(withQuery(pathOf('subjects', subject.id), by), { method: 'DELETE' });
      await client.invalidateQueries();
    }
    return made ? doneWords(made, personWords.removed) : personWords.removed;
  };
  const run = (asked: Asked): void => {
    setRunning(true);
    remove(asked)
      .then((text) => {
        onClose();
        toast({ kind: 'done', text });
      })
      .catch((error: unknown) => toast({ kind: 'failed', text: detailOf(error) }))
      .finally(() => setRunning(false));
  };
  return { run, isRunning };
}
