import { RolebookError } from '../../../policy/errors.ts';
import type { LivePolicy } from '../../live/live-policy.ts';
import type { AskedChange, ChangeDesk, ChangeFilter, ChangeList, ChangeMode, ToldAnswer } from '../asked-change.ts';
import type { ChangeWork } from '../change-worker.ts';

/** The live policy as far as changes of its folder need it. */
export type ChangedLive = Pick<LivePolicy, 'reload' | 'current' | 'notePassed' | 'holdReloads'>;

/** Changes of the folder that is followed here. What was written is live before the answer. */
export class FolderChangeDesk implements ChangeDesk {
  readonly modes: readonly ChangeMode[];
  readonly #live: ChangedLive;
  readonly #worker: ChangeWork;
  #release: () => void = () => undefined;

  constructor(
    live: ChangedLive,
    createWorker: (onWriting: () => void) => ChangeWork,
    mode: 'files' | 'commit' = 'files',
  ) {
    this.#live = live;
    this.modes = [mode];
    // Until all files are there nobody need look: half of a change is no state to read.
    this.#worker = createWorker(() => {
      // One that is tried again says so again.
      this.#release();
      this.#release = live.holdReloads();
    });
  }

  /** Has the thread read what is there; its first change is quicker then. */
  async prepare(): Promise<void> {
    await this.#worker.call({ call: 'prepare' });
  }

  async ask(change: AskedChange): Promise<ToldAnswer> {
    const answer = await this.#call(change);
    if (answer.kind !== 'written' || answer.data === undefined) return answer;
    const { outcome, error } = await this.#live.reload('request');
    if (outcome !== 'failed') {
      // Others may have written, too, and then the two became live together.
      this.#live.notePassed(answer.head.revision);
      return answer;
    }
    const why = error ?? 'the policy files have problems by now';
    const help = 'the last good policy stays live until that is mended; do not send the change again';
    throw new RolebookError('unavailable', `change ${answer.head.change} was written and is not live: ${why}`, {
      help,
    });
  }

  async list(filter: ChangeFilter): Promise<ChangeList> {
    return (await this.#worker.call({ call: 'list', filter })) as ChangeList;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }

  async #call(change: AskedChange): Promise<ToldAnswer> {
    try {
      return (await this.#worker.call({ call: 'ask', change })) as ToldAnswer;
    } finally {
      this.#release();
      this.#release = () => undefined;
    }
  }
}
