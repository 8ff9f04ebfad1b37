import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../policy/limits.ts';
import { isJsonObject } from '../../policy/text/json.ts';
import { objectOfEdit } from '../../review/changes/asked-edit.ts';
import type { TextUndo } from '../../review/changes/text-undo.ts';
import { errorCodeOf } from '../folder/file-fault.ts';
import type { ChangeFilter, ChangeHead, ChangeList, ListedEdit } from './asked-change.ts';

/** Where a policy directory has its changes, one a file. Names that begin with a dot are no policy. */
export const historyFolder = '.rolebook/changes';

/** A change as its file has it. */
export interface ChangeRecord extends ChangeHead {
  readonly idempotency?: { readonly key: string; readonly digest: string };
  readonly files: readonly RecordedFile[];
}

export interface RecordedFile {
  readonly path: string;
  /** SHA-256 of what was there when it was done, which tells whether it is still that; null: nothing. */
  readonly after: string | null;
  readonly undo: TextUndo;
}

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
    const { after, limit } = filter;
    const found = [...this.#known.values()]
      .reverse()
      .filter((one) => (after === undefined || one.change < after) && isAskedFor(one, filter));
    const page = found.slice(0, limit);
    return { changes: page.map(headOfRecord), next: found.length > limit ? page.at(-1)?.change : undefined };
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
export function headOfRecord(record: ChangeRecord): ChangeHead {
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

function isAskedFor({ edits }: ChangeHead, filter: ChangeFilter): boolean {
  const { organizations } = filter;
  // All or nothing: what is within others' is not this caller's to know.
  if (organizations && !edits.every(({ within }) => within !== undefined && organizations.includes(within)))
    return false;
  return edits.some((edit) => isAbout(edit, filter));
}

function isAbout(edit: ListedEdit, { workspace, organization, role, subject }: ChangeFilter): boolean {
  const words = edit as unknown as Readonly<Record<string, unknown>>;
  if (workspace !== undefined && words['workspace'] !== workspace) return false;
  if (organization !== undefined && edit.within !== organization && words['organization'] !== organization)
    return false;
  if (subject !== undefined && words['subject'] !== subject) return false;
  if (role === undefined) return true;
  const isOfRole = objectOfEdit(edit) === 'role' && (words['role'] === role || words['to'] === role);
  const given = Array.isArray(words['roles']) ? (words['roles'] as readonly { readonly role?: unknown }[]) : [];
  return isOfRole || given.some((one) => one.role === role);
}
