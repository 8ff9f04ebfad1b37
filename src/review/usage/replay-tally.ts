import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { findPermissions } from '../../policy/catalog.ts';
import type { DecisionLine } from '../../policy/decision-log/decision-line.ts';
import type { Reason, ReasonCode } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import { findOrganization, findWorkspace } from '../../policy/policy-set.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { LineFault, LineRead } from './read-decision-line.ts';
import type { LineReplay, ReplayedLine } from './replay-line.ts';

/** The way in which an answer would differ: `allowed` was denied then, `denied` was allowed. */
export type ReplayChange = 'allowed' | 'denied';

/** Differences that have all this in common. */
export interface ReplayGroup {
  readonly change: ReplayChange;
  readonly permission: string;
  readonly before: string;
  readonly after: ReasonCode;
  /** The role that granted or denied then, where the line has it. */
  readonly roleBefore: string | undefined;
  /** The role that decides now, and the YAML line. */
  readonly by: Pick<Reason, 'role' | 'file' | 'line' | 'column'>;
  readonly count: number;
  readonly people: ReplayPeople;
  /** The first one that was read. */
  readonly example: ReplayExample;
  /** When it was asked first and last, in milliseconds since 1970. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Subjects that asked, and how many; where there are too many to tell apart, at least so many. */
export interface ReplayPeople {
  readonly count: number;
  readonly isAtLeast: boolean;
  /** Those who asked most often, the most often first. */
  readonly first: readonly { readonly subject: SubjectId; readonly count: number }[];
}

/** A line, and where it stands. */
export interface ReplayExample {
  readonly file: string;
  readonly number: number;
  readonly line: DecisionLine;
}

/** A line that is no decision, where it stands and why. */
export interface OddLine {
  readonly file: string;
  readonly number: number;
  readonly message: string;
}

export interface ReplayReport {
  /** Lines that are decisions. */
  readonly lines: number;
  readonly same: number;
  readonly different: Readonly<Record<ReplayChange, number>>;
  readonly unknown: Readonly<Record<'attributes' | 'members', number>>;
  readonly passing: number;
  /** Lines that are none, by what is wrong with them. */
  readonly skipped: Readonly<Partial<Record<LineFault, number>>>;
  /** The first of them. */
  readonly odd: readonly OddLine[];
  /** How many revisions decided then; `limits.replay.revisions` at most are told apart. */
  readonly revisions: number;
  /** Lines with a former name of a permission or a workspace. */
  readonly renamed: number;
  /** Lines about a permission, a workspace or an organization that the policy does not have. */
  readonly unknownNames: number;
  /** Lines of a time well before that of the line before, and lines of a time to come. */
  readonly outOfOrder: number;
  readonly ahead: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** The most frequent first. */
  readonly groups: readonly ReplayGroup[];
  /** Differences in none of them, because there are too many kinds. */
  readonly ungrouped: number;
}

interface OpenGroup extends Omit<ReplayGroup, 'count' | 'people' | 'firstMs' | 'lastMs'> {
  count: number;
  firstMs: number;
  lastMs: number;
  readonly subjects: Map<string, { readonly subject: SubjectId; count: number }>;
  isAtLeast: boolean;
}

const toldOdd = 20;
const toldPeople = 5;

/** The counts of a replay, in memory that is bounded however long the logs are. */
export class ReplayTally {
  readonly #engine: CasbinEngine;
  readonly #replay: LineReplay;
  readonly #nowMs: number;
  readonly #groups = new Map<string, OpenGroup>();
  readonly #revisions = new Set<string>();
  readonly #counts = {
    lines: 0,
    same: 0,
    passing: 0,
    renamed: 0,
    unknownNames: 0,
    outOfOrder: 0,
    ahead: 0,
    ungrouped: 0,
  };
  readonly #different = { allowed: 0, denied: 0 };
  readonly #unknown = { attributes: 0, members: 0 };
  readonly #skipped: Partial<Record<LineFault, number>> = {};
  readonly #odd: OddLine[] = [];
  #subjects = 0;
  #fromMs = Infinity;
  #toMs = -Infinity;
  #file = '';
  #beforeMs = -Infinity;

  constructor(engine: CasbinEngine, replay: LineReplay, nowMs: number) {
    this.#engine = engine;
    this.#replay = replay;
    this.#nowMs = nowMs;
  }

