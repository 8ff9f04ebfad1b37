import type { Place, SubjectName } from '../words/words.ts';

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

/** The id of a subject, and its type where it is not the first one. */
export function partsOf(subject: SubjectName): { readonly id: string; readonly type: string | undefined } {
  return typeof subject === 'string' ? { id: subject, type: undefined } : subject;
}

/** A query of what is there; begins with a question mark, or is empty. */
export function queryOf(parts: Readonly<Record<string, string | number | true | undefined>>): string {
  const words: string[] = [];
  for (const [name, value] of Object.entries(parts)) {
    if (value === true) words.push(name);
    else if (value !== undefined) words.push(`${name}=${encodeURIComponent(value)}`);
  }
  return words.length === 0 ? '' : `?${words.join('&')}`;
}

/** The headers that say whom something is read for. */
export function actorHeaders(actor: SubjectName | undefined): Readonly<Record<string, string>> {
  if (actor === undefined) return {};
  const { id, type } = partsOf(actor);
  return {
    'X-Rolebook-Actor': encodeURIComponent(id),
    ...(type !== undefined && { 'X-Rolebook-Actor-Type': type }),
  };
}
