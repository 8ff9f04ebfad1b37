import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { call, detailOf, hasCode } from '../api/call.ts';
import { useToast } from '../parts/toasts.tsx';
import { words } from '../words/words.ts';

/** Ends the session; that at the provider, too, where it has a place for it. Says so where it may not have ended. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const toast = useToast();
  return async () => {
    let next: string | undefined;
    try {
      ({ next } = await call<{ readonly next?: string }>('/v1/session', { method: 'DELETE' }));
    } catch (error) {
      if (!hasCode(error, 'signed-out')) {
        toast({ kind: 'failed', text: words.nav.stillIn, detail: detailOf(error) });
        return;
      }
    }
    client.clear();
    if (next !== undefined) {
      window.location.assign(next);
      return;
    }
    navigate('/');
    window.location.reload();
  };
}
