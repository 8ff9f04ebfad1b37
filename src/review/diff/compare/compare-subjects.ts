import type { CasbinEngine } from '../../../engine/casbin-engine.ts';
import { isAtOrganization, type Assignment, type Workspace } from '../../../policy/policy-set.ts';
import { compareText } from '../../../policy/position.ts';
import type { CellPair } from '../matching/cell-pairs.ts';
import type { RoleSetComparer, RoleSetDifference } from '../matching/compare-role-sets.ts';
import type { CauseFinder, HeldRoles, SetCause } from '../causes/find-cause.ts';
import { assignmentsAt, subjectAt, type Fellows } from '../matching/fellow-members.ts';
import type { Cause } from '../matching/policy-difference.ts';

/** A gain or a loss of one subject in one workspace, for one cause and one time. */
export interface SubjectChange {
  readonly kind: 'gained' | 'lost';
  readonly cells: readonly CellPair[];
  readonly cause: Cause;
  readonly fromMs: number | undefined;
  readonly untilMs: number | undefined;
}

/** Gains and losses of the one at a place among fellows. Who fares alike may get the very same array. */
export type Comparison = (fellows: Fellows, place: number) => readonly SubjectChange[];

type Level = 'workspace' | 'organization';

/** The cells of a role set's difference that changed for the same reason. */
interface Bundle {
  readonly kind: 'gained' | 'lost';
  readonly cells: readonly CellPair[];
  readonly cause: SetCause;
}

/** A comparer of what subjects may do, at every time from `sinceMs` on. */
export class SubjectComparer {
  readonly #before: CasbinEngine;
  readonly #after: CasbinEngine;
  readonly #roleSets: RoleSetComparer;
  readonly #causes: CauseFinder;
  readonly #sinceMs: number;
  // In workspaces, and at organizations themselves.
  readonly #bundles: Readonly<Record<Level, Map<RoleSetDifference, readonly Bundle[]>>> = {
    workspace: new Map(),
    organization: new Map(),
  };

  constructor(
    engines: { readonly before: CasbinEngine; readonly after: CasbinEngine },
    roleSets: RoleSetComparer,
    causes: CauseFinder,
    sinceMs: number,
  ) {
    this.#before = engines.before;
    this.#after = engines.after;
    this.#roleSets = roleSets;
    this.#causes = causes;
    this.#sinceMs = sinceMs;
  }

  /** How everybody fares who is in one workspace, before or after. */
  compare(before: Workspace | undefined, after: Workspace | undefined): Comparison {
    const known = new Map<string, readonly SubjectChange[]>();
    return (fellows, place) => {
      const given = assignmentsAt(fellows, place);
      const hold = (): Omit<HeldRoles, 'atMs'> => {
        return { subject: subjectAt(fellows, place), workspaceBefore: before, workspaceAfter: after, ...given };
      };
      if (given.before.some(isTimed) || given.after.some(isTimed)) {
        return this.#overTime(hold(), edgesOf([given.before, given.after], this.#sinceMs));
      }
      // The same roles are the same role set, so one of its members speaks for all, as long as no membership is the cause.
      const key = `${rolesKey(given.before)} ${rolesKey(given.after)}`;
      const same = known.get(key);
      if (same) return same;
      const changes = this.#overTime(hold(), noEdges);
      if (!changes.some(({ cause }) => isOfMembership(cause))) known.set(key, changes);
      return changes;
    };
  }

  #overTime(held: Omit<HeldRoles, 'atMs'>, edges: readonly number[]): readonly SubjectChange[] {
    if (edges.length === 0) {
      const changes = this.#changesAt({ ...held, atMs: this.#sinceMs });
      return changes.map(({ kind, cells, cause }) => ({ kind, cells, cause, fromMs: undefined, untilMs: undefined }));
    }
    const timeline = new Timeline();
    for (const [index, untilMs] of [...edges, undefined].entries()) {
      const fromMs = edges[index - 1];
      const atMs = fromMs ?? this.#sinceMs;
      for (const change of this.#changesAt({ ...held, atMs })) timeline.add(change, fromMs, untilMs);
    }
    return timeline.changes();
  }

  #changesAt(held: HeldRoles): { kind: Bundle['kind']; cells: Bundle['cells']; cause: Cause }[] {
    const { workspaceBefore, workspaceAfter, atMs } = held;
    const before = workspaceBefore && this.#before.roleSetOf(workspaceBefore, held.before, atMs);
    const after = workspaceAfter && this.#after.roleSetOf(workspaceAfter, held.after, atMs);
    const place = workspaceAfter ?? workspaceBefore;
    const level = place && isAtOrganization(place) ? 'organization' : 'workspace';
    const bundles = this.#bundlesOf(this.#roleSets.compare(before, after), level);
    return bundles.map(({ kind, cells, cause }) => ({
      kind,
      cells,
      cause: this.#causes.ofSubject(cause, held),
    }));
  }

  #bundlesOf(difference: RoleSetDifference, level: Level): readonly Bundle[] {
    const known = this.#bundles[level].get(difference);
    if (known) return known;
    const bundles = new Map<string, { kind: Bundle['kind']; cells: CellPair[]; cause: SetCause }>();
    const add = (kind: Bundle['kind'], pair: CellPair, cause: SetCause): void => {
      const key = `${kind} ${setCauseKey(cause)}`;
      const bundle = bundles.get(key);
      if (bundle) bundle.cells.push(pair);
      else bundles.set(key, { kind, cells: [pair], cause });
    };
    const isTold = (pair: CellPair): boolean => pair.isOfCompany === (level === 'organization');
    for (const pair of difference.gained) {
      if (isTold(pair)) add('gained', pair, this.#causes.ofGain(difference, pair));
    }
    for (const pair of difference.lost) {
      if (isTold(pair)) add('lost', pair, this.#causes.ofLoss(difference, pair));
    }
    const found = [...bundles.values()];
    this.#bundles[level].set(difference, found);
    return found;
  }
}

