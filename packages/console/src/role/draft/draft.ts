import type { Edit } from '../../api/edits.ts';
import { atPlace } from '../../api/place.ts';
import type { Cell, CellState, Permission, RoleInFull } from '../../api/types.ts';
import type { Cells } from '../../api/cells.ts';

/** A role as it was when somebody began to edit it. */
export interface DraftBase {
  readonly etag: string;
  readonly title: string;
  readonly description: string;
  /** The cells that it gives. */
  readonly on: readonly string[];
}

/** What somebody did to a role and has not saved. It is plain data, so that the browser can keep it. */
export interface Draft {
  readonly base: DraftBase;
  /** Cells that are to be otherwise than in the base. */
  readonly moved: Readonly<Record<string, boolean>>;
  readonly title: string;
  readonly description: string;
  readonly reason: string;
}

export function wordOf({ permission, scope }: Pick<Cell, 'permission' | 'scope'>): string {
  return scope === undefined ? permission : `${permission}@${scope}`;
}

/** Why a box of a cell cannot be moved by any edit of this role. */
const lockedStates: readonly CellState[] = ['everybody', 'cannot', 'off-plan', 'no-request'];

export function isLocked({ state }: Pick<Cell, 'state'>): boolean {
  return lockedStates.includes(state);
}

export function baseOf({ etag, title, description, cells }: RoleInFull): DraftBase {
  return { etag, title, description: description ?? '', on: cells.filter((cell) => cell.decision).map(wordOf) };
}

export function newDraft(role: RoleInFull): Draft {
  const base = baseOf(role);
  return { base, moved: {}, title: base.title, description: base.description, reason: '' };
}

export function isOn({ base, moved }: Draft, word: string): boolean {
  return moved[word] ?? base.on.includes(word);
}

/** Moves boxes. One that is as in the base again is not unsaved any more. */
export function move(draft: Draft, words: readonly string[], on: boolean): Draft {
  const others = Object.entries(draft.moved).filter(([word]) => !words.includes(word));
  const moved = words.filter((word) => draft.base.on.includes(word) !== on).map((word) => [word, on] as const);
  return { ...draft, moved: Object.fromEntries([...others, ...moved]) };
}

/** Turns boxes on, and with them what they need. */
export function turnOn(draft: Draft, words: readonly string[], cells: Cells, movable: ReadonlySet<string>): Draft {
  let next = move(draft, words, true);
  const todo = [...words];
  for (let word = todo.pop(); word !== undefined; word = todo.pop()) {
    for (const needed of neededBy(word, cells)) {
      if (isOn(next, needed) || !movable.has(needed)) continue;
      next = move(next, [needed], true);
      todo.push(needed);
    }
  }
  return next;
}

/** The cells that a cell needs: those of what its permission requires, in the same scope where that has it. */
function neededBy(word: string, cells: Cells): readonly string[] {
  const [id = '', scope] = word.split('@');
  return (cells.byId.get(id)?.requires ?? []).flatMap((required) => {
    const permission = cells.byId.get(required);
    if (!permission) return [];
    if (scope !== undefined && permission.scopes.includes(scope)) return [`${required}@${scope}`];
    return cells.decided(permission);
  });
}

/** Cells that are on and need one of these, directly or through others. */
export function dependentsOf(draft: Draft, words: readonly string[], cells: Cells): readonly string[] {
  const found = new Set<string>();
  let gone = new Set(words);
  while (gone.size > 0) {
    const next = new Set<string>();
    for (const permission of cells.permissions) {
      for (const word of cells.decided(permission)) {
        if (found.has(word) || words.includes(word) || !isOn(draft, word)) continue;
        if (neededBy(word, cells).some((needed) => gone.has(needed))) next.add(word);
      }
    }
    for (const word of next) found.add(word);
    gone = next;
  }
  return [...found];
}

/** The permission for whose sake this one was turned on, if it was. */
export function needing(draft: Draft, { permission }: Permission, cells: Cells): Permission | undefined {
  return cells.permissions.find(
    (one) => one.requires.includes(permission) && cells.decided(one).some((word) => draft.moved[word] === true),
  );
}

/** How many things are unsaved: each permission counts once, as a row of the list does. */
export function countUnsaved(draft: Draft): number {
  const permissions = new Set(Object.keys(draft.moved).map((word) => word.split('@')[0]));
  const texts = [draft.title !== draft.base.title, draft.description !== draft.base.description];
  return permissions.size + texts.filter(Boolean).length;
}

/** The edit that saves it; undefined where nothing is unsaved. */
export function editOf(draft: Draft, workspace: string, role: string): Edit | undefined {
  if (countUnsaved(draft) === 0) return undefined;
  const { base, moved, title, description } = draft;
  const words = Object.entries(moved);
  const allow = words.filter(([, on]) => on).map(([word]) => word);
  const disallow = words.filter(([, on]) => !on).map(([word]) => word);
  return {
    edit: 'role.change',
    ...atPlace(workspace),
    role,
    etag: base.etag,
    ...(title !== base.title && { title: title.trim() }),
    ...(description !== base.description && { description: description.trim() }),
    ...(allow.length > 0 && { allow }),
    ...(disallow.length > 0 && { disallow }),
  };
}
