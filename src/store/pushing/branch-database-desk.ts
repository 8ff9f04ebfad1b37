import { RolebookError } from '../../policy/errors.ts';
import { formatDatabaseRevision } from '../../policy/database-revision.ts';
import type {
  AskedChange,
  ChangeDesk,
  ChangeFilter,
  ChangeList,
  ChangeMode,
  ToldAnswer,
} from '../changes/asked-change.ts';
import { refused } from '../changes/change-refusals.ts';
import type { ChangeWork } from '../changes/change-worker.ts';
import { DatabaseChangeDesk, type FollowedLive } from '../database/changes/database-change-desk.ts';
import { isOfFilesElsewhere } from '../database/changes/database-changes.ts';
import { isKeptInDatabase } from '../database/changes/kept-changes.ts';
import type { DatabaseConnection } from '../database/connection/database-connection.ts';
import { readState } from '../database/members/read-changes.ts';
import type { BranchPublisher } from '../database/publishing/branch-publisher.ts';
import { within } from '../within.ts';
import { findPublication } from '../database/publishing/branch-standing.ts';

export interface BranchDatabaseDeskOptions {
  /** What decides: the policy of the database. */
  readonly live: FollowedLive & { readonly connection: Pick<DatabaseConnection, 'read'> };
  /** What publishes the branch to it. */
  readonly publisher: Pick<BranchPublisher, 'reload' | 'commit'>;
  /** Changes members at run time, and no files. */
  readonly rows: ChangeWork;
  /** Changes files, as commits that are pushed. */
  readonly branch: ChangeWork;
  readonly history: Pick<ChangeDesk, 'list'>;
  readonly modes: readonly ChangeMode[];
}

/**
 * Changes of a policy whose roles come from a branch and whose members are in a database, too. A change is of the one or of
 * the other: a commit, which is published before it is answered, or rows, for which the branch need not be there.
 */
export class BranchDatabaseDesk implements ChangeDesk {
  readonly modes: readonly ChangeMode[];
  readonly #options: BranchDatabaseDeskOptions;
  readonly #rows: DatabaseChangeDesk;

  constructor(options: BranchDatabaseDeskOptions) {
    this.modes = options.modes;
    this.#options = options;
    this.#rows = new DatabaseChangeDesk(options.live, options.rows);
  }

  /** Has the threads read what is there; the first change is quicker then. */
  async prepare(): Promise<void> {
    await Promise.all([this.#rows.prepare(), this.#options.branch.call({ call: 'prepare' })]);
  }

  async ask(change: AskedChange): Promise<ToldAnswer> {
    const made = await this.#findPushed(change);
    const answer = made ?? (await this.#askForRows(change)) ?? (await this.#askForCommit(change));
    if (answer.kind !== 'written' || !('commit' in answer.head.written)) return answer;
    const { head, givesBack = false } = answer;
    return { ...answer, head: { ...head, revision: await this.#goLive(head.change, answer.head.written, givesBack) } };
  }

  list(filter: ChangeFilter): Promise<ChangeList> {
    return this.#options.history.list(filter);
  }

  async close(): Promise<void> {
    await Promise.all([this.#rows.close(), this.#options.branch.close()]);
  }

  // Undefined: it is of files. What is proposed is a commit, or nothing.
  async #askForRows(change: AskedChange): Promise<ToldAnswer | undefined> {
    const { what } = change;
    const isOfRow = what.kind === 'revert' && isKeptInDatabase(what.change);
    if (change.write === 'propose' && !isOfRow) return undefined;
    if (change.write === 'propose') return notProposed;
    const answer = await this.#rows.ask(change);
    if (isOfRow && isOfFilesElsewhere(answer)) return madeElsewhere;
    const isUnknown = what.kind === 'revert' && answer.kind === 'refused' && answer.refusal.code === 'unknown-change';
    return isOfFilesElsewhere(answer) || (isUnknown && !isOfRow) ? undefined : answer;
  }

  async #askForCommit(change: AskedChange): Promise<ToldAnswer> {
    const { branch, publisher } = this.#options;
    return (await branch.call({ call: 'ask', change, live: publisher.commit })) as ToldAnswer;
  }

  // Whom a commit took out of the files is nobody there any more: asked for again, it would be taken for one of rows. Where
  // the server is away what is known here is enough, and nobody who invites waits for somebody else's slow push.
  async #findPushed(change: AskedChange): Promise<ToldAnswer | undefined> {
    const { branch, publisher } = this.#options;
    if (!change.idempotency || change.isPreview || change.write === 'propose') return undefined;
    const finding = branch.call({ call: 'find', change, live: publisher.commit }).catch(() => undefined);
    return (await within(finding, mostFindingMs)) as ToldAnswer | undefined;
  }

  async #goLive(change: string, { commit }: { readonly commit: string }, givesBack: boolean): Promise<string> {
    const { publisher, live } = this.#options;
    // Whatever is published of the branch from now on has it.
    const { outcome, error } = await publisher.reload('request');
    if (outcome === 'failed') throw notLive(change, error ?? 'the newest commit of the branch has problems');
    const published = await live.connection.read(async (manager, onAnswer) => {
      const found = await findPublication(manager, commit);
      onAnswer();
      return found ?? { revision: undefined, state: await readState(manager) };
    });
    const { state } = published;
    if (!state || !(await this.#rows.becameLive(state))) {
      throw notLive(change, live.lastReload?.error ?? 'the database could not be read');
    }
    if (published.revision !== undefined) return formatDatabaseRevision(published.revision, state);
    // It was published with later ones, or changed nothing: what is live has the name.
    if (givesBack) {
      const message = `change ${change} was published together with a later commit, and members at run time have got nothing back by it`;
      const help = 'give them what they had, and do not send the change again';
      throw new RolebookError('unavailable', message, { help });
    }
    return live.current?.revision ?? '';
  }
}

const mostFindingMs = 3000;

function notLive(change: string, why: string): RolebookError {
  const help = 'the last good policy decides until that is mended, and then it is published; do not send it again';
  return new RolebookError('unavailable', `change ${change} was pushed and is not live here: ${why}`, { help });
}

const notProposed = refused(
  'against-the-rules',
  'mixed-change',
  'it changed members at run time, and that is nothing that a branch could propose',
  'undo it without `write`',
);

const madeElsewhere = refused(
  'against-the-rules',
  'change-refused',
  'it was made when roles were changed in the database, and they come from a branch now',
  'make it as it was by new edits',
);
