import type { CompileProgress } from '../../compile/compile-policy.ts';
import { RolebookError } from '../../policy/errors.ts';
import { type GivenFiles, GivenPolicy } from '../../store/live/given-policy.ts';
import type { NextPolicy } from '../../store/live/policy-source.ts';
import { ShadowEngine } from '../shadow/shadow-engine.ts';

/** The second policy of a worker, which its primary reads: it has the members of the live one where a database gives some. */
export class GivenShadow {
  readonly engine: ShadowEngine;
  readonly #policy = new GivenPolicy({
    reload: () => Promise.reject(unread()),
    reach: () => Promise.reject(unread()),
  });

  constructor(live: GivenPolicy, source: 'folder' | 'database') {
    const members = source === 'database' ? { live, read: () => live.members } : undefined;
    this.engine = new ShadowEngine(this.#policy, members);
  }

  take(files: GivenFiles): void {
    this.#policy.take(files);
  }

  /** Compares with what was given from now on. Rejects where that is not the policy of this digest, and the last one stays. */
  async swap(
    next: Pick<NextPolicy, 'digest' | 'judgedAtMs'>,
    onProgress: (progress: CompileProgress) => void,
  ): Promise<void> {
    await this.#policy.prepare(next, onProgress);
    this.#policy.swap(next.digest);
  }
}

function unread(): RolebookError {
  return new RolebookError('unavailable', 'the shadow policy is read by the primary');
}
