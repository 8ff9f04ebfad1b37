import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import { PressButton, type PressButtonProps } from './press-button.tsx';

interface FormFootProps extends PressButtonProps {
  /** Asks where the change is to be written; false where there is one way. */
  readonly choice: ReactNode;
  readonly onCancel: () => void;
}

/** What ends a form: leaving it, or doing what it says. */
export function FormFoot({ choice, onCancel, ...button }: FormFootProps) {
  return (
    <div className="give-foot">
      {choice}
      <button className="button button-quiet" type="button" onClick={onCancel}>
        {words.common.cancel}
      </button>
      <PressButton {...button} />
    </div>
  );
}
