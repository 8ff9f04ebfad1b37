import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import type { HeldPermissions } from '../permission-set.ts';

/** What is known of the permissions of who looks at the page. */
export interface KnownPermissions {
  /** `loading`: not known yet. `failed`: they could not be loaded, and none were before. */
  readonly status: 'loading' | 'loaded' | 'failed';
  readonly held: HeldPermissions | undefined;
  /** Why the last load failed; the permissions before it are kept. */
  readonly error: unknown;
  /** Loads them anew. */
  readonly reload: () => void;
}

export interface RolebookProviderProps {
  /**
   * Loads the permissions from the application's own server, which asks the sidecar (`client.permissions`): so no token is in a
   * page. What it was given before is aborted when it is called again.
   */
  readonly load: (signal: AbortSignal) => Promise<HeldPermissions>;
  /** Whom they are of, and where: when that changes, what was loaded before counts no more. */
  readonly of?: string;
  /** A revision that the application has seen, as in a header of an answer: another one than the loaded one loads anew. */
  readonly revision?: string | undefined;
  /** Loads anew after so long, in milliseconds, while the page is seen; 60,000 where nothing is said. */
  readonly refreshMs?: number;
  readonly children?: ReactNode;
}

const Context = createContext<KnownPermissions | undefined>(undefined);

/** Gives the permissions of who looks at the page to `useCan` in all that is within. */
export function RolebookProvider(props: RolebookProviderProps): ReactElement {
  const { load, of = '', revision, refreshMs = 60_000, children } = props;
  const [known, setKnown] = useState<{
    readonly of: string;
    readonly held?: HeldPermissions;
    readonly error?: unknown;
  }>();
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  useEffect(() => {
    latest.current = load;
  });
  const loaded = known?.of === of ? known.held?.revision : undefined;
  useEffect(() => {
    if (revision !== undefined && loaded !== undefined && loaded !== revision) setTurn((count) => count + 1);
    // What is loaded since is not asked for once more, though it should be of yet another revision.
  }, [revision]);
  useEffect(() => {
    const controller = new AbortController();
    latest.current(controller.signal).then(
      (held) => controller.signal.aborted || setKnown({ of, held }),
      (error: unknown) =>
        controller.signal.aborted || setKnown((before) => ({ ...(before?.of === of ? before : { of }), error })),
    );
    return () => controller.abort();
  }, [of, turn]);
  useEffect(() => {
    const again = (): void => setTurn((count) => count + 1);
    const seen = (): void => {
      if (document.visibilityState === 'visible') again();
    };
    const timer = setInterval(seen, refreshMs);
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [refreshMs]);
  const value = useMemo<KnownPermissions>(() => {
    const { held, error } = known?.of === of ? known : {};
    const status = held ? 'loaded' : error === undefined ? 'loading' : 'failed';
    return { status, held, error, reload: () => setTurn((count) => count + 1) };
  }, [known, of]);
  return createElement(Context.Provider, { value }, children);
}

/** All that is known; throws outside a `RolebookProvider`. */
export function useRolebook(): KnownPermissions {
  const value = useContext(Context);
  if (value === undefined) throw new Error('useRolebook and useCan are called within a RolebookProvider');
  return value;
}
