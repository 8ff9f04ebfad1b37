import { isJsonObject } from '../../policy/text/json.ts';
import { limits } from '../../policy/limits.ts';

// Letters, digits and what ASCII prints. Everything else could move a cursor, turn a direction, or not be seen at all.
const unclearPattern = /[^\x20-\x7e\p{L}\p{N}]/gu;

/** A caller's text as it stands in an audit line: cut where it is long, and with escapes for what cannot be seen. */
export function auditText(text: string): string {
  const most = limits.auditedCharacters;
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.toWellFormed().replace(unclearPattern, (unit) => {
    if (unit === '…' || unit === '\ufffd') return unit;
    return `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/**
 * The actor that a call names, in its body or else in its query, as it says it: nobody has looked at it yet, and an audit
 * tells of the calls that were refused, too.
 */
export function claimedActor(url: string, body: Buffer): string | undefined {
  const claim = actorOfBody(body) ?? actorOfQuery(url);
  return claim === undefined ? undefined : auditText(claim);
}

function actorOfBody(body: Buffer): string | undefined {
  if (body.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (!isJsonObject(value) || value['actor'] === undefined) return undefined;
    const { actor } = value;
    if (typeof actor === 'string') return actor;
    if (isJsonObject(actor) && typeof actor['type'] === 'string' && typeof actor['id'] === 'string') {
      return `${actor['type']}:${actor['id']}`;
    }
    return JSON.stringify(actor);
  } catch {
    // It is no JSON, or nested without end; the call is refused for that.
    return undefined;
  }
}

function actorOfQuery(url: string): string | undefined {
  const mark = url.indexOf('?');
  if (mark < 0) return undefined;
  const query = new URLSearchParams(url.slice(mark + 1));
  const actor = query.get('actor');
  const type = query.get('actorType');
  return actor === null || type === null ? (actor ?? undefined) : `${type}:${actor}`;
}