  /** Takes a line that was read, `number` of its file. */
  take(read: LineRead, file: string, number: number): void {
    if ('fault' in read) {
      this.skip(read.fault, { file, number, message: read.message });
      return;
    }
    const { line, atMs } = read;
    this.#look(line, atMs, file);
    const found = this.#replay.judge(line, atMs);
    if (found.kind === 'same') this.#counts.same += 1;
    else if (found.kind === 'passing') this.#counts.passing += 1;
    else if (found.kind === 'unknown') this.#unknown[found.why] += 1;
    else this.#differ(found, { file, number, line }, atMs);
  }

  /** Counts what is no line of a log. */
  skip(fault: LineFault, odd: OddLine): void {
    if (fault === 'blank') return;
    this.#skipped[fault] = (this.#skipped[fault] ?? 0) + 1;
    if (this.#odd.length < toldOdd) this.#odd.push(odd);
  }

  get report(): ReplayReport {
    const hasTimes = this.#counts.lines > 0;
    const { ungrouped, ...counts } = this.#counts;
    return {
      ...counts,
      different: { ...this.#different },
      unknown: { ...this.#unknown },
      skipped: { ...this.#skipped },
      odd: [...this.#odd],
      revisions: this.#revisions.size,
      fromMs: hasTimes ? this.#fromMs : undefined,
      toMs: hasTimes ? this.#toMs : undefined,
      groups: [...this.#groups.values()].map(closeGroup).sort(byCount),
      ungrouped,
    };
  }

  #look(line: DecisionLine, atMs: number, file: string): void {
    const counts = this.#counts;
    counts.lines += 1;
    if (this.#revisions.size < limits.replay.revisions) this.#revisions.add(line.revision);
    if (file !== this.#file) this.#beforeMs = -Infinity;
    if (atMs < this.#beforeMs - limits.replay.disorderMs) counts.outOfOrder += 1;
    if (atMs > this.#nowMs) counts.ahead += 1;
    this.#file = file;
    this.#beforeMs = atMs;
    if (atMs < this.#fromMs) this.#fromMs = atMs;
    if (atMs > this.#toMs) this.#toMs = atMs;
    this.#lookAtNames(line);
  }

  #lookAtNames({ permission, workspace, organization }: DecisionLine): void {
    const { policy } = this.#engine;
    const { catalog, workspaces } = policy;
    const isOwn = catalog.permissions.has(permission);
    const isOwnPlace = typeof workspace !== 'string' || workspaces.has(workspace);
    const place =
      typeof workspace === 'string' ? findWorkspace(policy, workspace) : findOrganization(policy, organization ?? '');
    if (place === undefined || (!isOwn && findPermissions(catalog, permission).length === 0))
      this.#counts.unknownNames += 1;
    else if (!isOwn || !isOwnPlace) this.#counts.renamed += 1;
  }

  #differ(
    { reason: after, request, atMs: decidedMs }: ReplayedLine & { readonly kind: 'different' },
    example: ReplayExample,
    atMs: number,
  ): void {
    const { line } = example;
    const change = after === 'granted' ? 'allowed' : 'denied';
    this.#different[change] += 1;
    const { role, file, line: at, column } = this.#engine.explain(request, decidedMs).reason;
    const { permission, reason: before, role: roleBefore } = line;
    const key = JSON.stringify([change, permission, before, after, roleBefore, role, file, at, column]);
    let group = this.#groups.get(key);
    if (!group) {
      if (this.#groups.size >= limits.replay.groups) {
        this.#counts.ungrouped += 1;
        return;
      }
      const by = { ...(role !== undefined && { role }), ...(file !== undefined && { file, line: at, column }) };
      const kind = { change, permission, before, after, roleBefore, by: by as ReplayGroup['by'], example } as const;
      group = { ...kind, count: 0, firstMs: atMs, lastMs: atMs, subjects: new Map(), isAtLeast: false };
      this.#groups.set(key, group);
    }
    group.count += 1;
    group.firstMs = Math.min(group.firstMs, atMs);
    group.lastMs = Math.max(group.lastMs, atMs);
    this.#countSubject(group, line.subject);
  }

  #countSubject(group: OpenGroup, { type, id }: SubjectId): void {
    const key = `${type}:${id}`;
    const known = group.subjects.get(key);
    if (known) known.count += 1;
    else if (this.#subjects >= limits.replay.subjects) group.isAtLeast = true;
    else {
      this.#subjects += 1;
      group.subjects.set(key, { subject: { type, id }, count: 1 });
    }
  }
}

function closeGroup({ subjects, isAtLeast, ...group }: OpenGroup): ReplayGroup {
  const first = [...subjects.values()].sort((left, right) => right.count - left.count).slice(0, toldPeople);
  return { ...group, people: { count: subjects.size, isAtLeast, first } };
}

function byCount(left: ReplayGroup, right: ReplayGroup): number {
  return right.count - left.count;
}
