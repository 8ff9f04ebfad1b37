import { formatDatabaseRevision } from '../../policy/database-revision.ts';
import type { DatabaseState } from '../../policy/runtime-member.ts';
import type { Database } from '../../store/database/database.ts';
import type { CommandIo } from '../command/command-io.ts';
import { withDatabase } from '../command/database-option.ts';
import type { DiffOptions } from './diff-options.ts';
import type { BaseReading } from './read-base.ts';

/** A release that is live in a database, who holds what there at run time, and the state that both are of. */
export interface PublishedReading extends BaseReading {
  readonly state: DatabaseState;
}

export function readPublishedBase(io: CommandIo, options: Pick<DiffOptions, 'database'>): Promise<BaseReading> {
  return withDatabase(io, options, 'read', (database) => readPublished(database));
}

/** The same of a database that is open; with who gets something back when what came after a release is undone. */
export async function readPublished(database: Database, restores?: number): Promise<PublishedReading> {
  const { nothingPublished, ReleaseFiles } = await import('../../store/database/releases/release-files.ts');
  const { readMembers, readState } = await import('../../store/database/members/read-changes.ts');
  const { readReturning } = await import('../../store/database/members/returning-members.ts');
  const files = new ReleaseFiles(database);
  return database.read(async (manager) => {
    const reading = await files.readWith(manager);
    const state = await readState(manager);
    if (!reading || !state) throw nothingPublished(database);
    const { release } = reading;
    const returning = restores === undefined ? undefined : await readReturning(manager, restores);
    return {
      commit: release.commit,
      published: formatDatabaseRevision(release.revision, state),
      how: `release ${release.sequence} in \`${database.url.shown}\``,
      files: reading.files,
      earlier: () => Promise.resolve([]),
      readAt: () => Promise.resolve(undefined),
      members: await readMembers(manager),
      ...(returning && { returning }),
      state,
    };
  });
}
