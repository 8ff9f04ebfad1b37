import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../../policy/limits.ts';
import { isJsonObject } from '../../../policy/text/json.ts';
import { errorCodeOf } from '../../folder/file-fault.ts';
import type { ChangeFilter, ChangeList, MadeChange } from '../asked-change.ts';
import { pageOf } from '../change-pages.ts';
import type { RecordedFile } from '../reverted-files.ts';

/** Where a policy directory has its changes, one a file. Names that begin with a dot are no policy. */
export const historyFolder = '.rolebook/changes';

/** A change as its file has it. */
export type ChangeRecord = MadeChange & {
  readonly idempotency?: { readonly key: string; readonly digest: string };
  readonly files: readonly RecordedFile[];
};

/** The changes of a policy directory. It is read once; whoever else writes there is noticed by the names. */
export class ChangeHistory {
  readonly #root: string;
  #known = new Map<string, ChangeRecord>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Reads what is new. Files that are no changes are passed over: nothing decides by them. */
  async refresh(): Promise<void> {
    const names = await readdir(join(this.#root, historyFolder)).catch((error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return [];
      throw error;
    });
    const known = new Map<string, ChangeRecord>();
    for (const name of names.filter((one) => namePattern.test(one)).sort()) {
      const record = this.#known.get(name) ?? (await this.#read(name));
      if (record) known.set(name, record);
    }
    this.#known = known;
  }

  async #read(name: string): Promise<ChangeRecord | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(join(this.#root, historyFolder, name), 'utf8'));
      return isRecord(value, name) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  find(change: string): ChangeRecord | undefined {
    return this.#known.get(`${change}.json`);
  }

  /** The change that a key stands for, which a caller sent before. */
  findByKey(key: string, caller: string | undefined, nowMs: number): ChangeRecord | undefined {
    return [...this.#known.values()].find(
      (one) =>
        one.idempotency?.key === key && one.caller === caller && nowMs - Date.parse(one.at) < limits.idempotencyKeyMs,
    );
  }

  /** The id of the next: in the order in which they were made, and nobody else's. */
  nextId(): string {
    const [last = '0'] = [...this.#known.keys()].sort().reverse();
    return `${String(Number.parseInt(last, 10) + 1).padStart(8, '0')}-${randomBytes(4).toString('hex')}`;
  }

  /** The newest first. */
  list(filter: ChangeFilter): ChangeList {
    return pageOf([...this.#known.values()].reverse().map(headOfRecord), filter);
  }
}

const namePattern = /^\d{8}-[0-9a-f]{8}\.json$/;

function isRecord(value: unknown, name: string): value is ChangeRecord {
  if (!isJsonObject(value)) return false;
  const { change, at, edits, files } = value;
  const isWhole = Array.isArray(edits) && Array.isArray(files) && typeof at === 'string';
  return isWhole && typeof change === 'string' && `${change}.json` === name;
}

/** A change as it is told: without what undoes it, and without the key. */
export function headOfRecord(record: ChangeRecord): MadeChange {
  const { change, at, actor, caller, reason, reverts, edits, revision, written, people } = record;
  return {
    change,
    at,
    actor,
    ...(caller === undefined ? {} : { caller }),
    ...(reason === undefined ? {} : { reason }),
    ...(reverts === undefined ? {} : { reverts }),
    edits,
    revision,
    written,
    people,
  };
}
