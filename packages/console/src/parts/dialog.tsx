import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import { CloseButton } from './close-button.tsx';
import { focusOn } from './way-back.ts';

interface DialogProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children?: ReactNode;
  readonly foot: ReactNode;
  /** The harmless button, which has the focus first. */
  readonly first?: RefObject<HTMLElement | null>;
  readonly size?: 'wide';
  readonly onClose: () => void;
}

/** A native dialog for deciding something. What had the focus before has it again after. */
export function Dialog({ title, hint, children, foot, first, size, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    first?.current?.focus();
    return () => {
      element?.close();
      focusOn(opener);
    };
  }, [first]);
  return (
    <dialog
      ref={dialog}
      className={size ? `dialog dialog-${size}` : 'dialog'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <div>
          <h2 id={id}>{title}</h2>
          {hint !== undefined && <p>{hint}</p>}
        </div>
        <CloseButton onClose={onClose} />
      </header>
      {children !== undefined && <div className="dialog-body">{children}</div>}
      <footer className="dialog-foot">{foot}</footer>
    </dialog>
  );
}

interface DecidingDialogProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children?: ReactNode;
  /** What stands before the buttons, as how it is saved. */
  readonly before?: ReactNode;
  /** The button that changes nothing. It has the focus first, unless something else is `first`. */
  readonly keep: string;
  readonly first?: RefObject<HTMLElement | null>;
  /** A further way, between the two buttons. */
  readonly other?: ReactNode;
  /** The button that does it. */
  readonly act: string;
  readonly isHarmless?: boolean;
  readonly cannot: boolean;
  /** The id of the form that the button sends; else `onAct` is done. */
  readonly form?: string;
  readonly onAct?: () => void;
  readonly onClose: () => void;
}

/** A dialog that asks whether something is to be done. */
export function DecidingDialog(props: DecidingDialogProps) {
  const { title, hint, children, before, keep, first, other, act, isHarmless = false, cannot, form } = props;
  const { onAct, onClose } = props;
  const harmless = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      title={title}
      hint={hint}
      first={first ?? harmless}
      onClose={onClose}
      foot={
        <>
          {before}
          <button ref={harmless} className="button" type="button" onClick={onClose}>
            {keep}
          </button>
          {other}
          <button
            className={isHarmless ? 'button button-primary' : 'button button-danger'}
            type={form === undefined ? 'button' : 'submit'}
            form={form}
            aria-disabled={cannot || undefined}
            onClick={() => {
              if (!cannot) onAct?.();
            }}
          >
            {act}
          </button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
