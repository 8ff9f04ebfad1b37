import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { words } from '../words/words.ts';
import { Icon } from './icon.tsx';

export interface Toast {
  readonly kind: 'done' | 'failed';
  readonly text: string;
  readonly detail?: string;
  readonly act?: { readonly label: string; readonly run: () => void };
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
  const [toast, setToast] = useState<Toast & { readonly key: number }>();
  const last = useRef(0);
  const show = useCallback<ShowToast>((next) => {
    last.current += 1;
    const key = last.current;
    setToast({ ...next, key });
    const forget = (): void => setToast((shown) => (shown?.key === key ? undefined : shown));
    if (next.kind === 'done') setTimeout(forget, shownMs);
  }, []);
  const close = (): void => setToast(undefined);
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toast && (
          <div className={`toast toast-${toast.kind}`} key={toast.key}>
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
                  close();
                }}
              >
                {toast.act.label}
              </button>
            )}
            <button
              className="button button-quiet button-icon button-small"
              type="button"
              aria-label={words.common.close}
              onClick={close}
            >
              <Icon name="close" size="small" />
            </button>
          </div>
        )}
      </div>
    </ToastContext>
  );
}
