import type { Command } from 'commander';
import type { FirstMember } from '../../compile/edit/policy-edit.ts';
import { RolebookError } from '../../policy/errors.ts';
import { listOption } from './edit-options.ts';

/** Has a command that makes a place take its first members. */
export function withMembers(command: Command): Command {
  return command.option(
    '--member <SUBJECT=ROLE>',
    'one of its first members; may be given again, for one subject, too',
    listOption('--member'),
  );
}

/** The first members of a place. A subject may hold `=`, a role does not. */
export function readFirstMembers(texts: readonly string[] | undefined): readonly FirstMember[] | undefined {
  return texts?.map((text) => {
    const sign = text.lastIndexOf('=');
    const [subject, role] = [text.slice(0, Math.max(sign, 0)), text.slice(sign + 1)];
    if (subject !== '' && role !== '') return { subject, roles: [{ role }] };
    const help = 'write `--member SUBJECT=ROLE`, as in `--member ana@acme.example=team-lead`';
    throw new RolebookError('usage', `\`--member\` takes a subject and a role, found \`${text}\``, { help });
  });
}
