import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { Link } from 'wouter';
import { hasCode } from '../api/call.ts';
import { useCatalog, useChanges, usePlan, useRole, useRoles } from '../api/queries.ts';
import type { Catalog, Role, RoleInFull } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { isOwnRole } from '../api/place.ts';
import { type RoleTab, toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { Icon } from '../parts/icon.tsx';
import { shortName } from '../parts/person.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Cells } from '../api/cells.ts';
import { day } from '../words/count.ts';
import { later } from '../parts/later.ts';
import { words } from '../words/words.ts';

const RoleActs = later(async () => (await import('./role-acts.tsx')).RoleActs);

const ChangeList = lazy(async () => ({ default: (await import('../changes/change-list.tsx')).ChangeList }));
const EditedRole = lazy(async () => ({ default: (await import('./edited-role.tsx')).EditedRole }));
const HoldersTab = lazy(async () => ({ default: (await import('./holders-tab.tsx')).HoldersTab }));
const ReadRole = lazy(async () => ({ default: (await import('./read-role.tsx')).ReadRole }));

export interface RolePageProps extends PageProps {
  readonly role: string;
  readonly tab: RoleTab;
}

/** One role: what it gives, who holds it, what was done to it. */
export function RolePage(props: RolePageProps) {
  const { workspace, role: id } = props;
  const role = useRole(workspace, id);
  const roles = useRoles(workspace);
  const catalog = useCatalog();
  if (role.data && roles.data && catalog.data) {
    return (
      <Suspense fallback={<Loading what={id} rows={8} />}>
        <FoundRole
          {...props}
          found={role.data}
          isGone={hasCode(role.error, 'no-such-role')}
          roles={roles.data}
          catalog={catalog.data}
        />
      </Suspense>
    );
  }
  const error = role.error ?? roles.error ?? catalog.error;
  if (hasCode(error, 'no-such-role')) {
    return (
      <Empty
        icon="search"
        title={words.failed.noRole}
        isPage
        acts={
          <Link className="button" href={toWorkspace(workspace, 'roles')}>
            {words.nav.roles}
          </Link>
        }
      >
        {role.error?.message}
      </Empty>
    );
  }
  const retry = (): void => {
    for (const query of [role, roles, catalog]) void query.refetch();
  };
  return (
    <div className="page">
      {error ? <Failed what={id} error={error} onRetry={retry} /> : <Loading what={id} rows={8} />}
    </div>
  );
}

/** What the parts of the page of a role work with. */
export interface RoleParts extends RolePageProps {
  readonly found: RoleInFull;
  /** Whether it is not there any more, so that this is how it was. */
  readonly isGone: boolean;
  readonly roles: readonly Role[];
  readonly catalog: Catalog;
  readonly cells: Cells;
  readonly titles: ReadonlyMap<string, string>;
}

function FoundRole(props: RolePageProps & Pick<RoleParts, 'found' | 'isGone' | 'roles' | 'catalog'>) {
  const { catalog, roles, found, rights, tab } = props;
  const { takesChanges } = useActorSession();
  const plan = usePlan(props.workspace).data;
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const titles = useMemo(() => new Map(roles.map((role) => [role.role, role.title])), [roles]);
  const parts = { ...props, cells, titles };
  const isOwn = isOwnRole(found, props.workspace) && plan?.customRoles !== false;
  if (tab === 'permissions' && isOwn && rights.mayChangeRoles && takesChanges) return <EditedRole {...parts} />;
  return (
    <div className="page">
      <RoleHead {...parts} />
      <Tabs {...parts} />
      {tab === 'permissions' && <ReadRole {...parts} />}
      {tab === 'members' && <HoldersTab {...parts} />}
      {tab === 'history' && <ChangeList workspace={props.workspace} role={found.role} cells={cells} titles={titles} />}
    </div>
  );
}

interface RoleHeadProps extends RoleParts {
  /** As the draft has them. */
  readonly named?: string;
  readonly described?: string;
  readonly pencil?: ReactNode;
}

export function RoleHead(props: RoleHeadProps) {
  const { workspace, found, catalog } = props;
  const { named = found.title, described = found.description ?? '', pencil } = props;
  return (
    <PageHead
      workspace={workspace}
      crumbs={[{ label: found.title }]}
      title={<bdi>{named}</bdi>}
      beside={
        <>
          <span className="tag">
            {found.builtIn && <Icon name="lock" size="tiny" />}
            {found.builtIn ? words.common.builtIn : words.common.custom}
          </span>
          {catalog.defaultRole === found.role && <span className="tag">{words.common.default}</span>}
          {pencil}
        </>
      }
      hint={described === '' ? undefined : <bdi>{described}</bdi>}
      facts={<RoleFacts {...props} />}
      acts={
        <Suspense>
          <RoleActs {...props} />
        </Suspense>
      }
    />
  );
}

function RoleFacts({ workspace, found, titles }: RoleParts) {
  const changes = useChanges(workspace, { role: found.role });
  const last = changes.data?.changes.find(({ edits }) => edits.some(({ edit }) => edit.startsWith('role.')));
  return (
    <>
      {found.written.extends.map((parent) => (
        <span key={parent}>
          <Icon name="link" size="small" />
          {words.role.follows}{' '}
          <Link href={toWorkspace(workspace, 'roles', parent)}>
            <bdi>{titles.get(parent) ?? parent}</bdi>
          </Link>
        </span>
      ))}
      <span>
        <Icon name="people" size="small" />
        {words.role.heldBy(found.holderCount)}
      </span>
      {last && (
        <span>
          <Icon name="clock" size="small" />
          {words.role.changed(day(last.at), shortName(last.actor.id))}
        </span>
      )}
    </>
  );
}

export function Tabs({ workspace, found, tab, cells, on }: RoleParts & { readonly on?: ReadonlySet<string> }) {
  const given = on ?? new Set(cellsOn(found));
  const { tabs, of } = words.role;
  const link = (to: RoleTab, number: string): ReactNode => (
    <Link
      href={toWorkspace(workspace, 'roles', found.role, ...(to === 'permissions' ? [] : [to]))}
      aria-current={tab === to ? 'page' : undefined}
      data-keeps-draft=""
    >
      {tabs[to]}
      {number !== '' && <span className="number">{number}</span>}
    </Link>
  );
  return (
    <nav className="tabs" aria-label={found.title}>
      {link('permissions', of(cells.count(given), cells.permissions.length))}
      {link('members', String(found.holderCount))}
      {link('history', '')}
    </nav>
  );
}

export function cellsOn({ cells }: RoleInFull): readonly string[] {
  return cells
    .filter((cell) => cell.decision)
    .map(({ permission, scope }) => (scope === undefined ? permission : `${permission}@${scope}`));
}
