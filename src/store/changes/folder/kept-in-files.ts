import { createHash } from 'node:crypto';
import type { SourceFile } from '../../../compile/file/policy-files.ts';
import { undoOf } from '../../../review/changes/text/text-undo.ts';
import type { PolicyDirectory } from '../../folder/policy-directory.ts';
import type { OnStep } from '../../writing/settle-change.ts';
import { requireWritableFolder } from '../../writing/writable-folder.ts';
import { ChangedMeanwhile, settleUnfinished, writePolicyFiles } from '../../writing/write-policy-files.ts';
import type { ChangeFilter, ChangeHead, ChangeList, MadeChange } from '../asked-change.ts';
import { ChangeHistory, headOfRecord, historyFolder, type ChangeRecord } from './change-history.ts';
import type { ChangeKeeper, ChangeMoment, ChangeToWrite, FoundChange } from './change-keeper.ts';
import type { RecordedFile } from '../reverted-files.ts';

/** Changes that the folder alone has: each is written with its record, a file of its own. */
export class KeptInFiles implements ChangeKeeper {
  readonly #directory: PolicyDirectory;
  readonly #root: string;
  readonly #history: ChangeHistory;
  /** The files as they were judged. */
  #judged: readonly SourceFile[] = [];

  constructor(directory: PolicyDirectory) {
    this.#directory = directory;
    this.#root = directory.root;
    this.#history = new ChangeHistory(this.#root);
  }

  async prepare(): Promise<void> {
    await requireWritableFolder(this.#root);
    await this.refresh();
  }

  refresh(): Promise<void> {
    return this.#history.refresh();
  }

  async settle(): Promise<void> {
    await settleUnfinished(this.#root);
  }

  async read(): Promise<readonly SourceFile[]> {
    return (this.#judged = await this.#directory.read('all'));
  }

  findByKey({ asked, nowMs }: ChangeMoment): Promise<FoundChange | undefined> {
    const { idempotency, caller } = asked;
    const made = idempotency && this.#history.findByKey(idempotency.key, caller.name, nowMs);
    return Promise.resolve(made?.idempotency && { head: headOfRecord(made), digest: made.idempotency.digest });
  }

  find(change: string): Promise<ChangeHead | undefined> {
    return Promise.resolve(this.#history.find(change));
  }

  readFiles({ change }: ChangeHead): Promise<readonly RecordedFile[]> {
    return Promise.resolve(this.#history.find(change)?.files ?? []);
  }

  list(filter: ChangeFilter): ChangeList {
    return this.#history.list(filter);
  }

  requireWritable(): Promise<void> {
    return Promise.resolve();
  }

  // With its record, so that there is no change that nobody knows of, and none that was not made.
  async write(change: ChangeToWrite, onStep: OnStep | undefined): Promise<MadeChange> {
    const record = this.#record(change);
    const kept = { path: `${historyFolder}/${record.change}.json`, before: undefined, after: jsonOf(record) };
    const requireGround = (): Promise<void> => this.#requireSame();
    await writePolicyFiles(this.#root, [...change.replacements, kept], { onStep, requireGround });
    return headOfRecord(record);
  }

  // Another sidecar may change the folder, or a person: what a change may do hangs on files that it does not touch, too.
  async #requireSame(): Promise<void> {
    const now = await this.#directory.read('all');
    if (now === this.#judged) return;
    const [judgedFiles, files] = [new Set(this.#judged), new Set(now)];
    const other = this.#judged.find((file) => !files.has(file)) ?? now.find((file) => !judgedFiles.has(file));
    if (other) throw new ChangedMeanwhile(other.path, false);
  }

  #record({ asked, atMs, edits, data, revision, replacements }: ChangeToWrite): ChangeRecord {
    const { actor, caller, reason, what, idempotency } = asked;
    return {
      change: this.#history.nextId(),
      at: new Date(atMs).toISOString(),
      actor,
      ...(caller.name === undefined ? {} : { caller: caller.name }),
      ...(reason === undefined ? {} : { reason }),
      ...(what.kind === 'revert' ? { reverts: what.change } : {}),
      edits,
      revision,
      written: { files: replacements.map(({ path }) => path) },
      people: data.effect?.people ?? 0,
      ...(idempotency ? { idempotency } : {}),
      files: replacements.map(({ path, before, after }) => ({
        path,
        after: after ? hashOf(after) : null,
        undo: undoOf(textOf(before), textOf(after)),
      })),
    };
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(content: Uint8Array | undefined): string | null {
  return content === undefined ? null : decoder.decode(content);
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function jsonOf(record: ChangeRecord): Uint8Array {
  return Buffer.from(`${JSON.stringify(record, undefined, 1)}\n`);
}
