import { useQuery } from '@tanstack/react-query';
import { call, hasCode } from '../api/call.ts';

export interface Sidecar {
  readonly id: string;
  readonly isSelf: boolean;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly seenAt: string;
  readonly health: 'ok' | 'starting' | 'stale' | 'lost';
  readonly revision: string | null;
  readonly lag: { readonly sequences: number; readonly seconds: number } | null;
  readonly isFromCache: boolean;
  readonly isBeyondMaxStaleness: boolean;
}

export interface Fleet {
  readonly sidecars: readonly Sidecar[];
  readonly unwritten: { readonly since: string; readonly reason: string } | null;
}

export interface FileProblem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly help?: string;
}

export interface LivePolicy {
  readonly revision: string | null;
  readonly commit?: string;
  readonly loadedAt: string | null;
  readonly counts: Readonly<Record<string, number>> | null;
  readonly isStale: boolean;
  readonly missingHolders: { readonly count: number };
  readonly lastReload: {
    readonly outcome: string;
    readonly trigger: string;
    readonly at: string;
    readonly durationMs: number;
    readonly problems: readonly FileProblem[];
    readonly problemCount: number;
    readonly error?: string;
  } | null;
  readonly looks: {
    readonly lastReachedAt: string | null;
    readonly lastNewsAt: string | null;
    readonly failing: { readonly since: string; readonly error?: string } | null;
  };
  readonly source?: { readonly kind: 'git' | 'database'; readonly url: string; readonly ref?: string };
  readonly maxStaleness?: { readonly limit: string; readonly whenStale: string; readonly isBeyond: boolean };
  readonly workers?: readonly { readonly pid: number | null; readonly revision: string | null }[];
}

/** How often what is shown is asked anew. */
const everyMs = 5_000;

export function useLivePolicy() {
  return useQuery({
    queryKey: ['policy'],
    queryFn: ({ signal }) => call<LivePolicy>('/v1/policy', { signal }),
    refetchInterval: everyMs,
  });
}

/** The sidecars of the database; null: this one reads files, and knows of no others. */
export function useFleet() {
  return useQuery({
    queryKey: ['fleet'],
    queryFn: async ({ signal }): Promise<Fleet | null> => {
      try {
        return await call<Fleet>('/v1/fleet', { signal });
      } catch (error) {
        if (hasCode(error, 'no-database')) return null;
        throw error;
      }
    },
    refetchInterval: everyMs,
  });
}
