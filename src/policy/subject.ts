import { unreadableFault } from './text/id-characters.ts';
import { limits } from './limits.ts';

/** The subject that asks: an id of one of the policy's subject types. */
export interface SubjectId {
  readonly type: string;
  readonly id: string;
}

// Nothing but letters, digits and signs of ASCII that mean nothing to anybody: what nearly all ids are made of.
const harmless = /^[\w.@+:/-]+$/;

/** Why a text cannot be a subject id, as the end of a sentence, or undefined when it can. */
export function subjectIdFault(id: string): string | undefined {
  if (id.length <= limits.subjectIdCharacters && harmless.test(id)) return undefined;
  if (readable.has(id)) return undefined;
  const fault = findFault(id);
  if (fault !== undefined) return fault;
  if (readable.size >= limits.readableIds) readable.clear();
  readable.add(id);
  return undefined;
}

// Ids of other letters that were found right, because looking at each letter takes longer than a decision.
const readable = new Set<string>();

function findFault(id: string): string | undefined {
  if (id.length === 0) return 'is empty';
  if (id.length > limits.subjectIdCharacters) return `is longer than ${limits.subjectIdCharacters} characters`;
  // Casbin's CSV readers treat quotes and brackets as syntax, so an id with one could turn into another row.
  const sign = /["()]/.exec(id)?.[0];
  if (sign !== undefined) return `holds \`${sign}\``;
  if (id.trim() !== id) return 'begins or ends with a blank';
  return unreadableFault(id);
}

/**
 * Reads a subject as it is written in YAML and on the command line: `id` for the first subject type, `type:id` for
 * any other. A colon always ends a type, so an id that has one of its own is written with its type in front.
 */
export function parseSubject(text: string, firstType: string): SubjectId {
  const colon = text.indexOf(':');
  if (colon < 0) return { type: firstType, id: text };
  return { type: text.slice(0, colon), id: text.slice(colon + 1) };
}

/** The opposite of `parseSubject`. */
export function formatSubject(subject: SubjectId, firstType: string): string {
  if (subject.type === firstType && !subject.id.includes(':')) return subject.id;
  return `${subject.type}:${subject.id}`;
}
