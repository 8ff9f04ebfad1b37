import type { RoleInFull } from '../../api/types.ts';
import { baseOf, type Draft, type DraftBase, follow, type Following, followsOf, setFuture } from './draft.ts';

/** What people choose about where two changed it, each to something else. */
export type ChosenField = 'title' | 'description' | 'follows';

/** What somebody else saved while a draft was made, beside what the draft does. */
export interface Conflict {
  readonly theirs: Side;
  readonly mine: Side;
  /** What both changed, each to something else. Boxes never collide: both set the same, or different ones. */
  readonly collisions: readonly ChosenField[];
}

export interface Side {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  readonly fields: readonly ChosenField[];
}

const fields: readonly ChosenField[] = ['title', 'description', 'follows'];

type Texts = Readonly<Record<ChosenField, string>>;

/** What can collide, as texts that are compared: of the roles that are followed their ids. */
function textsOf({ title, description, follows }: Omit<DraftBase, 'on' | 'etag' | 'wild'>): Texts {
  return { title, description, follows: follows.join(' ') };
}

export function conflictOf(draft: Draft, role: RoleInFull): Conflict {
  const { base, moved } = draft;
  const now = baseOf(role);
  const [was, is] = [textsOf(base), textsOf(now)];
  const wanted = textsOf({ ...draft, follows: followsOf(draft) });
  const changedByThem = fields.filter((field) => is[field] !== was[field]);
  const changedByMe = fields.filter((field) => wanted[field] !== was[field]);
  return {
    theirs: {
      gained: now.on.filter((word) => !base.on.includes(word)),
      lost: base.on.filter((word) => !now.on.includes(word)),
      fields: changedByThem,
    },
    mine: {
      gained: Object.keys(moved).filter((word) => moved[word] === true),
      lost: Object.keys(moved).filter((word) => moved[word] === false),
      fields: changedByMe,
    },
    collisions: changedByMe.filter((field) => changedByThem.includes(field) && wanted[field] !== is[field]),
  };
}

/**
 * The draft on what is there now: mine beside theirs, and of what collides that which was chosen. `refollow`: the cells of
 * the role as it is now if it followed others, for a draft that has it do so.
 */
export function rebase(
  draft: Draft,
  role: RoleInFull,
  chosen: Readonly<Partial<Record<ChosenField, 'theirs' | 'mine'>>>,
  refollow?: (roles: readonly string[]) => Following,
): Draft {
  const base = baseOf(role);
  const text = (field: 'title' | 'description'): string => {
    if (draft[field] === draft.base[field] || chosen[field] === 'theirs') return base[field];
    return draft[field];
  };
  const mine = chosen.follows === 'theirs' ? undefined : draft.following && refollow?.(draft.following.roles);
  // Which leaves out of what was moved what is so by now.
  const followed = follow(
    { ...draft, base, future: {}, title: text('title'), description: text('description') },
    mine ?? { roles: base.follows, cells: [], on: base.on },
  );
  const moves = Object.entries(draft.future);
  return moves.reduce((before, [key, on]) => setFuture(before, key, on), followed);
}
