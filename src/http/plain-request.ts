import type { EnforceRequest } from '../policy/decision.ts';
import { limits } from '../policy/limits.ts';

const maximumPlainBytes = 512;

/**
 * Reads the request that nearly everybody sends: three or four plain words in the order of the documentation. Parsing
 * JSON and checking it takes three times as long as all the rest of a decision, and this does both in one go.
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

const plainPattern = createPattern();

// No word holds a quote, so there is one way to match at most, and a text that does not match is found out in one pass.
function createPattern(): RegExp {
  // Printable ASCII without blanks, quotes, brackets and backslashes: in JSON it stands for itself, and any is an id.
  const word = (characters: number): string => `"([!#-'*-\\[\\]-~]{1,${characters}})"`;
  const space = '[ \\t\\r\\n]*';
  const member = (name: string, characters: number): string => [`"${name}"`, ':', word(characters)].join(space);
  const required = [
    member('subject', limits.subjectIdCharacters),
    member('workspace', limits.idCharacters),
    member('permission', limits.permissionCharacters),
  ].join(`${space},${space}`);
  const scope = `(?:${space},${space}${member('scope', limits.idCharacters)})?`;
  return new RegExp(`^${space}\\{${space}${required}${scope}${space}\\}${space}$`);
}
