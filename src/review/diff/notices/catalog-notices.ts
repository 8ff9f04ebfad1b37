import { quote } from '../../../compile/words/describe-value.ts';
import { findPermissions, type Catalog } from '../../../policy/catalog.ts';
import { compareText } from '../../../policy/position.ts';
import { formatCell, type Permission, type Scope } from '../../../policy/permission.ts';
import { permissionsBefore } from '../matching/cell-pairs.ts';
import { noticeOf, type CatalogLines } from './notice.ts';
import { PermissionRenames } from './permission-renames.ts';
import type { Notice } from '../matching/policy-difference.ts';

/** What changed in the product: its permissions, scopes, baseline and rules. Its roles are told apart. */
export function findCatalogNotices(before: Catalog, after: Catalog, lines: CatalogLines): Notice[] {
  const renames = new PermissionRenames(before, after);
  return [
    ...permissionNotices(before, after, renames),
    ...scopeNotices(before, after, lines),
    ...baselineNotices(before, after, lines, renames),
    ...exclusiveNotices(before, after, renames),
    ...settingNotices(before, after, lines),
    ...defaultNotices(before, after, lines),
  ];
}

/** Settings of organizations that came, went, or are something else where nobody sets them. */
function defaultNotices(before: Catalog, after: Catalog, lines: CatalogLines): Notice[] {
  const [settingsBefore, settingsAfter] = [before.organizationDefaults, after.organizationDefaults];
  const names = new Set([...Object.keys(settingsAfter), ...Object.keys(settingsBefore)]);
  return [...names].flatMap((name): Notice[] => {
    const [was, is] = [settingsBefore, settingsAfter].map((settings) =>
      Object.hasOwn(settings, name) ? JSON.stringify(settings[name]) : undefined,
    );
    if (was === is) return [];
    const path = ['organizationProperties', name];
    const what = `the property ${quote(name)} of organizations`;
    if (was === undefined) return [noticeOf('catalog-changed', `${what} is new`, { position: lines.after(path) })];
    if (is === undefined) {
      return [noticeOf('catalog-changed', `${what} is gone`, { position: lines.before(path), side: 'before' })];
    }
    const mayDecideOtherwise = namesReading(name, before, after);
    const text = `${what} is ${quote(is)} where none is set, and was ${quote(was)}`;
    return [noticeOf('catalog-changed', text, { position: lines.after(path), mayDecideOtherwise })];
  });
}

/** The cells of permissions of which a scope looks up a property of the organization. */
export function namesReading(name: string, ...catalogs: readonly Catalog[]): string[] {
  const path = `organization.properties.${name}`;
  const found = catalogs.flatMap((catalog) =>
    [...catalog.scopes.values()]
      .filter(({ when }) =>
        when?.some((pair) =>
          [pair.path, 'path' in pair.other ? pair.other.path : []].some((side) => side.join('.') === path),
        ),
      )
      .flatMap(({ id }) => namesWithin(catalog, id)),
  );
  return [...new Set(found)];
}

function permissionNotices(before: Catalog, after: Catalog, renames: PermissionRenames): Notice[] {
  const notices: Notice[] = [];
  for (const permission of after.permissions.values()) {
    const { id, position } = permission;
    const origins = permissionsBefore(before, permission);
    const [origin] = origins;
    if (!origin) notices.push(noticeOf('permission-added', `permission ${quote(id)} is new`, { position }));
    else if (origins.length > 1) {
      const others = origins.map((one) => one.id).filter((name) => name !== id);
      const text = `${others.length === 1 ? 'permission' : 'permissions'} ${listOf(others)} ${others.length === 1 ? 'was' : 'were'} merged into ${quote(id)}`;
      notices.push(noticeOf('permissions-merged', text, { position }));
    } else if (origin !== permission) {
      notices.push(...renames.describe(origin, permission));
      for (const text of describeChanges(origin, permission, renames)) {
        notices.push(noticeOf('permission-changed', `permission ${quote(id)} ${text}`, { position }));
      }
    }
  }
  for (const { id, position } of before.permissions.values()) {
    if (renames.hasGone(id))
      notices.push(noticeOf('permission-removed', `permission ${quote(id)} is gone`, { position, side: 'before' }));
  }
  return notices;
}

function describeChanges(before: Permission, after: Permission, renames: PermissionRenames): string[] {
  const found: string[] = [];
  const [scopesBefore, scopesAfter] = [before, after].map(({ scopes }) => listOf(scopes.map(({ id }) => id)));
  if (scopesBefore !== scopesAfter) found.push(`had the scopes ${scopesBefore} and has ${scopesAfter}`);
  const [requiredBefore, requiredAfter] = [listOf(renames.now(before.requires)), listOf(after.requires)];
  if (requiredBefore !== requiredAfter) found.push(`required ${requiredBefore} and requires ${requiredAfter}`);
  const [plansBefore, plansAfter] = [describePlans(before.plans), describePlans(after.plans)];
  if (plansBefore !== plansAfter) found.push(`was part of ${plansBefore} and is part of ${plansAfter}`);
  if (before.controls !== after.controls) {
    const [was, is] = [before.controls ?? 'nothing', after.controls ?? 'nothing'];
    found.push(`controlled ${quote(was)} and controls ${quote(is)}`);
  }
  if (before.spans !== after.spans) {
    const [was, is] = [before, after].map(({ spans }) => (spans === 'organization' ? 'the company' : 'workspaces'));
    found.push(`belonged to ${was} and belongs to ${is}`);
  }
  return found;
}

