import { LessThan, type EntityManager } from 'typeorm';
import { limits } from '../../../policy/limits.ts';
import { isJsonObject } from '../../../policy/text/json.ts';
import { damagedRow } from '../damaged-row.ts';
import { changes, type ChangeRow } from '../tables/entities.ts';
import { insertRows } from '../tables/insert-rows.ts';
import type { AskedChange, ChangeFilter, ChangeList, MadeChange } from '../../changes/asked-change.ts';
import { isAskedFor } from '../../changes/change-pages.ts';

/** A change as the database has it. */
export interface KeptChange extends Pick<ChangeRow, 'firstEvent' | 'lastEvent' | 'release'> {
  readonly head: MadeChange;
  /** For each edit the hash of its object before it; null where it has none. */
  readonly etags: readonly (string | null)[];
  readonly digest: string | null;
}

export async function findChange(manager: EntityManager, id: string): Promise<KeptChange | undefined> {
  const row = await manager.findOneBy(changes, { id });
  return row ? keptOf(row) : undefined;
}

/** The change that a key stands for, which a caller sent before. */
export async function findByKey(
  manager: EntityManager,
  { idempotency, caller }: Pick<AskedChange, 'idempotency' | 'caller'>,
  nowMs: number,
): Promise<KeptChange | undefined> {
  if (!idempotency) return undefined;
  const where = { idempotencyKey: keyOf(idempotency.key, caller) };
  const [row] = await manager.find(changes, { where, order: { id: 'DESC' }, take: 1 });
  return row && nowMs - Date.parse(row.madeAt) < limits.idempotencyKeyMs ? keptOf(row) : undefined;
}

export async function keepChange(
  manager: EntityManager,
  { head, etags, ...events }: Omit<KeptChange, 'digest'>,
  { idempotency, caller }: Pick<AskedChange, 'idempotency' | 'caller'>,
): Promise<void> {
  const row: ChangeRow = {
    ...events,
    id: head.change,
    madeAt: head.at,
    caller: caller.name ?? null,
    head: JSON.stringify({ ...head, etags }),
    idempotencyKey: idempotency ? keyOf(idempotency.key, caller) : null,
    idempotencyDigest: idempotency?.digest ?? null,
  };
  await insertRows(manager, changes, [row]);
}

/** Whether an id is of a change of a database, as `changeId` makes them, and of no commit. */
export function isKeptInDatabase(change: string): boolean {
  return /^\d{10,15}-/.test(change);
}

// Each caller has keys of its own.
function keyOf(key: string, { name }: AskedChange['caller']): string {
  return JSON.stringify([name ?? null, key]);
}

const rowsAtOnce = 200;

/** The newest first. */
export async function listKeptChanges(manager: EntityManager, filter: ChangeFilter): Promise<ChangeList> {
  const found: MadeChange[] = [];
  const last = filter.after === undefined ? null : await manager.findOneBy(changes, { id: filter.after });
  const { until } = filter;
  for (let { after } = filter; found.length <= filter.limit;) {
    const where = {
      ...(after === undefined ? {} : { id: LessThan(after) }),
      ...(until === undefined ? {} : { madeAt: LessThan(until) }),
    };
    const rows = await manager.find(changes, { where, order: { id: 'DESC' }, take: rowsAtOnce });
    found.push(...rows.map((row) => keptOf(row).head).filter((head) => isAskedFor(head, filter)));
    if (rows.length < rowsAtOnce) break;
    after = rows.at(-1)?.id;
  }
  const page = found.slice(0, filter.limit);
  const next = found.length > filter.limit ? page.at(-1)?.change : undefined;
  return { changes: page, next, ...(last && { afterAt: last.madeAt }) };
}

function keptOf({ id, head, firstEvent, lastEvent, release, idempotencyDigest }: ChangeRow): KeptChange {
  const value = parse(head);
  if (!isHead(value) || value.change !== id) throw damagedRow(`change ${id}`, 'does not say what it is');
  const { etags, ...rest } = value;
  return { head: rest, etags, firstEvent, lastEvent, release, digest: idempotencyDigest };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHead(value: unknown): value is MadeChange & Pick<KeptChange, 'etags'> {
  if (!isJsonObject(value)) return false;
  const { change, at, actor, edits, etags, revision, people } = value;
  const isText = [change, at, revision].every((part) => typeof part === 'string');
  const isList = Array.isArray(edits) && edits.every(isJsonObject) && Array.isArray(etags);
  return isText && isJsonObject(actor) && isList && typeof people === 'number';
}
