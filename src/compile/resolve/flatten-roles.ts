import { limits } from '../../policy/limits.ts';
import type { Span } from '../../policy/position.ts';
import { isBuiltIn, type Role, type Rule } from '../../policy/role.ts';
import { quote } from '../words/describe-value.ts';
import { listOf, type RoleEntry } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import type { Grantable, GrantTable } from '../file/grant-table.ts';
import { mergeParts } from './merged-parts.ts';
import type { FlatRole } from '../file/compiled.ts';
import type { RoleCeiling, RoleLevel } from '../file/role-ceiling.ts';
import { describeBarred } from './barred-grant.ts';
import { checkAssigns, flattenAssigns, readHolders } from './flatten-assigns.ts';
import { reportUnknownRole } from './unknown-role.ts';

/** The things that every role of one file is flattened against. */
export interface FlattenContext {
  readonly table: GrantTable;
  readonly baseline: ReadonlyMap<Grantable, Span>;
  readonly ceiling: RoleCeiling;
  /** The roles that are seen besides: built-in ones, and when flattening a workspace's those of its organization. */
  readonly above: ReadonlyMap<string, FlatRole>;
  /** Where the roles are defined; neither: in the catalog. */
  readonly workspace: string | undefined;
  readonly organization: string | undefined;
  readonly retired: Readonly<Record<string, string>>;
  /** Whether some of those above could not be understood: then a role that is not there may be one of them. */
  readonly isIncomplete?: boolean | undefined;
  readonly report: FileReport;
}

/**
 * Flattens `extends`, `without`, wildcards and the baseline into plain cells. Casbin then sees no chains of roles,
 * which it cuts silently after ten links and walks exponentially where they branch and meet.
 */
export function flattenRoles(
  entries: Readonly<Record<string, RoleEntry>>,
  context: FlattenContext,
): Map<string, FlatRole> {
  const flat = new Map<string, FlatRole>();
  const underway: string[] = [];
  const inCycle = new Set<string>();
  const known = (): string[] => Object.keys(entries);

  const flatten = (id: string): FlatRole | undefined => {
    const entry = Object.hasOwn(entries, id) ? entries[id] : undefined;
    if (!entry) return context.above.get(id);
    const done = flat.get(id);
    if (done) return done;
    underway.push(id);
    const parents: FlatRole[] = [];
    for (const [index, parentId] of listOf(entry.extends).entries()) {
      const path = ['roles', id, 'extends', ...(typeof entry.extends === 'string' ? [] : [index])];
      if (underway.includes(parentId)) {
        reportCycle(underway.slice(underway.indexOf(parentId)), path, inCycle, context.report);
        continue;
      }
      const parent = underway.length < limits.roleChain ? flatten(parentId) : undefined;
      if (underway.length >= limits.roleChain || (parent?.chain ?? 0) >= limits.roleChain) {
        const message = `role ${quote(id)} extends a chain of more than ${limits.roleChain} roles`;
        context.report.onValue('too-deep', path, message, 'extend a role nearer to the start of the chain');
      } else if (parent) parents.push(parent);
      else reportUnknownRole(`role ${quote(id)} extends`, parentId, path, { ...context, known });
    }
    underway.pop();
    const role = flattenRole(id, entry, parents, context);
    flat.set(id, role);
    return role;
  };

  for (const id of Object.keys(entries)) flatten(id);
  checkAssigns(entries, flat, {
    ...context,
    reportUnknown: (start, id, path) => reportUnknownRole(start, id, path, { ...context, known }),
  });
  // Extending may have flattened a later role first; readers expect the order of the file.
  const ordered = new Map<string, FlatRole>();
  for (const id of Object.keys(entries)) {
    const role = flat.get(id);
    if (role) ordered.set(id, role);
  }
  return ordered;
}

function reportCycle(
  cycle: string[],
  path: readonly (string | number)[],
  known: Set<string>,
  report: FileReport,
): void {
  if (cycle.every((id) => known.has(id))) return;
  for (const id of cycle) known.add(id);
  const way = cycle.length === 1 ? '' : `: ${[...cycle, cycle[0] ?? ''].map(quote).join(' → ')}`;
  const help = cycle.length === 1 ? 'take this away' : 'take one of these links away';
  report.onValue('extends-cycle', path, `role ${quote(cycle[0] ?? '')} extends itself${way}`, help);
}

