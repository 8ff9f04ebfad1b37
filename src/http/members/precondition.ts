import type { IncomingMessage } from 'node:http';
import { membershipTag } from '../../policy/text/history-token.ts';
import { limits } from '../../policy/limits.ts';
import type { Precondition } from '../../store/database/members/member-change.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { parseEntityTags } from '../messages/entity-tags.ts';

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

function readTags(text: string): readonly string[] | 'any' {
  const tags = parseEntityTags(text);
  if (tags === undefined) throw malformed();
  // Weak tags, and those of something else, are well written and match nothing.
  return tags === 'any' ? tags : tags.flatMap(({ isWeak, tag }) => (isWeak ? [] : [tag]));
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
