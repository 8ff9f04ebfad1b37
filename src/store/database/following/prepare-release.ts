import type { CompileProgress } from '../../../compile/compile-policy.ts';
import type { RuntimeMembers } from '../../../engine/runtime-members.ts';
import type { PolicyPreparer, Preparation } from '../../live/prepare-policy.ts';
import { eachInTurns } from '../../turns.ts';
import { checkRelease } from './database-source.ts';
import type { ReleaseUpdate } from './read-update.ts';

/** Makes a release ready to go live with members, which get those of it when they are all. */
export function prepareRelease(
  preparer: PolicyPreparer,
  { kind, release, files, members: read }: ReleaseUpdate,
  members: RuntimeMembers,
  judgedAtMs: number,
  onProgress: ((progress: CompileProgress) => void) | undefined,
): Promise<Preparation> {
  return preparer.prepare(files, judgedAtMs, {
    check: (found) => checkRelease(release, found),
    members: async () => {
      if (kind === 'whole') await eachInTurns(read, (member) => members.set(member));
      return members;
    },
    onProgress,
  });
}
