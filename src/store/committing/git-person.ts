import { RolebookError } from '../../policy/errors.ts';

/** A name and an address, as git takes them. */
export interface GitPerson {
  readonly name: string;
  readonly mail: string;
}

/** Reads a person as git writes one, `Name <mail>`; `option` is where it was given. */
export function parseGitPerson(text: string, option: string): GitPerson {
  const [, name = '', mail = ''] = /^([^<>\p{C}\p{Zl}\p{Zp}]+) <([^<>\s\p{C}]+)>$/u.exec(text.trim()) ?? [];
  // Git takes signs away from both ends, and refuses a name of which nothing is left.
  if (/[\p{L}\p{N}]/u.test(name) && /[\p{L}\p{N}]/u.test(mail)) return { name: name.trim(), mail };
  const help = `as in \`${option} 'rolebook <rolebook@acme.example>'\``;
  throw new RolebookError('usage', `\`${option}\` names nobody: it is to be a name and an address, \`Name <mail>\``, {
    help,
  });
}
