import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChangedPaths } from '../../src/store/folder/changed-paths.ts';
import { PolicyDirectory } from '../../src/store/folder/policy-directory.ts';
import { PolicyWatcher, type WatchOptions } from '../../src/store/watch/policy-watcher.ts';
import type { PolicyFolder } from '../support/policy-folder.ts';
import { waitFor } from './wait-for.ts';

/** Somebody who follows a policy directory, and what they found whenever they were called. */
export interface Follower {
  readonly watcher: PolicyWatcher;
  /** What each look found, by path; the first was before any change. */
  readonly looks: readonly ReadonlyMap<string, string>[];
  readonly sees: (path: string, text: string | undefined) => Promise<void>;
}

/** Polling is off unless the options say otherwise: what is seen then, an event told. */
export async function followDirectory(root: string, options: WatchOptions = {}): Promise<Follower> {
  const directory = new PolicyDirectory(root);
  const looks: ReadonlyMap<string, string>[] = [];
  const look = async (_trigger?: string, changed?: ChangedPaths): Promise<void> => {
    const files = await directory.read('all', changed).catch(() => []);
    const texts = files.flatMap((file) => ('fault' in file ? [] : [[file.path, textOf(file.content)] as const]));
    looks.push(new Map(texts));
  };
  const watcher = await PolicyWatcher.start(root, look, { pollMs: 0, ...options });
  await look();
  const sees = (path: string, text: string | undefined): Promise<void> =>
    waitFor(`${path} to read ${text}`, () => looks.at(-1)?.get(path) === text);
  return { watcher, looks, sees };
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content).toString();
}

/** As Kubernetes does it: a new folder, a new link beside `..data`, renamed over it. */
export async function mountConfigMap(
  folder: PolicyFolder,
  mount: string,
  version: number,
  files: Record<string, string>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) await folder.write(`${mount}/..v${version}/${path}`, text);
  await symlink(`..v${version}`, join(folder.root, mount, '..data_tmp'));
  await rename(join(folder.root, mount, '..data_tmp'), join(folder.root, mount, '..data'));
  await folder.remove(`${mount}/..v${version - 1}`);
}