function flattenRole(id: string, entry: RoleEntry, parents: readonly FlatRole[], context: FlattenContext): FlatRole {
  const level: RoleLevel = { spans: entry.spans ?? 'workspace', kind: isBuiltIn(context) ? 'built-in' : 'custom' };
  const [ungrantable, undeniable] = [context.ceiling.ungrantable(level), context.ceiling.undeniable(level)];
  const grants = { file: context, barred: ungrantable, level };
  const inherited = inherit(parents, 'granted', ungrantable);
  takeAway(id, entry, inherited, grants);
  const own = resolveList(id, 'grants', entry.grants, grants);
  const granted = join(inherited, own);
  const denies = resolveList(id, 'denies', entry.denies, { file: context, barred: undeniable, level });
  const denied = join(inherit(parents, 'denied', undeniable), denies);
  checkDenies(id, entry, context);
  const role: Role = {
    id,
    workspace: context.workspace,
    organization: context.organization,
    title: entry.title ?? id,
    description: entry.description,
    spans: level.spans,
    holders: readHolders(entry.holders),
    assigns: flattenAssigns(entry, { granted, own, parents }, context.table),
    extends: listOf(entry.extends),
    rules: buildRules(granted, denied, context),
    isFrozen: false,
    writtenJson: JSON.stringify(entry),
    position: context.report.keySpan(['roles', id]),
  };
  return { role, granted, denied, own, parents, chain: 1 + longestChain(parents) };
}

// What it follows may reach further than it does itself.
function inherit(
  parents: readonly FlatRole[],
  what: 'granted' | 'denied',
  barred: ReadonlySet<Grantable>,
): Map<Grantable, Span> {
  const [first, ...others] = parents;
  const inherited = new Map(first?.[what]);
  for (const parent of others) {
    for (const [grantable, origin] of parent[what]) if (!inherited.has(grantable)) inherited.set(grantable, origin);
  }
  if (inherited.size > 0) for (const grantable of barred) inherited.delete(grantable);
  return inherited;
}

// Most roles follow none, and there are thousands: what is the same is kept once.
function join(inherited: Map<Grantable, Span>, own: ReadonlyMap<Grantable, Span>): ReadonlyMap<Grantable, Span> {
  if (inherited.size === 0) return own;
  own.forEach((origin, grantable) => inherited.set(grantable, origin));
  return inherited;
}

function longestChain(roles: readonly FlatRole[]): number {
  return roles.reduce((longest, { chain }) => Math.max(longest, chain), 0);
}

/** List of a role: the file it is in, and what no line of it can mean. */
interface ListContext {
  readonly file: FlattenContext;
  readonly barred: ReadonlySet<Grantable>;
  readonly level: RoleLevel;
}

function takeAway(
  id: string,
  entry: RoleEntry,
  inherited: Map<Grantable, Span>,
  { barred, file: context }: ListContext,
): void {
  if (!entry.without) return;
  const before = new Set(inherited.keys());
  for (const [index, text] of entry.without.entries()) {
    if (entry.without.indexOf(text) !== index) continue;
    const path = ['roles', id, 'without', index];
    const taken = resolveOne(text, context.report.valueSpan(path), context);
    if (!taken) continue;
    const isBeyond = taken.length > 0 && taken.every((grantable) => barred.has(grantable));
    for (const grantable of taken) inherited.delete(grantable);
    if (taken.some((grantable) => before.has(grantable) && !context.baseline.has(grantable))) continue;
    const isBaseline = taken.some((grantable) => context.baseline.has(grantable));
    const help = isBaseline
      ? "the baseline is every member's and cannot be taken away"
      : isBeyond
        ? 'such a role cannot hold it anyway; leave it out'
        : '`without` takes out of what the role `extends`; against other roles there is `denies`';
    context.report.onValue(
      'removes-nothing',
      path,
      `${quote(text)} takes nothing out of what role ${quote(id)} extends`,
      help,
    );
  }
  reportDuplicates(id, 'without', entry.without, context);
}

