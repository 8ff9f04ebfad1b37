import type { Subject } from './types.ts';

/** A subject as YAML writes it: a bare id of the first type, or `type:id`. */
export function writtenSubject({ type, id }: Subject, firstType: string): string {
  return type === firstType && !id.includes(':') ? id : `${type}:${id}`;
}

/** The subject that YAML writes so. */
export function readSubject(text: string, firstType: string): Subject {
  const colon = text.indexOf(':');
  return colon < 0 ? { type: firstType, id: text } : { type: text.slice(0, colon), id: text.slice(colon + 1) };
}

/** The subjects of a list as people paste it: each once. */
export function subjectsOf(who: string): readonly string[] {
  return [...new Set(who.split(/[\s,;]+/).filter((one) => one !== ''))];
}
