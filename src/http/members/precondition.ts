import type { IncomingMessage } from 'node:http';
import { membershipTag } from '../../policy/text/history-token.ts';
import { limits } from '../../policy/limits.ts';
import type { Precondition } from '../../store/database/members/member-change.ts';
import { ApiProblem } from '../messages/api-problem.ts';

/** The tag of a membership as the change of this token wrote it. */
export function entityTag(token: string): string {
  return `"${membershipTag(token)}"`;
}

/** `If-Match` and `If-None-Match` of a change (RFC 9110, section 13.1). */
export function readPrecondition({ headers }: IncomingMessage): Precondition | undefined {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw new ApiProblem('invalid-request', '`If-Match` and `If-None-Match` cannot both hold; send one of them');
  }
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === '*') return { kind: 'none' };
    throw new ApiProblem('invalid-request', '`If-None-Match` of a change is `*`: only if there is no such member yet');
  }
  return ifMatch === undefined ? undefined : { kind: 'match', tags: readTags(ifMatch) };
}

const tagPattern = /[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)|[ \t]*(?:,|$)/y;

function readTags(text: string): readonly string[] | 'any' {
  if (text.trim() === '*') return 'any';
  const tags: string[] = [];
  let tagCount = 0;
  tagPattern.lastIndex = 0;
  while (tagPattern.lastIndex < text.length) {
    const found = tagPattern.exec(text);
    if (found === null) throw malformed();
    const [, weak, tag] = found;
    if (tag === undefined) continue;
    tagCount += 1;
    // Weak tags, and those of something else, are well written and match nothing.
    if (weak === undefined) tags.push(tag);
  }
  if (tagCount === 0) throw malformed();
  return tags;
}

function malformed(): ApiProblem {
  return new ApiProblem('invalid-request', '`If-Match` is what `ETag` said, with its quotes, as in `"5d2c…"`, or `*`');
}

/** The key under which a request may be sent again (draft-ietf-httpapi-idempotency-key-header). */
export function readIdempotencyKey({ headersDistinct }: IncomingMessage): string | undefined {
  const [key, ...others] = headersDistinct['idempotency-key'] ?? [];
  if (key === undefined) return undefined;
  if (others.length > 0) throw new ApiProblem('invalid-request', '`Idempotency-Key` stands twice');
  if (key.length > limits.idempotencyKeyCharacters || !/^[\x20-\x7e]+$/.test(key)) {
    const most = limits.idempotencyKeyCharacters;
    throw new ApiProblem('invalid-request', `\`Idempotency-Key\` is 1 to ${most} printable ASCII characters`);
  }
  return key;
}
