import { createContext, type FocusEvent, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { CloseButton } from './close-button.tsx';
import { Icon } from './icon.tsx';

export interface Toast {
  readonly kind: 'done' | 'failed';
  readonly text: string;
  readonly detail?: string;
  readonly act?: { readonly label: string; readonly run: () => void };
}

interface ShownToast extends Toast {
  readonly key: number;
  /** The dialog that it is said in; null: it is said on the page. */
  readonly dialog: Element | null;
}

type ShowToast = (toast: Toast) => void;

const ToastContext = createContext<ShowToast>(() => undefined);

/** Says after a deed what was done, with the way back. */
export function useToast(): ShowToast {
  return useContext(ToastContext);
}

/** How long it stays that something was done; what failed stays until it is closed. */
const shownMs = 10_000;

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toast, setToast] = useState<ShownToast>();
  const last = useRef(0);
  const before = useRef<Element | null>(null);
  const show = useCallback<ShowToast>((next) => {
    last.current += 1;
    const key = last.current;
    // What is beside a dialog nobody can read, hear or close while it is open; what was done ends it.
    setToast({ ...next, key, dialog: next.kind === 'failed' ? document.querySelector('dialog[open]') : null });
    const forget = (): void => setToast((shown) => (shown?.key === key ? undefined : shown));
    if (next.kind === 'done') setTimeout(forget, shownMs);
  }, []);
  const close = (): void => {
    setToast(undefined);
    // To what had it, where somebody looks now.
    const had = before.current;
    const isThere = had instanceof HTMLElement && had.isConnected;
    (isThere ? had : document.getElementById('main'))?.focus({ preventScroll: true });
  };
  const onFocus = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget;
  };
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status" aria-live="polite" onFocus={onFocus}>
        {toast?.dialog === null && <Said key={toast.key} toast={toast} onClose={close} />}
      </div>
      {toast?.dialog &&
        createPortal(
          <div className="toasts" role="alert" onFocus={onFocus}>
            <Said key={toast.key} toast={toast} onClose={close} />
          </div>,
          toast.dialog,
        )}
    </ToastContext>
  );
}

function Said({ toast, onClose }: { readonly toast: Toast; readonly onClose: () => void }) {
  return (
    <div className={`toast toast-${toast.kind}`}>
      <Icon name={toast.kind === 'done' ? 'pass' : 'fail'} />
      <p>
        {toast.text}
        {toast.detail !== undefined && <small>{toast.detail}</small>}
      </p>
      {toast.act && (
        <button
          className="button button-small"
          type="button"
          onClick={() => {
            toast.act?.run();
            onClose();
          }}
        >
          {toast.act.label}
        </button>
      )}
      <CloseButton isSmall onClose={onClose} />
    </div>
  );
}
