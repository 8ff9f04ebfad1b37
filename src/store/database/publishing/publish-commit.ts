import { withLineFeeds } from '../../../policy/text/line-ends.ts';
import { runInSlices } from '../../turns.ts';
import { PolicyCompiler, type CompileProgress } from '../../../compile/compile-policy.ts';
import type { SourceFile } from '../../../compile/file/policy-files.ts';
import type { Database } from '../database.ts';
import { MembershipsEnd, publishRelease, type PublishOutcome } from '../releases/publish-release.ts';
import type { ReadFile } from '../releases/release.ts';
import type { GitRepository } from '../../git/git-repository.ts';
import { readBranchCommit } from './branch-commits.ts';
import { noteCommit, readStanding, type BranchStanding, type FollowedBranch } from './branch-standing.ts';
import { CommitAtFault, describeFirstProblem, Overtaken } from './commit-refusal.ts';

/** A commit that was found at the end of a branch, and what was published before it was looked for. */
export interface FoundCommit {
  readonly repository: GitRepository;
  readonly commit: string;
  readonly branch: FollowedBranch;
  readonly before: BranchStanding;
  /** How many memberships at run time somebody agreed to end. */
  readonly endMemberships?: number | undefined;
}

/**
 * Publishes a commit, if nothing was published since the branch was looked at: then this is newer than all that is published,
 * and nobody goes back by being slow. Rejects with `Overtaken` otherwise, with `CommitAtFault` where its files give no
 * policy, and as `publishRelease` does.
 */
export async function publishCommit(
  database: Database,
  found: FoundCommit,
  onProgress?: (progress: CompileProgress) => void,
): Promise<PublishOutcome> {
  const { repository, commit, branch, before } = found;
  const { files, author, pulled, undoes } = await readBranchCommit(repository, commit);
  const { policy, ...problems } = await runInSlices(new PolicyCompiler().compileInSteps(files, Date.now()), onProgress);
  if (!policy) throw new CommitAtFault(describeFirstProblem(problems), problems);
  if (policy.workspaces.size === 0 && before.workspaces > 0) {
    throw new CommitAtFault('has no workspace left; the last good policy stays published until one is back');
  }
  // In the transaction of the release, and in no other.
  const write: Database['write'] = (work) =>
    database.write(async (manager) => {
      const now = await readStanding(manager, branch);
      if (now.mark !== before.mark) throw new Overtaken();
      const result = await work(manager);
      // A refusal has written nothing, and so this commit is still to be published.
      if (!(result instanceof MembershipsEnd)) {
        const release = (await readStanding(manager, branch)).release ?? 0;
        await noteCommit(manager, branch, { commit, release });
      }
      return result;
    });
  const { endMemberships } = found;
  const publication = { policy, files: decidingFiles(files), commit, author, now: Date.now, pulled, undoes };
  return publishRelease(
    { url: database.url, write },
    { ...publication, ...(endMemberships !== undefined && { endMemberships }) },
    onProgress,
  );
}

/** Where a policy compiled, every file could be read. With line feeds, as its digest is made. */
export function decidingFiles(files: readonly SourceFile[]): readonly ReadFile[] {
  return files
    .filter((file): file is ReadFile => 'content' in file)
    .map(({ path, content }) => ({ path, content: withLineFeeds(content) }));
}
