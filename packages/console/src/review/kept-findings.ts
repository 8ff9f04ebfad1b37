import { useState } from 'react';
import type { Subject } from '../api/types.ts';

/** What somebody looked at and keeps, of one review: this browser remembers it, and the next review asks again. */
export function useKeptFindings(actor: Subject, workspace: string, to: string | undefined) {
  const key = JSON.stringify(['kept findings', actor.type, actor.id, workspace]);
  const [kept, setKept] = useState(() => readKept(key));
  const now = kept.to === to ? kept.ids : [];
  const keep = (id: string, isKept: boolean): void => {
    const ids = isKept ? [...now, id] : now.filter((one) => one !== id);
    const next = { to, ids };
    setKept(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
  };
  return { kept: new Set(now), keep };
}

function readKept(key: string): { readonly to?: string | undefined; readonly ids: readonly string[] } {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    if (typeof value !== 'object' || value === null || !('ids' in value) || !Array.isArray(value.ids)) return none;
    const to = 'to' in value && typeof value.to === 'string' ? value.to : undefined;
    return { to, ids: value.ids.filter((id) => typeof id === 'string') };
  } catch {
    return none;
  }
}

const none = { ids: [] } as const;