/** A list of changes over time, put together where an edge made no difference. */
class Timeline {
  readonly #spells = new Map<string, Spell[]>();

  add(
    change: Omit<SubjectChange, 'fromMs' | 'untilMs'>,
    fromMs: number | undefined,
    untilMs: number | undefined,
  ): void {
    for (const pair of change.cells) {
      const key = `${pair.index} ${change.kind} ${causeKey(change.cause)}:${change.cause.line}`;
      const spells = this.#spells.get(key) ?? [];
      this.#spells.set(key, spells);
      const last = spells.at(-1);
      if (last && last.untilMs === fromMs) {
        last.untilMs = untilMs;
        last.cause = mergeThrough(last.cause, change.cause);
      } else spells.push({ pair, kind: change.kind, cause: change.cause, fromMs, untilMs });
    }
  }

  changes(): SubjectChange[] {
    const found = new Map<string, SubjectChange & { cells: CellPair[] }>();
    for (const { pair, kind, cause, fromMs, untilMs } of [...this.#spells.values()].flat()) {
      const key = `${kind} ${fromMs} ${untilMs} ${causeKey(cause)}:${cause.line}`;
      const change = found.get(key);
      if (change) change.cells.push(pair);
      else found.set(key, { kind, cells: [pair], cause, fromMs, untilMs });
    }
    for (const { cells } of found.values()) cells.sort((left, right) => left.index - right.index);
    return [...found.values()];
  }
}

interface Spell {
  readonly pair: CellPair;
  readonly kind: SubjectChange['kind'];
  cause: Cause;
  readonly fromMs: number | undefined;
  untilMs: number | undefined;
}

/** What two causes have in common that are told as one, apart from the line, which may be each subject's own. */
export function causeKey({ kind, text, file, side }: Cause): string {
  return JSON.stringify([kind, text, file, side]);
}

/** The same cause, reached through the roles of both. */
export function mergeThrough(cause: Cause, { through }: Cause): Cause {
  if (through.every((role) => cause.through.includes(role))) return cause;
  return { ...cause, through: [...new Set([...cause.through, ...through])].sort(compareText) };
}

/** Whether each subject has a line of its own. */
export function isOfMembership({ kind }: Cause): boolean {
  return ownLines.has(kind);
}

const ownLines: ReadonlySet<Cause['kind']> = new Set([
  'role-given',
  'role-taken',
  'period-changed',
  'group-joined',
  'group-left',
]);

function setCauseKey(cause: SetCause): string {
  if ('plan' in cause) return JSON.stringify([cause.plan, cause.pair.permission.id]);
  if ('membership' in cause) return JSON.stringify([cause.membership, cause.role.id, cause.effect]);
  return `${causeKey(cause)}:${cause.line}:${cause.column}`;
}

function isTimed({ fromMs, untilMs }: Assignment): boolean {
  return fromMs !== undefined || untilMs !== undefined;
}

// Ids hold no plus sign and no `@`, and a workspace sees no two roles of one id. Who holds a role by a group has it for
// another cause than who holds it alone.
function rolesKey(assignments: readonly Assignment[]): string {
  const [first] = assignments;
  if (first?.group === undefined && assignments.length <= 1) return first?.role.id ?? '';
  return assignments.map(({ role, group }) => (group === undefined ? role.id : `${role.id}@${group}`)).join('+');
}

const noEdges: readonly number[] = [];

function edgesOf(lists: readonly (readonly Assignment[])[], sinceMs: number): readonly number[] {
  let edges: Set<number> | undefined;
  for (const assignments of lists) {
    for (const { fromMs, untilMs } of assignments) {
      if (fromMs !== undefined && fromMs > sinceMs) edges = (edges ?? new Set()).add(fromMs);
      if (untilMs !== undefined && untilMs > sinceMs) edges = (edges ?? new Set()).add(untilMs);
    }
  }
  return edges ? [...edges].sort((left, right) => left - right) : noEdges;
}
