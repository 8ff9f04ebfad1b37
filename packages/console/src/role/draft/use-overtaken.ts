import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** How long until the sidecar is asked again where it does not yet say what others changed. */
const againMs = 1000;

/**
 * Others were faster: what is there now is loaded and the draft judged anew, so that the page shows both. It goes on asking
 * until it has what the judgement is about: behind one address there may be several sidecars, of which one is later.
 */
export function useOvertaken(workspace: string, isOvertaken: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isOvertaken) return undefined;
    const ask = (): void => {
      void client.invalidateQueries({ queryKey: ['place', workspace] });
      void client.invalidateQueries({ queryKey: ['preview'] });
    };
    void client.invalidateQueries({ queryKey: ['place', workspace] });
    const timer = setInterval(ask, againMs);
    return () => clearInterval(timer);
  }, [client, workspace, isOvertaken]);
}
