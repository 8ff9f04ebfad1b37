import type { Command, Option } from 'commander';
import { choicesOf } from '../command/command-options.ts';
import { kindOfPlaceholder, type NameKind } from './name-kind.ts';

/** The values that an option could have, as far as somebody has typed one. */
export interface WantedValues {
  readonly kind: NameKind;
  /** Of the kind `words`: all that could stand there. */
  readonly words?: readonly string[];
  /** What each candidate begins with, as in `--scope=` or `json=`. */
  readonly lead: string;
  /** What was typed of the name, after that. */
  readonly typed: string;
  /** What each is followed by: a name before `=` is not the whole value. */
  readonly tail?: string;
}

/** Says what could stand as the value of an option. `lead`: what stands before it in the same word. */
export function valuesOf(option: Option, command: Command, lead: string, typed: string): WantedValues {
  const [, placeholder = ''] = /[<[]([A-Z=]+)/.exec(option.flags) ?? [];
  const after = (length: number): Pick<WantedValues, 'lead' | 'typed'> => ({
    lead: `${lead}${typed.slice(0, length)}`,
    typed: typed.slice(length),
  });
  if (placeholder.includes('=')) return pairOf(option, placeholder, command, typed, after);
  const choices = choicesOf(option);
  const name = option.name();
  if (name === 'fail-on' && choices.length === 0) {
    const [sign = ''] = /^(?:gained|lost):/.exec(typed) ?? [];
    return sign === '' ? { kind: 'words', words: gates, ...after(0) } : { kind: 'grants', ...after(sign.length) };
  }
  if (name === 'when-stale') {
    const [denied = ''] = /^deny:(?:.*,)?/.exec(typed) ?? [];
    const words = [...choices, 'deny:'];
    return denied === '' ? { kind: 'words', words, ...after(0) } : { kind: 'resources', ...after(denied.length) };
  }
  // The one option that takes several of its words.
  const length = name === 'changes' ? typed.lastIndexOf(',') + 1 : 0;
  if (choices.length > 0) return { kind: 'words', words: choices, ...after(length) };
  return { kind: kindOfOption.get(name) ?? kindOfPlaceholder(placeholder), ...after(0) };
}

const gates = ['gained', 'lost', 'escalation', 'gained:', 'lost:'] as const;

/** Of those options whose placeholder says less than they take. */
const kindOfOption: ReadonlyMap<string, NameKind> = new Map([
  ['to', 'roles-to-give'],
  ['always', 'wildcards'],
  ['spell', 'wildcards'],
  ['unset', 'properties'],
  ['end-waiver', 'accepted-findings'],
]);

// `FORMAT=FILE`, `NAME=VALUE`, `SUBJECT=ROLE`. A subject may hold the sign, a role does not.
function pairOf(
  option: Option,
  placeholder: string,
  command: Command,
  typed: string,
  after: (length: number) => Pick<WantedValues, 'lead' | 'typed'>,
): WantedValues {
  const isMember = placeholder === 'SUBJECT=ROLE';
  const length = (isMember ? typed.lastIndexOf('=') : typed.indexOf('=')) + 1;
  if (placeholder === 'FORMAT=FILE') {
    if (length > 0) return { kind: 'files', ...after(length) };
    return { kind: 'words', words: choicesOf(option, '\u0000=\u0000'), tail: '=', ...after(0) };
  }
  if (!isMember) return { kind: length > 0 ? 'nothing' : 'properties', tail: '=', ...after(length) };
  if (length === 0) return { kind: 'subjects', tail: '=', ...after(0) };
  const isOfCompany = command.parent?.name() === 'organization';
  return { kind: isOfCompany ? 'first-roles-of-company' : 'first-roles-of-workspace', ...after(length) };
}
