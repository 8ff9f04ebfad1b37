import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { call } from '../api/call.ts';

/** Ends the session; that at the provider, too, where it has a place for it. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  return async () => {
    const ended = await call<{ readonly next?: string }>('/v1/session', { method: 'DELETE' }).catch(() => undefined);
    client.clear();
    if (ended?.next !== undefined) {
      window.location.assign(ended.next);
      return;
    }
    navigate('/');
    window.location.reload();
  };
}
