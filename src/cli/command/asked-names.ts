import { suggest } from '../../compile/words/suggest.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { parseSubject, subjectIdFault, type SubjectId } from '../../policy/subject.ts';
import { parseValue } from './command-options.ts';

/** Reads a subject as the command line has it: `id`, or `type:id`. */
export function readSubject(text: string, types: PolicySet['catalog']['subjectTypes']): SubjectId {
  const subject = parseSubject(text, types[0]);
  if (!types.includes(subject.type)) {
    const help = suggest(subject.type, types) ?? `write \`${types[0]}:${text}\` for an id that holds a colon`;
    throw new RolebookError('usage', `\`${text}\` has the unknown subject type \`${subject.type}\``, { help });
  }
  const fault = subjectIdFault(subject.id);
  if (fault !== undefined) throw new RolebookError('usage', `the subject id \`${subject.id}\` ${fault}`);
  return subject;
}

/** Reads `resource:action`, or `resource:action@scope`. `message:send@self+team` is how a reason writes a request that is in both. */
export function readPermission(text: string): { permission: string; scopes: readonly string[] } {
  const at = text.indexOf('@');
  if (at < 0) return { permission: text, scopes: [] };
  const scopes = text.slice(at + 1).split('+');
  return { permission: text.slice(0, at), scopes: scopes.map((scope) => requireText('the scope after `@`', scope)) };
}

export function requireText(what: string, text: string): string {
  if (text !== '') return text;
  throw new RolebookError('usage', `${what} is empty`);
}

/** `--scope`, which may be given again. */
export function addScope(value: string, scopes: readonly string[] | undefined): readonly string[] {
  return [...(scopes ?? []), parseValue('--scope', value)];
}
