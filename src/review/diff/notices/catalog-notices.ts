import { quote } from '../../../compile/words/describe-value.ts';
import type { Catalog } from '../../../policy/catalog.ts';
import { formatCell, type Cell, type Permission, type Scope } from '../../../policy/permission.ts';
import { noticeOf, type CatalogLines } from './notice.ts';
import type { Notice } from '../matching/policy-difference.ts';

/** What changed in the product: its permissions, scopes, baseline and rules. Its roles are told apart. */
export function findCatalogNotices(before: Catalog, after: Catalog, lines: CatalogLines): Notice[] {
  return [
    ...permissionNotices(before, after),
    ...scopeNotices(before, after, lines),
    ...baselineNotices(before, after, lines),
    ...exclusiveNotices(before, after),
    ...settingNotices(before, after, lines),
  ];
}

function permissionNotices(before: Catalog, after: Catalog): Notice[] {
  const notices: Notice[] = [];
  for (const permission of after.permissions.values()) {
    const { id, position } = permission;
    const old = before.permissions.get(id);
    if (!old) notices.push(noticeOf('permission-added', `permission ${quote(id)} is new`, { position }));
    else if (old !== permission) {
      for (const text of describeChanges(old, permission)) {
        notices.push(noticeOf('permission-changed', `permission ${quote(id)} ${text}`, { position }));
      }
    }
  }
  for (const { id, position } of before.permissions.values()) {
    if (after.permissions.has(id)) continue;
    notices.push(noticeOf('permission-removed', `permission ${quote(id)} is gone`, { position, side: 'base' }));
  }
  return notices;
}

function describeChanges(old: Permission, young: Permission): string[] {
  const found: string[] = [];
  const [then, now] = [old, young].map(({ scopes }) => listOf(scopes.map(({ id }) => id)));
  if (then !== now) found.push(`had the scopes ${then} and has ${now}`);
  const [neededThen, needsNow] = [listOf(old.requires), listOf(young.requires)];
  if (neededThen !== needsNow) found.push(`required ${neededThen} and requires ${needsNow}`);
  if (old.controls !== young.controls) {
    const [was, is] = [old.controls ?? 'nothing', young.controls ?? 'nothing'];
    found.push(`controlled ${quote(was)} and controls ${quote(is)}`);
  }
  return found;
}

function listOf(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : ids.map(quote).join(', ');
}

function scopeNotices(before: Catalog, after: Catalog, lines: CatalogLines): Notice[] {
  const notices: Notice[] = [];
  const gone = [...before.scopes.values()].filter(({ id }) => !after.scopes.has(id));
  const fresh = [...after.scopes.values()].filter(({ id }) => !before.scopes.has(id));
  for (const scope of after.scopes.values()) {
    const { id } = scope;
    const position = lines.after(['scopes', id]);
    const old = before.scopes.get(id);
    if (old && conditionsOf(old) === conditionsOf(scope)) continue;
    if (old) {
      const mayDecideOtherwise = [...new Set([...namesWithin(before, id), ...namesWithin(after, id)])];
      const text = `scope ${quote(id)} holds for other requests: its \`when\` changed`;
      notices.push(noticeOf('scope-changed', text, { position, mayDecideOtherwise }));
      continue;
    }
    const twins = gone.filter((other) => conditionsOf(other) === conditionsOf(scope));
    const isOnly = fresh.filter((other) => conditionsOf(other) === conditionsOf(scope)).length === 1;
    const [twin] = twins;
    notices.push(
      twin && twins.length === 1 && isOnly
        ? noticeOf('scope-renamed', `scope ${quote(twin.id)} is now called ${quote(id)}`, { position })
        : noticeOf('scope-added', `scope ${quote(id)} is new`, { position }),
    );
  }
  const renamed = new Set(notices.filter(({ kind }) => kind === 'scope-renamed').map(({ text }) => text.split('`')[1]));
  for (const { id } of gone) {
    if (renamed.has(id)) continue;
    const position = lines.before(['scopes', id]);
    notices.push(noticeOf('scope-removed', `scope ${quote(id)} is gone`, { position, side: 'base' }));
  }
  return notices;
}

function conditionsOf({ when }: Scope): string {
  return when === undefined ? 'the rest' : JSON.stringify(when.map((condition) => JSON.stringify(condition)).sort());
}

/** The cells of a scope, by name: what a request that is in it asks about. */
export function namesWithin(catalog: Catalog, scopeId: string): string[] {
  return catalog.cells.filter(({ permission }) => permission.scopes.some(({ id }) => id === scopeId)).map(formatCell);
}

function baselineNotices(before: Catalog, after: Catalog, lines: CatalogLines): Notice[] {
  const [then, now] = [before, after].map(({ baseline }) => new Set([...baseline].map(formatCell)));
  const missing = (from: Iterable<Cell>, other: ReadonlySet<string> | undefined): string[] =>
    [...from].map(formatCell).filter((name) => !other?.has(name));
  const [added, removed] = [missing(after.baseline, then), missing(before.baseline, now)];
  if (added.length === 0 && removed.length === 0) return [];
  const changes = [
    ...(added.length > 0 ? [`now holds ${added.map(quote).join(', ')}`] : []),
    ...(removed.length > 0 ? [`no longer holds ${removed.map(quote).join(', ')}`] : []),
  ];
  const text = `the baseline, which is every member's, ${changes.join(' and ')}`;
  return [noticeOf('baseline-changed', text, { position: lines.after(['baseline']) })];
}

function exclusiveNotices(before: Catalog, after: Catalog): Notice[] {
  const nameOf = ({ first, second }: Catalog['exclusive'][number]): string =>
    [first.id, second.id].sort().map(quote).join(' and ');
  const [then, now] = [before, after].map(({ exclusive }) => new Set(exclusive.map(nameOf)));
  const added = after.exclusive.filter((pair) => !then?.has(nameOf(pair)));
  const removed = before.exclusive.filter((pair) => !now?.has(nameOf(pair)));
  return [
    ...added.map((pair) =>
      noticeOf('exclusive-added', `nobody may hold both ${nameOf(pair)} any more`, { position: pair.position }),
    ),
    ...removed.map((pair) =>
      noticeOf('exclusive-removed', `somebody may now hold both ${nameOf(pair)}`, {
        position: pair.position,
        side: 'base',
      }),
    ),
  ];
}

function settingNotices(before: Catalog, after: Catalog, lines: CatalogLines): Notice[] {
  const notices: Notice[] = [];
  if (before.escalation !== after.escalation) {
    const text =
      after.escalation === 'allow'
        ? 'whoever manages members or roles may now hand out more than they hold: `escalation` is `allow`'
        : 'nobody may hand out more than they hold any more: `escalation` is `prevent`';
    notices.push(noticeOf('escalation-changed', text, { position: lines.after(['escalation']) }));
  }
  const settings = [
    ['subjectTypes', ({ subjectTypes }: Catalog) => listOf(subjectTypes)],
    ['defaultRole', ({ defaultRole }: Catalog) => listOf(defaultRole ? [defaultRole.id] : [])],
    ['customRoles', ({ customRolePlans }: Catalog) => describePlans(customRolePlans)],
  ] as const;
  for (const [key, describe] of settings) {
    const [then, now] = [describe(before), describe(after)];
    if (then === now) continue;
    const text = `${quote(key)} was ${then} and is ${now}`;
    notices.push(noticeOf('catalog-changed', text, { position: lines.after([key]) }));
  }
  return notices;
}

function describePlans(plans: ReadonlySet<string> | undefined): string {
  return plans === undefined ? 'every plan' : listOf([...plans]);
}
