import { RolebookError } from '../../../policy/errors.ts';
import { parseRevision } from '../../../policy/text/revision-text.ts';
import type { LiveDatabase } from '../following/live-database.ts';
import type {
  AskedChange,
  ChangeDesk,
  ChangeFilter,
  ChangeList,
  ChangeMode,
  ToldAnswer,
} from '../../changes/asked-change.ts';
import type { ChangeWork } from '../../changes/change-worker.ts';

/** The live policy as far as changes of its database need it. */
export type FollowedLive = Pick<LiveDatabase, 'catchUp' | 'hasReached' | 'lastReload' | 'current'>;

/** Changes of the database that is followed here. What was written is live before the answer. */
export class DatabaseChangeDesk implements ChangeDesk {
  readonly modes: readonly ChangeMode[] = ['database'];
  readonly #live: FollowedLive;
  readonly #worker: ChangeWork;

  constructor(live: FollowedLive, worker: ChangeWork) {
    this.#live = live;
    this.#worker = worker;
  }

  /** Has the thread read what is there; its first change is quicker then. */
  async prepare(): Promise<void> {
    await this.#worker.call({ call: 'prepare' });
  }

  async ask(change: AskedChange): Promise<ToldAnswer> {
    const answer = (await this.#worker.call({ call: 'ask', change })) as ToldAnswer;
    if (answer.kind === 'written') await this.#untilLive(answer.head);
    return answer;
  }

  async list(filter: ChangeFilter): Promise<ChangeList> {
    return (await this.#worker.call({ call: 'list', filter })) as ChangeList;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }

  /** Looks for what was written up to there; false: it cannot be had now. */
  async becameLive({ sequence }: { readonly sequence: number }): Promise<boolean> {
    const isLive = (): boolean => this.#live.hasReached(sequence);
    // A look that had begun before may have been too early to find it.
    for (let looks = 0; looks < mostLooks && !isLive(); looks += 1) await this.#live.catchUp();
    return isLive();
  }

  async #untilLive({ change, revision }: { readonly change: string; readonly revision: string }): Promise<void> {
    const reached = parseRevision(revision);
    if (await this.becameLive({ sequence: reached?.kind === 'database' ? reached.sequence : 0 })) return;
    const why = this.#live.lastReload?.error ?? 'the database could not be read';
    const help = 'it becomes live as soon as that is mended; do not send the change again';
    throw new RolebookError('unavailable', `change ${change} was written and is not live here: ${why}`, { help });
  }
}

const mostLooks = 3;
