import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { readPolicyAt } from '../../store/git/git-policy-files.ts';
import type { RemoteAddress } from '../../store/remote/remote-address.ts';
import { RemoteClone } from '../../store/remote/remote-clone.ts';
import type { CommandIo } from '../command/command-io.ts';
import { credentialsOf, mainBranch, type GitOptions } from '../serve/git-options.ts';
import type { BaseReading } from './read-base.ts';

/** Fetches the newest commit of a branch elsewhere into a clone that is taken away again, and reads it there. */
export async function readRemoteBase(
  io: CommandIo,
  options: GitOptions & { readonly git: RemoteAddress },
  known: Promise<readonly SourceFile[]>,
): Promise<BaseReading> {
  const { git: address, ref = mainBranch, path: prefix = '' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'rolebook-diff-'));
  const clone = new RemoteClone({ address, ref, prefix, credentials: credentialsOf(options, io), folder });
  try {
    const commit = await clone.fetch();
    return {
      commit,
      how: `\`${ref.replace(/^refs\/(heads|tags)\//, '')}\` of \`${address.url}\``,
      files: await readPolicyAt(clone.repository, commit, known),
      // One commit was fetched.
      earlier: () => Promise.resolve([]),
      readAt: () => Promise.resolve(undefined),
      members: [],
    };
  } finally {
    clone.close();
    await rm(folder, { recursive: true, force: true });
  }
}
