import type { IncomingMessage } from 'node:http';
import { subjectIdFault } from '../../policy/subject.ts';
import { ApiProblem } from '../messages/api-problem.ts';

/** The header that says for whom a caller reads: what this one may not know is not told. */
export const actorHeader = 'X-Rolebook-Actor';

/** The header that says the type of that one. */
export const actorTypeHeader = 'X-Rolebook-Actor-Type';

/** An actor as headers name it. Which types there are is for the policy to say. */
export interface NamedActor {
  readonly id: string;
  /** Undefined: the first one. */
  readonly type: string | undefined;
}

/** The actor that a request names, or an ApiProblem is thrown. */
export function readNamedActor(request: IncomingMessage): NamedActor | undefined {
  const id = readHeader(request, actorHeader);
  const type = readHeader(request, actorTypeHeader);
  if (id === undefined && type !== undefined) {
    throw new ApiProblem('invalid-request', `\`${actorTypeHeader}\` stands beside \`${actorHeader}\`, not alone`);
  }
  return id === undefined ? undefined : { id, type };
}

// Percent-encoded, because headers hold no more than ASCII that everybody reads in one way.
function readHeader({ headersDistinct }: IncomingMessage, name: string): string | undefined {
  const [text, ...others] = headersDistinct[name.toLowerCase()] ?? [];
  if (text === undefined) return undefined;
  if (others.length > 0) throw new ApiProblem('invalid-request', `\`${name}\` stands twice`);
  const id = /^[\x21-\x7e]*$/.test(text) ? decode(text) : undefined;
  if (id === undefined) {
    throw new ApiProblem('invalid-request', `\`${name}\` is an id, percent-encoded, as in \`ana%40acme.example\``);
  }
  const fault = subjectIdFault(id);
  if (fault !== undefined) throw new ApiProblem('invalid-request', `\`${name}\`: the id ${fault}`);
  return id;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
