import { useRef } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { listed } from '../words/forms/count.ts';
import { words } from '../words/words.ts';

interface NeededDialogProps {
  readonly titles: readonly string[];
  readonly dependents: readonly string[];
  readonly onKeep: () => void;
  readonly onTake: () => void;
}

/** Asks before something is taken away that others need. */
export function NeededDialog({ titles, dependents, onKeep, onTake }: NeededDialogProps) {
  const first = useRef<HTMLButtonElement>(null);
  const { role } = words;
  return (
    <Dialog
      title={role.needsTitle(listed(titles, 3))}
      hint={role.needs(listed(dependents, 6))}
      first={first}
      onClose={onKeep}
      foot={
        <>
          <button ref={first} className="button" type="button" onClick={onKeep}>
            {role.keep}
          </button>
          <button className="button button-primary" type="button" onClick={onTake}>
            {role.takeAll(titles.length + dependents.length)}
          </button>
        </>
      }
    />
  );
}
