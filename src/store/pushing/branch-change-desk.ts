import { RolebookError } from '../../policy/errors.ts';
import type { LivePolicy } from '../live/live-policy.ts';
import type { RemoteFiles } from '../remote/remote-files.ts';
import type {
  AskedChange,
  ChangeDesk,
  ChangeFilter,
  ChangeList,
  ChangeMode,
  MadeChange,
  ToldAnswer,
} from '../changes/asked-change.ts';
import type { ChangeWork } from '../changes/change-worker.ts';
import { pushedCommit } from './pushed-commit.ts';

export interface BranchChangeDeskOptions {
  readonly live: Pick<LivePolicy, 'reload' | 'notePassed'>;
  /** What decides is read from there. */
  readonly files: Pick<RemoteFiles, 'commit' | 'offer'>;
  readonly work: ChangeWork;
  /** What tells the commits that led to what decides. */
  readonly history: Pick<ChangeDesk, 'list'>;
  /** The clone in which commits are made. */
  readonly folder: string;
  readonly modes: readonly ChangeMode[];
}

/** Changes of the branch that is followed here. What was pushed to it is live before the answer, without asking anybody for it. */
export class BranchChangeDesk implements ChangeDesk {
  readonly modes: readonly ChangeMode[];
  readonly #options: BranchChangeDeskOptions;

  constructor(options: BranchChangeDeskOptions) {
    this.modes = options.modes;
    this.#options = options;
  }

  /** Has the thread read what is there; its first change is quicker then. */
  async prepare(): Promise<void> {
    await this.#options.work.call({ call: 'prepare' });
  }

  async ask(change: AskedChange): Promise<ToldAnswer> {
    const { work, files } = this.#options;
    const answer = (await work.call({ call: 'ask', change, live: files.commit })) as ToldAnswer;
    if (answer.kind === 'written') await this.#goLive(answer.head);
    return answer;
  }

  list(filter: ChangeFilter): Promise<ChangeList> {
    return this.#options.history.list(filter);
  }

  close(): Promise<void> {
    return this.#options.work.close();
  }

  async #goLive({ change, revision, written }: MadeChange): Promise<void> {
    if (!('commit' in written)) return;
    const { live, files, folder } = this.#options;
    files.offer(pushedCommit(folder, written.commit));
    const { outcome, error } = await live.reload('request');
    if (outcome === 'failed') {
      const why = error ?? 'the policy has problems by now';
      const help = 'the last good policy stays live until that is mended; do not send the change again';
      throw new RolebookError('unavailable', `change ${change} was pushed and is not live here: ${why}`, { help });
    }
    // Others may have pushed, too, and then the two became live together.
    live.notePassed(revision);
  }
}