function resolveList(
  id: string,
  list: 'grants' | 'denies',
  texts: readonly string[] | undefined,
  { barred, level, file: context }: ListContext,
): ReadonlyMap<Grantable, Span> {
  if (!texts) return nothing;
  const found = new Map<Grantable, Span>();
  const { report } = context;
  const spanOf = report.itemSpans(['roles', id, list]);
  for (let index = 0; index < texts.length; index += 1) {
    const origin = spanOf(index);
    const text = texts[index] ?? '';
    const meant = resolveOne(text, origin, context) ?? [];
    const fault = barred.size === 0 ? undefined : describeBarred({ id, list, text, level }, meant, barred);
    if (fault) report.at(fault.code, origin, fault.message, fault.help);
    for (const grantable of meant) {
      if (!found.has(grantable) && !barred.has(grantable)) found.set(grantable, origin);
    }
  }
  reportDuplicates(id, list, texts, context);
  return found;
}

const nothing: ReadonlyMap<Grantable, Span> = new Map();

function resolveOne(text: string, origin: Span, context: FlattenContext): readonly Grantable[] | undefined {
  const resolution = context.table.resolve(text);
  if ('grantables' in resolution) return resolution.grantables;
  context.report.at(resolution.code, origin, resolution.message, resolution.help);
  return undefined;
}

function reportDuplicates(id: string, list: string, texts: readonly string[], context: FlattenContext): void {
  if (new Set(texts).size === texts.length) return;
  const seen = new Set<string>();
  for (const [index, text] of texts.entries()) {
    if (seen.has(text)) {
      const message = `${quote(text)} stands twice in \`${list}\` of role ${quote(id)}`;
      context.report.onValue('duplicate-grant', ['roles', id, list, index], message, 'keep one');
    }
    seen.add(text);
  }
}

function checkDenies(id: string, entry: RoleEntry, context: FlattenContext): void {
  if (!entry.denies) return;
  for (const [index, text] of entry.denies.entries()) {
    const resolution = context.table.resolve(text);
    if (!('grantables' in resolution) || resolution.grantables.length === 0) continue;
    if (!resolution.grantables.every((grantable) => context.baseline.has(grantable))) continue;
    const message = `${quote(text)} denies nothing, because the baseline has it`;
    context.report.onValue(
      'denies-nothing',
      ['roles', id, 'denies', index],
      message,
      '`denies` never reaches the baseline; take it away, or take it out of the baseline',
    );
  }
}

// A cell's number is its place in the catalog, so rules that are put at their number are in the order of the catalog.
function buildRules(
  granted: ReadonlyMap<Grantable, Span>,
  denied: ReadonlyMap<Grantable, Span>,
  { baseline, table }: FlattenContext,
): Rule[] {
  const allow = new Array<Rule | undefined>(table.cellCount);
  const deny = denied.size === 0 ? [] : new Array<Rule | undefined>(table.cellCount);
  granted.forEach((origin, grantable) => spread('allow', grantable, origin, allow));
  baseline.forEach((origin, grantable) => spread('allow', grantable, origin, allow));
  denied.forEach((origin, grantable) => spread('deny', grantable, origin, deny));
  for (const grantable of baseline.keys()) {
    if (grantable.part === undefined) for (const { index } of grantable.cells) deny[index] = undefined;
  }
  for (const { cell, allowedBy, deniedBy } of mergeParts(table, granted, denied, baseline)) {
    if (allowedBy) allow[cell.index] = { cell, effect: 'allow', origin: allowedBy };
    if (deniedBy) deny[cell.index] = { cell, effect: 'deny', origin: deniedBy };
  }
  const rules: Rule[] = [];
  for (let index = 0; index < Math.max(allow.length, deny.length); index += 1) {
    const allowing = allow[index];
    const denying = deny[index];
    if (allowing) rules.push(allowing);
    if (denying) rules.push(denying);
  }
  return rules;
}

function spread(effect: Rule['effect'], { cells, part }: Grantable, origin: Span, into: (Rule | undefined)[]): void {
  if (part !== undefined) return;
  for (const cell of cells) into[cell.index] ??= { cell, effect, origin };
}
