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
  /** The roles that it follows. */
  readonly follows: readonly string[];
  /** Those of its grants that mean also what is added to the catalog later. */
  readonly wild: readonly string[];
}

/** Other roles that a role is to follow, and its cells as they are then, before any box is moved. */
export interface Following {
  readonly roles: readonly string[];
  readonly cells: readonly Cell[];
  /** Those of them that it gives. */
  readonly on: readonly string[];
}

/** What somebody did to a role and has not saved. It is plain data, so that the browser can keep it. */
export interface Draft {
  readonly base: DraftBase;
  /** Cells that are to be otherwise than in the base. */
  readonly moved: Readonly<Record<string, boolean>>;
  /** Wildcards, several with blanks between, that it is to give as such, or not. */
  readonly future: Readonly<Record<string, boolean>>;
  /** Undefined: those that it follows in the base. */
  readonly following?: Following | undefined;
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

export function baseOf({ etag, title, description, cells, written }: RoleInFull): DraftBase {
  return {
    etag,
    title,
    description: description ?? '',
    on: givenOf(cells),
    follows: written.extends,
    wild: written.grants.filter((grant) => grant.includes('*')),
  };
}

export function givenOf(cells: readonly Cell[]): readonly string[] {
  return cells.filter((cell) => cell.decision).map(wordOf);
}

export function newDraft(role: RoleInFull): Draft {
  const base = baseOf(role);
  return { base, moved: {}, future: {}, title: base.title, description: base.description, reason: '' };
}

/** Whether it gives a cell while no box is moved. */
function isOnUnmoved({ base, following }: Draft, word: string): boolean {
  return (following ?? base).on.includes(word);
}

export function isOn(draft: Draft, word: string): boolean {
  return draft.moved[word] ?? isOnUnmoved(draft, word);
}

/** Moves boxes. One that is as in the base again is not unsaved any more. */
export function move(draft: Draft, words: readonly string[], on: boolean): Draft {
  const others = Object.entries(draft.moved).filter(([word]) => !words.includes(word));
  const moved = words.filter((word) => isOnUnmoved(draft, word) !== on).map((word) => [word, on] as const);
  // What is taken out of a wildcard is spelled out.
  const future = Object.entries(draft.future).filter(([key, isFuture]) => on || !isFuture || !covers(key, words));
  return { ...draft, moved: Object.fromEntries([...others, ...moved]), future: Object.fromEntries(future) };
}

/** Whether one of some wildcards means one of these cells. */
function covers(wildcards: string, words: readonly string[]): boolean {
  return wildcards
    .split(' ')
    .some((wildcard) => words.some((word) => wildcard.startsWith('*') || isOfResource(wildcard, word)));
}

function isOfResource(wildcard: string, word: string): boolean {
  return wildcard.startsWith(`${word.slice(0, word.indexOf(':'))}:*`);
}

/** The wildcard of everything. */
export const everything = '*';

/** Whether it gives what some wildcards mean also when more is added to the catalog. */
export function isFuture({ base, moved, future }: Draft, key: string): boolean {
  const isAll = future[everything];
  if (future[key] !== undefined || isAll === true) return future[key] ?? true;
  if (isAll === false) return false;
  const off = Object.keys(moved).filter((word) => moved[word] === false);
  const kept = base.wild.filter((wildcard) => !covers(wildcard, off));
  return key.split(' ').every((one) => kept.some((wildcard) => [everything, one].includes(wildcard)));
}

/** Has it give what some wildcards mean as wildcards, or as a list of what there is today. */
export function setFuture(draft: Draft, key: string, on: boolean): Draft {
  const others = key === everything ? [] : Object.entries(draft.future).filter(([other]) => other !== key);
  const next = { ...draft, future: Object.fromEntries(others) };
  return isFuture(next, key) === on ? next : { ...next, future: { ...next.future, [key]: on } };
}

/** The roles that it is to follow. */
export function followsOf({ base, following }: Draft): readonly string[] {
  return following?.roles ?? base.follows;
}

/** Has it follow other roles. Boxes that were moved stay as they are. */
export function follow(draft: Draft, following: Following): Draft {
  const isAsBefore = draft.base.follows.join(' ') === following.roles.join(' ');
  const next = { ...draft, following: isAsBefore ? undefined : following };
  const moved = Object.entries(draft.moved).filter(([word, on]) => isOnUnmoved(next, word) !== on);
  return { ...next, moved: Object.fromEntries(moved) };
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
  return (
    permissions.size +
    Object.keys(draft.future).length +
    [...texts, draft.following !== undefined].filter(Boolean).length
  );
}

/** The edit that saves it; undefined where nothing is unsaved. */
export function editOf(draft: Draft, workspace: string, role: string): Edit | undefined {
  if (countUnsaved(draft) === 0) return undefined;
  const { base, moved, future, following, title, description } = draft;
  const wordsOf = (all: Readonly<Record<string, boolean>>, wanted: boolean): readonly string[] =>
    Object.keys(all).flatMap((key) => (all[key] === wanted ? key.split(' ') : []));
  const lists = {
    allow: wordsOf(moved, true),
    disallow: wordsOf(moved, false),
    always: wordsOf(future, true),
    spelled: wordsOf(future, false),
  };
  return {
    edit: 'role.change',
    ...atPlace(workspace),
    role,
    etag: base.etag,
    ...(title !== base.title && { title: title.trim() }),
    ...(description !== base.description && { description: description.trim() }),
    ...(following && { extends: following.roles }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  };
}
