import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The files of a policy directory of the repository, as texts by path. */
export function exampleFiles(folder: string): Record<string, string> {
  const root = join(repository, folder);
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

/** The policy of the repository itself. */
export function ownPolicyFiles(): Record<string, string> {
  const policies = Object.entries(exampleFiles('policies')).map(([name, text]) => [`policies/${name}`, text] as const);
  return { 'roles.yaml': readFileSync(join(repository, 'roles.yaml'), 'utf8'), ...Object.fromEntries(policies) };
}
