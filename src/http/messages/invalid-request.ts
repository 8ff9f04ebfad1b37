import type { SchemaViolation } from '../../compile/schema/json-schema.ts';
import { limits } from '../../policy/limits.ts';
import { ApiProblem } from './api-problem.ts';

/** The first violation of a body as a problem; `at` points to the value that was checked. */
export function refuseViolation(violations: readonly SchemaViolation[], at: string): void {
  const first = violations[0];
  if (first === undefined) return;
  const help = first.help === undefined ? '' : ` (${first.help})`;
  throw invalid(`${at}${first.pointer}`, `${inJsonWords(first)}${help}`);
}

export function invalid(pointer: string, fault: string): ApiProblem {
  // A member's name may be as long as the body; such a one is not sent back.
  if (pointer.length > limits.subjectIdCharacters) return new ApiProblem('invalid-request', fault);
  return new ApiProblem('invalid-request', pointer === '' ? fault : `${pointer}: ${fault}`, { pointer });
}

// The checks speak the words of YAML, for the authors of policies; who sends JSON knows others.
function inJsonWords({ keyword, message }: SchemaViolation): string {
  if (keyword !== 'type') return message;
  return message.replaceAll('a text', 'a string').replaceAll('a mapping', 'an object').replaceAll('a list', 'an array');
}
