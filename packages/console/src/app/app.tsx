import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useEffect, useMemo, useRef } from 'react';
import { Router, useLocation } from 'wouter';
import { CallFailed } from '../api/call.ts';
import { ownFile } from '../parts/arrival/own-file.ts';
import { ToastProvider } from '../parts/toasts.tsx';
import { Broken } from './broken.tsx';
import { base, readRoute } from '../route/route.ts';
import { SessionGate } from './session-gate.tsx';
import { beginToLoad, Pages } from './pages.tsx';

const SignInPage = ownFile(async () => (await import('../sign-in/sign-in-page.tsx')).SignInPage);

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // What the sidecar refuses it refuses again; what it did not answer it may yet.
      retry: (failures, error) => failures < 2 && !(error instanceof CallFailed && error.problem.status > 0),
      retryDelay: 500,
      staleTime: 2_000,
    },
  },
});

beginToLoad(readRoute(window.location.pathname));

export function App() {
  return (
    <Broken>
      <QueryClientProvider client={client}>
        <ToastProvider>
          <Router base={base}>
            <Routed />
          </Router>
        </ToastProvider>
      </QueryClientProvider>
    </Broken>
  );
}

function Routed() {
  const [location] = useLocation();
  // Of the browser itself, which decodes nothing: an id may hold anything that an address can.
  const route = useMemo(() => readRoute(window.location.pathname), [location]);
  const shown = useRef(location);
  useEffect(() => {
    // What is shown first is at its beginning, and asking for that has the browser lay out what it has no more than begun.
    if (shown.current !== location) window.scrollTo(0, 0);
    shown.current = location;
  }, [location]);
  if (route.page === 'sign-in') {
    return (
      <Suspense>
        <SignInPage />
      </Suspense>
    );
  }
  return (
    <SessionGate>
      <Pages route={route} />
    </SessionGate>
  );
}
