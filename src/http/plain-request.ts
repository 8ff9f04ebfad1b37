import type { EnforceRequest } from '../policy/decision.ts';
import { limits } from '../policy/limits.ts';

// Plain words in the order of the documentation, as JSON.stringify and Python's json write them. No word can hold a
// quote or a backslash, so there is at most one way to match, and each word means itself.
const plainPattern =
  /^\{"subject": ?"([\w@.:-]+)", ?"workspace": ?"([\w-]+)", ?"permission": ?"([\w:-]+)"(?:, ?"scope": ?"([\w-]+)")?\}$/;

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
  // One character a byte: what is not ASCII becomes a character that no word has.
  const found = plainPattern.exec(body.toString('latin1'));
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
    permission,
    scopes: scope === undefined ? undefined : [scope],
    resource: undefined,
    context: undefined,
  };
}
