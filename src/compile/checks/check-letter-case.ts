import type { Permission } from '../../policy/permission.ts';
import { formatPosition, type Span, type Position } from '../../policy/position.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import { quote } from '../words/describe-value.ts';

/** A thing with an id, and where that stands. */
export interface Named {
  readonly id: string;
  readonly position: Position | Span;
}

/**
 * Warns of ids that differ from another in case alone: both are right, and people take one for the other. `known` are
 * those of others that are seen together with these. Of several the first is what the others are like.
 */
export function warnOfLetterCase(kind: string, named: Iterable<Named>, known: Iterable<Named> = []): Problem[] {
  const own = [...named];
  const others = [...known];
  if (![...own, ...others].some(({ id }) => hasCapital(id))) return [];
  const firsts = new Map<string, Named>();
  for (const other of others) remember(other, firsts);
  const told = new Set<string>();
  return own.flatMap((one) => {
    const first = remember(one, firsts);
    if (first.id === one.id || told.has(one.id)) return [];
    told.add(one.id);
    const message = `${kind} ${quote(one.id)} differs from ${quote(first.id)} at ${formatPosition(first.position)} in case alone`;
    return [createProblem('case-only-difference', one.position, message, help)];
  });
}

const help = 'case matters, so these are two; write both alike if they are one, else rename one of them';

/** Warns of resources, and of permissions of one resource, that differ in case alone: each kind of difference once. */
export function warnOfPermissionCase(permissions: Iterable<Permission>): Problem[] {
  const byResource = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const list = byResource.get(permission.resource);
    if (list) list.push(permission);
    else byResource.set(permission.resource, [permission]);
  }
  const resources = [...byResource].flatMap(([id, [first]]) => (first ? [{ id, position: first.position }] : []));
  const within = [...byResource.values()].flatMap((list) => warnOfLetterCase('permission', list));
  return [...warnOfLetterCase('resource', resources), ...within];
}

function remember(one: Named, firsts: Map<string, Named>): Named {
  const key = one.id.toLowerCase();
  const first = firsts.get(key);
  if (first) return first;
  firsts.set(key, one);
  return one;
}

function hasCapital(id: string): boolean {
  return /[A-Z]/.test(id);
}
