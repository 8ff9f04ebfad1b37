import type { EntityManager } from 'typeorm';
import { RuntimeMembers } from '../../../engine/runtime-members.ts';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import type { DatabaseConnection } from '../connection/database-connection.ts';
import { readUpdate } from '../following/read-update.ts';
import { nothingPublished, ReleaseFiles } from '../releases/release-files.ts';
import type { PublishedRelease, ReadFile } from '../releases/release.ts';

/** All that a change is judged on, of one moment. */
export interface PublishedGround {
  readonly release: PublishedRelease;
  readonly files: readonly ReadFile[];
  readonly members: RuntimeMembers;
  readonly given: readonly RuntimeMember[];
  readonly state: DatabaseState;
}

/** The newest release of a database and the memberships at run time, read again and again: only what is new is read. */
export class DatabaseGround {
  readonly #connection: DatabaseConnection;
  readonly #files: ReleaseFiles;
  #known: PublishedGround | undefined;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
    this.#files = new ReleaseFiles(connection);
  }

  async read(manager: EntityManager, onAnswer: () => void = () => undefined): Promise<PublishedGround> {
    const known = this.#known;
    const update = await readUpdate(
      manager,
      { since: known?.state, files: this.#files, judged: undefined },
      onAnswer,
    ).catch((error: unknown) => {
      // What was read of it is not to be mixed with what is read next.
      this.#known = undefined;
      throw error;
    });
    if (!update) throw nothingPublished(this.#connection);
    if (update.kind === 'none' && known) return known;
    if (update.kind === 'none' || update.kind === 'judged') throw new Error('nothing was judged before');
    const members = update.kind === 'whole' || !known ? new RuntimeMembers() : known.members;
    for (const member of update.members) members.set(member);
    const of = update.kind === 'members' ? known : update;
    if (!of) throw new Error('there are memberships of no release');
    const { release, files } = of;
    this.#known = { release, files, members, given: [...members.all()], state: update.state };
    return this.#known;
  }
}