function listOf(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : ids.map(quote).join(', ');
}

function scopeNotices(before: Catalog, after: Catalog, lines: CatalogLines): Notice[] {
  const notices: Notice[] = [];
  const onlyBefore = [...before.scopes.values()].filter(({ id }) => !after.scopes.has(id));
  const onlyAfter = [...after.scopes.values()].filter(({ id }) => !before.scopes.has(id));
  for (const scope of after.scopes.values()) {
    const { id } = scope;
    const position = lines.after(['scopes', id]);
    const scopeBefore = before.scopes.get(id);
    if (scopeBefore && conditionsOf(scopeBefore) === conditionsOf(scope)) continue;
    if (scopeBefore) {
      const mayDecideOtherwise = [...new Set([...namesWithin(before, id), ...namesWithin(after, id)])];
      const text = `scope ${quote(id)} holds for other requests: its \`when\` changed`;
      notices.push(noticeOf('scope-changed', text, { position, mayDecideOtherwise }));
      continue;
    }
    const twins = onlyBefore.filter((other) => conditionsOf(other) === conditionsOf(scope));
    const isOnly = onlyAfter.filter((other) => conditionsOf(other) === conditionsOf(scope)).length === 1;
    const [twin] = twins;
    notices.push(
      twin && twins.length === 1 && isOnly
        ? noticeOf('scope-renamed', `scope ${quote(twin.id)} is now called ${quote(id)}`, { position })
        : noticeOf('scope-added', `scope ${quote(id)} is new`, { position }),
    );
  }
  const renamed = new Set(notices.filter(({ kind }) => kind === 'scope-renamed').map(({ text }) => text.split('`')[1]));
  for (const { id } of onlyBefore) {
    if (renamed.has(id)) continue;
    const position = lines.before(['scopes', id]);
    notices.push(noticeOf('scope-removed', `scope ${quote(id)} is gone`, { position, side: 'before' }));
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

function baselineNotices(before: Catalog, after: Catalog, lines: CatalogLines, renames: PermissionRenames): Notice[] {
  const namesBefore = new Set([...before.baseline].flatMap((cell) => renames.namesNow(cell)));
  const namesAfter = new Set([...after.baseline].map(formatCell));
  const added = [...namesAfter].filter((name) => !namesBefore.has(name));
  const removed = [...namesBefore].filter((name) => !namesAfter.has(name));
  if (added.length === 0 && removed.length === 0) return [];
  const changes = [
    ...(added.length > 0 ? [`now holds ${added.map(quote).join(', ')}`] : []),
    ...(removed.length > 0 ? [`no longer holds ${removed.map(quote).join(', ')}`] : []),
  ];
  const text = `the baseline, which is every member's, ${changes.join(' and ')}`;
  return [noticeOf('baseline-changed', text, { position: lines.after(['baseline']) })];
}

function exclusiveNotices(before: Catalog, after: Catalog, renames: PermissionRenames): Notice[] {
  const nameOf = ({ first, second }: Catalog['exclusive'][number]): string => namePair(first.id, second.id);
  const namesNow = ({ first, second }: Catalog['exclusive'][number]): string[] =>
    renames.now([first.id]).flatMap((id) => renames.now([second.id]).map((other) => namePair(id, other)));
  const pairsBefore = new Set(before.exclusive.flatMap(namesNow));
  const pairsAfter = new Set(after.exclusive.map(nameOf));
  const added = after.exclusive.filter((pair) => !pairsBefore.has(nameOf(pair)));
  const removed = before.exclusive.filter((pair) => !namesNow(pair).every((name) => pairsAfter.has(name)));
  return [
    ...added.map((pair) =>
      noticeOf('exclusive-added', `nobody may hold both ${nameOf(pair)} any more`, { position: pair.position }),
    ),
    ...removed.map((pair) =>
      noticeOf('exclusive-removed', `somebody may now hold both ${nameOf(pair)}`, {
        position: pair.position,
        side: 'before',
      }),
    ),
  ];
}

function namePair(first: string, second: string): string {
  return [first, second].sort().map(quote).join(' and ');
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
    ['plans', ({ plans }: Catalog) => (plans ? listOf([...plans]) : 'any')],
    ['customRoles', (catalog: Catalog) => describeCustomRoles(catalog, after)],
  ] as const;
  for (const [key, describe] of settings) {
    const [was, is] = [describe(before), describe(after)];
    if (was === is) continue;
    const text = `${quote(key)} was ${was} and is ${is}`;
    notices.push(noticeOf('catalog-changed', text, { position: lines.after([key]) }));
  }
  return notices;
}

function describePlans(plans: ReadonlySet<string> | undefined): string {
  return plans === undefined ? 'every plan' : listOf([...plans]);
}

// By the names of now: a rename keeps nothing more from them.
function describeCustomRoles({ customRolePlans, keptFromCustomRoles }: Catalog, named: Catalog): string {
  const plans = describePlans(customRolePlans);
  if (keptFromCustomRoles.size === 0) return plans;
  const ids = [...keptFromCustomRoles].flatMap(({ permission: { id } }) => {
    const known = findPermissions(named, id).map((permission) => permission.id);
    return known.length > 0 ? known : [id];
  });
  return `${plans}, without ${listOf([...new Set(ids)].sort(compareText))}`;
}
