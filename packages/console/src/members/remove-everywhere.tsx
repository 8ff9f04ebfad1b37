import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { pathOf, withQuery } from '../api/call.ts';
import { Cells } from '../api/cells.ts';
import { useBuiltPreview } from '../api/changes.ts';
import { companyPlace } from '../api/place.ts';
import type { AccessPlace, Catalog, Subject } from '../api/types.ts';
import { useActorSession } from '../session/session.ts';
import { useWriting } from '../session/writing.tsx';
import { DecidingDialog } from '../parts/dialog.tsx';
import { useDeed } from '../session/deed.ts';
import { ShownEffect } from '../parts/effect/shown-effect.tsx';
import type { Toast } from '../parts/toasts.tsx';
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
  const client = useQueryClient();
  const writing = useWriting();
  const { run, make, send, isDoing } = useDeed();
  const [removal] = useState(() => removalOf(subject, places, catalog.subjectTypes[0] ?? 'user'));
  const preview = useBuiltPreview(actor, JSON.stringify(['everywhere', subject, places]), (signal) =>
    removal.build(signal),
  );
  const { edits, refusal, isChecking } = preview;
  const made = useRef<Toast>(undefined);
  const isNothing = !isChecking && refusal === undefined && edits.length === 0 && !removal.isAtRunTime;
  const remove = async (): Promise<Toast> => {
    const done = personWords.removed;
    // Where the second of the two was not answered, the first is not done again.
    made.current ??=
      edits.length === 0
        ? { kind: 'done', text: done }
        : await make({ edits, write: writing.write, done, after: () => undefined });
    // Who was put into groups while the product runs is taken out of them there.
    if (removal.isAtRunTime) {
      const by = { subjectType: subject.type, actor: actor.id, actorType: actor.type };
      await send(withQuery(pathOf('subjects', subject.id), by), { method: 'DELETE' });
      await client.invalidateQueries();
    }
    onClose();
    return made.current;
  };
  return (
    <DecidingDialog
      title={personWords.removeTitle(name)}
      hint={personWords.removeHint(removal.places, removal.groups)}
      before={writing.choice}
      keep={words.role.keep}
      act={writing.label(personWords.remove)}
      cannot={refusal !== undefined || isChecking || isDoing || isNothing}
      onAct={() => run(remove())}
      onClose={onClose}
    >
      {isNothing && <p className="quiet">{personWords.nothing}</p>}
      {/* What happens in any place is shown, so it is told as of a company. */}
      <ShownEffect
        preview={preview}
        names={{ cells: new Cells(catalog), workspace: companyPlace(''), roles: titles }}
      />
    </DecidingDialog>
  );
}
