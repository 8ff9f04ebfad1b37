import { type ReactNode, useState } from 'react';
import type { ChangeMode } from '../api/types.ts';
import { useActorSession } from './session.ts';
import { writingWords } from '../words/writing-words.ts';
import { Segmented } from '../parts/fields.tsx';

export interface Writing {
  /** Where a change is to be written; undefined: there is just one way. */
  readonly write: ChangeMode | undefined;
  /** Whether somebody looks at it before it counts. */
  readonly isProposed: boolean;
  /** Whether it can be proposed at all. */
  readonly mayPropose: boolean;
  readonly choose: (write: ChangeMode) => void;
  /** Asks which way, where there are two. */
  readonly choice: ReactNode;
  /** What the button says that does it. */
  readonly label: (saved: string) => string;
}

/** Whether a change is saved at once or proposed, as the sidecar takes it and somebody chooses. */
export function useWriting(): Writing {
  const { writes } = useActorSession();
  const [chosen, choose] = useState<ChangeMode>();
  const mode = chosen ?? writes[0];
  const isProposed = mode === 'propose';
  const hasChoice = writes.length > 1;
  return {
    write: hasChoice ? mode : undefined,
    isProposed,
    mayPropose: writes.includes('propose'),
    choose,
    choice: hasChoice && mode !== undefined && (
      <Segmented
        label={writingWords.label}
        value={mode}
        onChange={choose}
        choices={writes.map((value) => ({
          value,
          label: value === 'propose' ? writingWords.propose : writingWords.save,
        }))}
      />
    ),
    label: (saved) => (isProposed ? writingWords.proposeIt : saved),
  };
}
