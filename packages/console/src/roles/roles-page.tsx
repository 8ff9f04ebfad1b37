import { Suspense, useDeferredValue, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useCatalog, useChanges, usePeople, usePlan, useRoles, useWorkspaces } from '../api/queries.ts';
import { companyOf } from '../api/place.ts';
import type { MadeChange } from '../api/judgement.ts';
import type { Catalog, Role } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { toWorkspace } from '../route/route.ts';
import { useQueryParameter } from '../route/query-parameter.ts';
import { Search, Segmented } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { rowsOfScreen, useSome } from '../parts/some.tsx';
import { useSoon } from '../parts/arrival/soon.ts';
import { Empty, Failed, Loading, NothingFound } from '../parts/states.tsx';
import { words } from '../words/words.ts';
import { Cells } from '../api/cells.ts';
import { findRoles } from './find-roles.ts';
import { RoleTable } from './role-table.tsx';

const DeleteDialog = later(async () => (await import('./delete-dialog.tsx')).DeleteDialog);

/** So many are drawn at once: a list of forty is whole, one of thousands is searched. */
const mostAtOnce = 100;

const PlanBanner = later(async () => (await import('../parts/plan-banner.tsx')).PlanBanner);

export type Which = 'all' | 'builtIn' | 'custom';

/** All roles of a workspace: built-in ones apart, each with its holders and how it differs from what it follows. */
export function RolesPage({ workspace, title, rights }: PageProps) {
  const roles = useRoles(workspace);
  const catalog = useCatalog();
  const plan = usePlan(workspace).data;
  const changes = useChanges(workspace);
  const lastChanges = useMemo(() => lastChangesOf(changes.data?.changes ?? []), [changes.data]);
  const isPending = useSoon(changes.isPending) || roles.isPending || catalog.isPending;
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={[]}
        title={words.roles.title}
        hint={words.roles.hint}
        acts={
          rights.mayChangeRoles &&
          (plan?.customRoles === false ? (
            <button className="button" type="button" aria-disabled="true" aria-describedby="plan-title plan-why">
              <Icon name="lock" />
              {words.roles.create}
            </button>
          ) : (
            <Link className="button button-primary" href={toWorkspace(workspace, 'create')}>
              <Icon name="plus" />
              {words.roles.create}
            </Link>
          ))
        }
      />
      {plan?.customRoles === false && (
        <Suspense>
          <PlanBanner place={workspace} title={title} />
        </Suspense>
      )}
      {isPending && <Loading what={words.roles.title} />}
      {(roles.error ?? catalog.error) && !roles.data && (
        <Failed
          what={words.roles.title}
          error={roles.error ?? catalog.error}
          onRetry={() => {
            void roles.refetch();
            void catalog.refetch();
          }}
        />
      )}
      {roles.data && catalog.data && !isPending && (
        <FoundRoles
          workspace={workspace}
          title={title}
          roles={roles.data}
          catalog={catalog.data}
          lastChanges={lastChanges}
          mayChange={rights.mayChangeRoles}
          isOnPlan={plan?.customRoles !== false}
        />
      )}
    </div>
  );
}

interface FoundRolesProps {
  readonly workspace: string;
  readonly title: string;
  readonly roles: readonly Role[];
  readonly catalog: Catalog;
  readonly lastChanges: ReadonlyMap<string, MadeChange>;
  readonly mayChange: boolean;
  /** Whether roles may be defined here. */
  readonly isOnPlan: boolean;
}

function FoundRoles({ workspace, title, roles, catalog, lastChanges, mayChange, isOnPlan }: FoundRolesProps) {
  const [search, setSearch] = useQueryParameter('q');
  const [which, setWhich] = useState<Which>('all');
  const [deleted, setDeleted] = useState<Role>();
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const found = useFoundRoles(workspace, roles, { search, which, cells });
  const { data: workspaces } = useWorkspaces();
  const organization = companyOf(workspace) ?? workspaces?.find((one) => one.workspace === workspace)?.organization;
  const { some, more } = useSome(found, mostAtOnce, rowsOfScreen(56));
  const builtIn = roles.filter((role) => role.builtIn).length;
  return (
    <>
      <div className="tools">
        <Search label={words.roles.find} value={search} onChange={setSearch} />
        <Segmented
          label={words.roles.which}
          value={which}
          onChange={setWhich}
          choices={[
            { value: 'all', label: words.roles.all, count: roles.length },
            { value: 'builtIn', label: words.roles.builtIn, count: builtIn },
            { value: 'custom', label: words.roles.custom, count: roles.length - builtIn },
          ]}
        />
      </div>
      <p className="aloud" role="status">
        {search === '' ? '' : words.roles.shown(found.length)}
      </p>
      {found.length > 0 && (
        <RoleTable
          workspace={workspace}
          title={title}
          organization={organization}
          found={some}
          roles={roles}
          cells={cells}
          defaultRole={catalog.defaultRole}
          lastChanges={lastChanges}
          mayChange={mayChange}
          isOnPlan={isOnPlan}
          onDelete={setDeleted}
        />
      )}
      {more}
      {found.length === 0 && search !== '' && (
        <NothingFound title={words.roles.nothing(search)} onClear={() => setSearch('')}>
          {words.roles.nothingHint(title)}
        </NothingFound>
      )}
      {which !== 'builtIn' && search === '' && builtIn === roles.length && mayChange && isOnPlan && (
        <NoneYet workspace={workspace} title={title} />
      )}
      {deleted && (
        <Suspense>
          <DeleteDialog
            workspace={workspace}
            role={deleted}
            roles={roles}
            cells={cells}
            onClose={() => setDeleted(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}

function NoneYet({ workspace, title }: { readonly workspace: string; readonly title: string }) {
  return (
    <div className="card card-below">
      <Empty
        icon="shield"
        title={words.roles.emptyTitle}
        acts={
          <Link className="button" href={toWorkspace(workspace, 'create')}>
            <Icon name="plus" />
            {words.roles.create}
          </Link>
        }
      >
        {companyOf(workspace) === undefined ? words.roles.empty(title) : words.roles.emptyCompany(title)}
      </Empty>
    </div>
  );
}

/** Whom the sidecar finds is there a moment after the roles that the page finds itself; no letter waits for either. */
function useFoundRoles(
  workspace: string,
  roles: readonly Role[],
  { search, which, cells }: { readonly search: string; readonly which: Which; readonly cells: Cells },
) {
  const people = usePeople(workspace, search);
  const sought = useDeferredValue(search);
  const isOfSearch = sought !== '' && sought === search && !people.isPlaceholderData;
  const sighted = isOfSearch ? people.data?.people : undefined;
  return useMemo(
    () => findRoles(roles, { search: sought, which, cells, people: sighted ?? [] }),
    [roles, sought, which, cells, sighted],
  );
}

/** The newest change that speaks of each role. */
function lastChangesOf(changes: readonly MadeChange[]): ReadonlyMap<string, MadeChange> {
  const last = new Map<string, MadeChange>();
  for (const change of changes) {
    for (const { edit, role } of change.edits) {
      if (edit.startsWith('role.') && role !== undefined && !last.has(role)) last.set(role, change);
    }
  }
  return last;
}
