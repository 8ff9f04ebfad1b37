import type { Place, SubjectName } from '../words/words.ts';
import type { SentHeaders } from './caller.ts';

/**
 * One part of a path, percent-encoded. Throws a TypeError where it would be none: dots lead elsewhere, however they are
 * encoded (WHATWG URL, "double-dot URL path segment").
 */
export function partOfPath(text: string): string {
  if (text === '' || text === '.' || text === '..')
    throw new TypeError('an id is neither empty nor made of dots alone');
  return encodeURIComponent(text);
}

/** The path of a place, percent-encoded. */
export function pathOf(place: Place): string {
  return place.workspace === undefined
    ? `/v1/organizations/${partOfPath(place.organization)}`
    : `/v1/workspaces/${partOfPath(place.workspace)}`;
}

/** The path of a member of a place, percent-encoded. */
export function memberPathOf(place: Place, id: string): string {
  return `${pathOf(place)}/members/${partOfPath(id)}`;
}

/** The id of a subject, and its type where it is not the first one. */
export function partsOf(subject: SubjectName): { readonly id: string; readonly type: string | undefined } {
  return typeof subject === 'string' ? { id: subject, type: undefined } : subject;
}

/** A subject as it stands in a body. */
export function namedIn(subject: SubjectName): SubjectName {
  const { id, type } = partsOf(subject);
  return type === undefined ? id : { type, id };
}

/** What a query says, by its names; undefined: nothing of that name. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** A query of what is there; begins with a question mark, or is empty. */
export function queryOf(parts: Query): string {
  let query = '';
  for (const [name, value] of Object.entries(parts)) {
    if (value !== undefined) query += `${query === '' ? '?' : '&'}${name}=${encodeURIComponent(value)}`;
  }
  return query;
}

/** The headers that say whom something is read for. */
export function actorHeaders(actor: SubjectName | undefined): SentHeaders {
  if (actor === undefined) return {};
  const { id, type } = partsOf(actor);
  return { 'X-Rolebook-Actor': encodeURIComponent(id), 'X-Rolebook-Actor-Type': type };
}
