import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The policy directories of the repository that people copy from, relative to it. */
export const policiesOfOurs: readonly string[] = [
  '.',
  ...['examples', 'templates'].flatMap((folder) =>
    readdirSync(join(repository, folder)).map((name) => `${folder}/${name}`),
  ),
];
