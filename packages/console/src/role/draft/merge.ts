import type { RoleInFull } from '../../api/types.ts';
import { baseOf, type Draft } from './draft.ts';

export type TextField = 'title' | 'description';

/** What somebody else saved while a draft was made, beside what the draft does. */
export interface Conflict {
  readonly theirs: {
    readonly gained: readonly string[];
    readonly lost: readonly string[];
    readonly texts: readonly TextField[];
  };
  readonly mine: {
    readonly gained: readonly string[];
    readonly lost: readonly string[];
    readonly texts: readonly TextField[];
  };
  /** Texts that both changed, each to another one. Boxes never collide: both set the same, or different ones. */
  readonly collisions: readonly TextField[];
}

const fields: readonly TextField[] = ['title', 'description'];

export function conflictOf(draft: Draft, role: RoleInFull): Conflict {
  const { base, moved } = draft;
  const now = baseOf(role);
  const changedByThem = fields.filter((field) => now[field] !== base[field]);
  const changedByMe = fields.filter((field) => draft[field] !== base[field]);
  return {
    theirs: {
      gained: now.on.filter((word) => !base.on.includes(word)),
      lost: base.on.filter((word) => !now.on.includes(word)),
      texts: changedByThem,
    },
    mine: {
      gained: Object.keys(moved).filter((word) => moved[word] === true),
      lost: Object.keys(moved).filter((word) => moved[word] === false),
      texts: changedByMe,
    },
    collisions: changedByMe.filter((field) => changedByThem.includes(field) && draft[field] !== now[field]),
  };
}

/** The draft on what is there now: mine beside theirs, and of texts that collide those that were chosen. */
export function rebase(
  draft: Draft,
  role: RoleInFull,
  chosen: Readonly<Partial<Record<TextField, 'theirs' | 'mine'>>>,
): Draft {
  const base = baseOf(role);
  const moved = Object.fromEntries(Object.entries(draft.moved).filter(([word, on]) => base.on.includes(word) !== on));
  const text = (field: TextField): string => {
    if (draft[field] === draft.base[field] || chosen[field] === 'theirs') return base[field];
    return draft[field];
  };
  return { base, moved, title: text('title'), description: text('description'), reason: draft.reason };
}
