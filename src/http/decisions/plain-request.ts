import type { EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';

// Plain words in the order of the documentation, as JSON.stringify and Python's json write them. No word can hold a
// quote or a backslash, so there is at most one way to match, and each word means itself.
const plainPattern =
  /\{"subject": ?"([\w@.:-]+)", ?"workspace": ?"([\w-]+)", ?"permission": ?"([\w:-]+)"(?:, ?"scope": ?"([\w-]+)")?\}/y;
const batchStart = /\{"requests": ?\[/y;
const batchNext = /, ?/y;

const maximumPlainBytes = 512;

/**
 * Reads the request that nearly everybody sends. Parsing JSON and checking it takes three times as long as all the rest
 * of a decision, and this does both in one go.
 *
 * INVARIANT: what it reads, `parseJsonBody` and `readEnforceRequest` read the same; what it does not, they judge. A
 * property test holds it against them.
 */
export function readPlainRequest(body: Buffer, firstSubjectType: string): EnforceRequest | undefined {
  if (body.length > maximumPlainBytes) return undefined;
  const text = textOf(body);
  const request = readAt(text, 0, firstSubjectType);
  return plainPattern.lastIndex === text.length ? request : undefined;
}

/** A batch of such requests, and nothing else. The same invariant holds, with `readBatch`. */
export function readPlainBatch(body: Buffer, firstSubjectType: string): readonly EnforceRequest[] | undefined {
  const text = textOf(body);
  const requests: EnforceRequest[] = [];
  for (let at = skip(batchStart, text, 0); at > 0; at = skip(batchNext, text, plainPattern.lastIndex)) {
    const request = readAt(text, at, firstSubjectType);
    if (request === undefined || requests.length === limits.batchRequests) return undefined;
    requests.push(request);
  }
  return requests.length > 0 && text.slice(plainPattern.lastIndex) === ']}' ? requests : undefined;
}

// One character a byte: what is not ASCII becomes a character that no word has.
function textOf(body: Buffer): string {
  return body.toString('latin1');
}

/** Where the text goes on after the pattern; 0 when it does not stand there. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}

/** Leaves `plainPattern.lastIndex` after the request, if there is one. */
function readAt(text: string, at: number, firstSubjectType: string): EnforceRequest | undefined {
  plainPattern.lastIndex = at;
  const found = plainPattern.exec(text);
  if (found === null) return undefined;
  const [, subjectId = '', workspace = '', permission = '', scope] = found;
  if (subjectId.length > limits.subjectIdCharacters || workspace.length > limits.idCharacters) return undefined;
  if (permission.length > limits.permissionCharacters) return undefined;
  if (scope !== undefined && scope.length > limits.idCharacters) return undefined;
  return {
    subjectType: firstSubjectType,
    subjectId,
    subjectProperties: undefined,
    workspace,
    organization: undefined,
    permission,
    scopes: scope === undefined ? undefined : [scope],
    resource: undefined,
    context: undefined,
  };
}
