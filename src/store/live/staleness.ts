import type { ListedPermission } from '../../engine/permission-listing.ts';
import type { Decision, Reason } from '../../policy/decision.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { idsOf, type Catalog } from '../../policy/catalog.ts';
import { processClock } from '../process-clock.ts';

/** The fate of decisions by a policy that is too old: nothing, all are denied, or those for some permissions. */
export type StaleRule = 'go-on' | 'deny-all' | { readonly deny: readonly string[] };

export interface StalenessLimit {
  readonly maxMs: number;
  readonly rule: StaleRule;
}

export interface StalenessOptions {
  /** The clock of decisions. */
  readonly now?: () => number;
  /** Told when the policy becomes too old, and when it is not any more. */
  readonly onTurn?: (isTooOld: boolean) => void;
}

/** A limit on the age of a policy and how it stands, for people. */
export interface StalenessReport extends StalenessLimit {
  readonly lastWordMs: number | undefined;
  readonly isTooOld: boolean;
}

/**
 * The time since the source of the policy, the files or the database, said that this is how it is, and what follows from
 * that. Two clocks measure it, and the policy is too old as soon as one of them says so: that of the machine goes on
 * while a machine sleeps, and can be set back; that of the process cannot, and stands still meanwhile.
 */
export class Staleness {
  /** After this instant the policy is too old. A decision compares with this number, and that is all it costs. */
  freshUntilMs: number;
  readonly #limit: StalenessLimit | undefined;
  readonly #now: () => number;
  readonly #onTurn: (isTooOld: boolean) => void;
  readonly #denied: ReadonlySet<string>;
  #lastWordMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wasTooOld = false;

  /** Without a limit nothing is ever too old. */
  constructor(limit?: StalenessLimit, { now = processClock.now, onTurn = () => undefined }: StalenessOptions = {}) {
    this.#limit = limit;
    this.#now = now;
    this.#onTurn = onTurn;
    this.#denied = new Set(typeof limit?.rule === 'object' ? limit.rule.deny : []);
    // Before the first word nobody knows how old it is.
    this.freshUntilMs = limit === undefined ? Infinity : -Infinity;
  }

  get report(): StalenessReport | undefined {
    return this.#limit && { ...this.#limit, lastWordMs: this.#lastWordMs, isTooOld: this.#isTooOld() };
  }

  /** The source said, at this time, that this is how it is. */
  hear(atMs: number): void {
    if (this.#limit === undefined) return;
    const { maxMs } = this.#limit;
    const ageMs = this.#now() - atMs;
    // From a time to come: the clock was set back since, and nobody knows by how much.
    const isKnown = ageMs >= -clockSlackMs;
    this.#lastWordMs = isKnown ? atMs : undefined;
    this.freshUntilMs = isKnown ? atMs + maxMs : -Infinity;
    clearTimeout(this.#timer);
    if (isKnown) {
      this.#timer = setTimeout(() => this.#end(), Math.min(Math.max(0, maxMs - ageMs), maxMs) + 1);
      this.#timer.unref();
    }
    this.#tell();
  }

  /** What decides was kept, and nobody knows since when: it counts as too old until the source is heard. */
  hearNothing(): void {
    if (this.#limit === undefined) return;
    clearTimeout(this.#timer);
    this.#lastWordMs = undefined;
    this.#end();
  }

  /** Of a policy that is too old. A permission that has a former id is denied by either. */
  denies(permission: string, catalog: Permissions = noPermissions): boolean {
    const rule = this.#limit?.rule ?? 'go-on';
    if (typeof rule === 'string') return rule === 'deny-all';
    for (const id of idsOf(catalog, permission)) {
      if (this.#denied.has(id) || this.#denied.has(`${id.slice(0, id.indexOf(':'))}:*`)) return true;
    }
    return false;
  }

  /** A decision by a policy that is too old, as it is told. */
  adjust(permission: string, decide: () => Decision, catalog?: Permissions): Decision {
    if (this.denies(permission, catalog)) return { decision: false, reason: this.#reason() };
    const { decision, reason } = decide();
    return { decision, reason: { ...reason, ...this.#since() } };
  }

  /** Whether a permission is denied to everybody at this instant. */
  deniesAt(permission: string, atMs: number, catalog?: Permissions): boolean {
    return atMs > this.freshUntilMs && this.denies(permission, catalog);
  }

  /** What a user interface shows at this instant. */
  adjustListed(listed: ListedPermission, atMs: number, catalog?: Permissions): ListedPermission {
    if (!this.deniesAt(listed.permission, atMs, catalog)) return listed;
    const scopes = listed.scopes && Object.fromEntries(Object.keys(listed.scopes).map((scope) => [scope, false]));
    return { ...listed, decision: false, ...(scopes && { scopes }) };
  }

  /** Those it was told to deny that no permission of a catalog is. */
  unknownPermissions(permissions: Iterable<string>): string[] {
    const known = new Set<string>();
    for (const permission of permissions) {
      known.add(permission);
      known.add(`${permission.slice(0, permission.indexOf(':'))}:*`);
    }
    return [...this.#denied].filter((denied) => !known.has(denied));
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #end(): void {
    this.freshUntilMs = -Infinity;
    this.#tell();
  }

  #isTooOld(): boolean {
    return this.#now() > this.freshUntilMs;
  }

  #tell(): void {
    const isTooOld = this.#isTooOld();
    if (isTooOld === this.#wasTooOld) return;
    this.#wasTooOld = isTooOld;
    this.#onTurn(isTooOld);
  }

  #reason(): Reason {
    const heard =
      this.#lastWordMs === undefined
        ? 'nobody knows when its source was heard last'
        : `its source was heard last at ${formatInstant(this.#lastWordMs)}`;
    const limit = formatDuration(this.#limit?.maxMs ?? 0);
    const message = `the policy is too old to allow this: ${heard}, and the limit is ${limit}`;
    return { code: 'stale-policy', message, ...this.#since() };
  }

  #since(): Pick<Reason, 'staleSince'> {
    return this.#lastWordMs === undefined ? {} : { staleSince: formatInstant(this.#lastWordMs) };
  }
}

type Permissions = Pick<Catalog, 'permissions'>;

const noPermissions: Permissions = { permissions: new Map() };

// Clocks of processes that were read one after the other may seem to go back by a little.
const clockSlackMs = 1000;

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** As `--max-staleness` takes it: in the largest unit that is whole. */
export function formatDuration(ms: number): string {
  const [unit, unitMs] = units.find(([, length]) => ms % length === 0) ?? ['s', 1000];
  return `${ms / unitMs}${unit}`;
}

export function formatStaleRule(rule: StaleRule): string {
  return typeof rule === 'string' ? rule : `deny:${rule.deny.join(',')}`;
}
