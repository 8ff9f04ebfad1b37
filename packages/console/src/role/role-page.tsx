import { Suspense, useMemo } from 'react';
import { Link } from 'wouter';
import { hasCode } from '../api/call.ts';
import { Cells } from '../api/cells.ts';
import { isOwnRole } from '../api/place.ts';
import { useCatalog, usePlan, useRole, useRoles } from '../api/queries.ts';
import { ownFile } from '../parts/arrival/own-file.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { words } from '../words/words.ts';
import { RoleHead, Tabs } from './role-head.tsx';
import type { RolePageProps, RoleParts } from './role-parts.ts';

const ChangeList = ownFile(async () => (await import('../changes/change-list.tsx')).ChangeList);
const EditedRole = ownFile(async () => (await import('./edited-role.tsx')).EditedRole);
const HoldersTab = ownFile(async () => (await import('./holders-tab.tsx')).HoldersTab);
const ReadRole = ownFile(async () => (await import('./read-role.tsx')).ReadRole);

// Nearly everybody who opens a role edits it; what fails here is loaded, or fails, where it is shown.
EditedRole.load().catch(() => undefined);

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

function FoundRole(props: RolePageProps & Pick<RoleParts, 'found' | 'isGone' | 'roles' | 'catalog'>) {
  const { catalog, roles, found, rights, tab } = props;
  const { takesChanges } = useActorSession();
  const plan = usePlan(props.workspace).data;
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const titles = useMemo(() => new Map(roles.map((role) => [role.role, role.title])), [roles]);
  const parts = { ...props, cells, titles };
  const isOwn = isOwnRole(found, props.workspace) && plan?.customRoles !== false;
  if (tab === 'permissions' && isOwn && rights.mayChangeRoles && takesChanges)
    return <EditedRole {...parts} head={RoleHead} tabs={Tabs} />;
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
