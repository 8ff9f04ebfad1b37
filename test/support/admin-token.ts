import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const adminToken = 'admin-token-of-the-tests';

/** What a call sends that changes something. */
export const asAdmin = { Authorization: `Bearer ${adminToken}` };

export interface AdminTokenFile {
  readonly path: string;
  readonly dispose: () => Promise<void>;
}

/** A file with that token, in a folder of its own. */
export async function createAdminTokenFile(): Promise<AdminTokenFile> {
  const root = await mkdtemp(join(tmpdir(), 'rolebook-admin-'));
  const path = join(root, 'admin-tokens');
  await writeFile(path, `${adminToken}\n`, { mode: 0o600 });
  return { path, dispose: () => rm(root, { recursive: true, force: true }) };
}
