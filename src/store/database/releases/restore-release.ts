import { compilePolicy } from '../../../compile/compile-policy.ts';
import { suggest } from '../../../compile/words/suggest.ts';
import { RolebookError } from '../../../policy/errors.ts';
import { formatPosition } from '../../../policy/position.ts';
import type { Database } from '../database.ts';
import type { Publication } from './publish-release.ts';
import { readRelease, readReleases, type ReleaseName } from './read-releases.ts';
import type { PublishedRelease } from './release.ts';

/** An older release that can be published again. */
export type Restorable = Pick<Publication, 'policy' | 'files' | 'commit'> & { readonly restores: number };

/**
 * Finds a release to publish again, as a new one. Its files must still compile, and
 * to the same policy.
 */
export async function findRestorable(database: Database, name: ReleaseName, atMs: number): Promise<Restorable> {
  const found = await readRelease(database, name);
  if (!found) throw await describeUnknown(database, name);
  const { release, files } = found;
  const { policy, problems } = compilePolicy(files, atMs);
  if (!policy) {
    const [first] = problems.filter(({ severity }) => severity === 'error');
    const why = first ? `: ${formatPosition(first)}: ${first.message}` : '';
    throw refuse(release, `does not compile any more${why}`);
  }
  if (policy.digest !== release.digest) throw refuse(release, `compiles to another policy, ${policy.revision}`);
  return { policy, files, commit: release.commit, restores: release.sequence };
}

function refuse({ revision, sequence }: PublishedRelease, what: string): RolebookError {
  const help = 'check it out from git, mend it, and publish that';
  return new RolebookError('configuration', `revision \`${revision}\` (release ${sequence}) ${what}`, { help });
}

const mostSuggested = 100;

async function describeUnknown(database: Database, named: ReleaseName): Promise<RolebookError> {
  const known = await readReleases(database, mostSuggested);
  const isRevision = named.kind !== 'digest';
  const name = isRevision ? named.policy : named.digest;
  const guess = suggest(
    name,
    known.map(({ revision, digest }) => (isRevision ? revision : digest)),
  );
  const help = guess ?? '`rolebook revisions` lists what was published';
  return new RolebookError(
    'usage',
    `no ${isRevision ? 'revision' : 'policy of digest'} \`${name}\` was published to \`${database.url.shown}\``,
    { help },
  );
}
