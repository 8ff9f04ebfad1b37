/*
 * Copies the policy of this repository to `.try`, where `npm start` serves it and the pages change it. What is there from
 * before stays: whoever tried something finds it again. Delete the folder to begin anew.
 */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const copy = join(root, '.try');

if (!existsSync(copy)) {
  mkdirSync(copy);
  for (const name of ['roles.yaml', 'policies']) cpSync(join(root, name), join(copy, name), { recursive: true });
}
