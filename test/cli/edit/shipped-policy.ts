import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** The files of a policy that comes with rolebook. */
export function policyAt(folder: string): Record<string, string> {
  const root = join(repository, folder);
  const below = readdirSync(join(root, 'policies'), { recursive: true, encoding: 'utf8' });
  const paths = ['roles.yaml', ...below.filter((path) => path.endsWith('.yaml')).map((path) => `policies/${path}`)];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
