import { type ReactNode, useEffect, useState } from 'react';
import { problemOf } from '../api/call.ts';
import { words } from '../words/words.ts';
import { Icon, type IconName } from './icon.tsx';

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly acts?: ReactNode;
  /** Where the page has no other heading. */
  readonly isPage?: boolean;
}

/** What is said where there is nothing: what this is, and the one thing to do. */
export function Empty({ icon, title, children, acts, isPage }: EmptyProps) {
  const Heading = isPage === true ? 'h1' : 'h2';
  return (
    <div className="empty">
      <span className="empty-picture">
        <Icon name={icon} />
      </span>
      <Heading>{title}</Heading>
      {children !== undefined && <p>{children}</p>}
      {acts !== undefined && <div className="acts">{acts}</div>}
    </div>
  );
}

interface NothingFoundProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** What the button says that has everything shown again. */
  readonly clear?: string;
  readonly onClear: () => void;
}

/** That a search found nothing, and the way out of it. */
export function NothingFound({ title, children, clear = words.common.clear, onClear }: NothingFoundProps) {
  return (
    <div className="card">
      <Empty
        icon="search"
        title={title}
        acts={
          <button className="button" type="button" onClick={onClear}>
            {clear}
          </button>
        }
      >
        {children}
      </Empty>
    </div>
  );
}

/** The shape of what comes, after a moment; most answers come sooner. */
export function Loading({ what, rows = 5 }: { readonly what: string; readonly rows?: number }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="card" aria-busy="true">
      <p className="aloud" role="status">
        {words.common.loading(what)}
      </p>
      {isShown &&
        Array.from({ length: rows }, (_, row) => (
          <div className="skeleton-row" key={row} aria-hidden="true">
            <span className="skeleton" data-width={row % 3} />
            <span className="skeleton" data-width="short" />
          </div>
        ))}
    </div>
  );
}

interface FailedProps {
  readonly what: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** That something could not be had, whose access that touches, and what to do. */
export function Failed({ what, error, onRetry }: FailedProps) {
  const problem = problemOf(error);
  const { failed, common } = words;
  return (
    <div className="card" role="alert">
      <Empty
        icon="fail"
        title={failed.title(what)}
        acts={
          <button className="button button-primary" type="button" onClick={onRetry}>
            {common.tryAgain}
          </button>
        }
      >
        {problem.code === 'no-answer' ? failed.noAnswer : `${problem.detail}.`} {failed.hint}
        {problem.id !== undefined && (
          <small className="support">
            {failed.support} <code>{problem.id}</code>
          </small>
        )}
      </Empty>
    </div>
  );
}
