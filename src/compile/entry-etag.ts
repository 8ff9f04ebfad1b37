import type { JsonValue } from '../policy/text/json.ts';
import { digestOfText } from './revision.ts';

/** The hash of what is not there. */
export const absentEtag = 'absent';

/**
 * The hash of a role, a membership, a group, a workspace or an organization as its file says it, whatever the layout: an
 * edit may say which one it was made for.
 */
export function etagOf(value: JsonValue | undefined): string {
  if (value === undefined) return absentEtag;
  return digestOfText(JSON.stringify(value)).slice(0, etagDigits);
}

const etagDigits = 24;
