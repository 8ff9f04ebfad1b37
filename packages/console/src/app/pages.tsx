import { lazy, Suspense, useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { hasCode } from '../api/call.ts';
import { companyOf } from '../api/place.ts';
import { useWorkspaces } from '../api/queries.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { words } from '../words/words.ts';
import { Frame } from './frame.tsx';
import type { PageProps } from '../session/page-props.ts';
import { useRights } from '../session/rights.ts';
import { type Route, toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';

// Each page is a file of its own, which is loaded when somebody goes there.
const AskPage = lazy(async () => ({ default: (await import('../ask/ask-page.tsx')).AskPage }));
const ChangesPage = lazy(async () => ({ default: (await import('../changes/changes-page.tsx')).ChangesPage }));
const ChooseActor = lazy(async () => ({ default: (await import('../sign-in/choose-actor.tsx')).ChooseActor }));
const CompanyPage = lazy(async () => ({ default: (await import('../company/company-page.tsx')).CompanyPage }));
const CreatePage = lazy(async () => ({ default: (await import('../roles/create-page.tsx')).CreatePage }));
const FleetPage = lazy(async () => ({ default: (await import('../fleet/fleet-page.tsx')).FleetPage }));
const GroupPage = lazy(async () => ({ default: (await import('../groups/group-page.tsx')).GroupPage }));
const GroupsPage = lazy(async () => ({ default: (await import('../groups/groups-page.tsx')).GroupsPage }));
const MatrixPage = lazy(async () => ({ default: (await import('../matrix/matrix-page.tsx')).MatrixPage }));
const MemberPage = lazy(async () => ({ default: (await import('../members/member-page.tsx')).MemberPage }));
const MembersPage = lazy(async () => ({ default: (await import('../members/members-page.tsx')).MembersPage }));
const PreviewPage = lazy(async () => ({ default: (await import('../preview/preview-page.tsx')).PreviewPage }));
const RolePage = lazy(async () => ({ default: (await import('../role/role-page.tsx')).RolePage }));
const WorkspacesPage = lazy(async () => ({ default: (await import('./workspaces-page.tsx')).WorkspacesPage }));
const KeptByOthers = lazy(async () => ({ default: (await import('./kept-by-others.tsx')).KeptByOthers }));
const RolesPage = lazy(async () => ({ default: (await import('../roles/roles-page.tsx')).RolesPage }));

const files: Partial<Record<Route['page'], () => Promise<unknown>>> = {
  roles: () => import('../roles/roles-page.tsx'),
  role: () => Promise.all([import('../role/role-page.tsx'), import('../role/edited-role.tsx')]),
  create: () => import('../roles/create-page.tsx'),
  members: () => import('../members/members-page.tsx'),
  member: () => import('../members/member-page.tsx'),
  own: () => import('../members/member-page.tsx'),
  matrix: () => import('../matrix/matrix-page.tsx'),
  changes: () => import('../changes/changes-page.tsx'),
  ask: () => import('../ask/ask-page.tsx'),
};

/** Begins to load the file of a page while it is still asked who is signed in, and what they may. */
export function beginToLoad({ page }: Route): void {
  // What fails here is loaded, or fails, where it is shown.
  files[page]?.().catch(() => undefined);
}

/** The page of an address, for who is signed in. */
export function Pages({ route }: { readonly route: Route }) {
  const { way } = useActorSession();
  if (route.page === 'people' && way === 'try') {
    return (
      <main className="alone" id="main">
        <Suspense>
          <ChooseActor />
        </Suspense>
      </main>
    );
  }
  if ('workspace' in route) return <InWorkspace route={route} />;
  if (route.page === 'workspaces') {
    return (
      <Suspense>
        <WorkspacesPage />
      </Suspense>
    );
  }
  if (route.page === 'fleet') {
    return (
      <main className="alone alone-wide" id="main">
        <Suspense fallback={<Loading what={words.nav.fleet} />}>
          <FleetPage />
        </Suspense>
      </main>
    );
  }
  return (
    <main className="alone" id="main">
      <Nowhere />
    </main>
  );
}

function Nowhere() {
  return (
    <Empty
      icon="search"
      title={words.failed.noPage}
      isPage
      acts={
        <Link className="button" href="/">
          {words.failed.home}
        </Link>
      }
    >
      {words.failed.noPageHint}
    </Empty>
  );
}

type WorkspaceRoute = Extract<Route, { readonly workspace: string }>;

function InWorkspace({ route }: { readonly route: WorkspaceRoute }) {
  const { workspace } = route;
  const { data: workspaces, isPending } = useWorkspaces();
  const company = companyOf(workspace);
  const found = company === undefined ? workspaces?.find((one) => one.workspace === workspace) : undefined;
  const { rights, error, retry } = useRights(workspace);
  const title = found?.title ?? company ?? workspace;
  useEffect(() => {
    document.title = `${title} · ${words.nav.product}`;
  }, [title]);
  const isListed = company !== undefined || !workspaces || workspaces.length >= 1000 || found !== undefined;
  const isUnknown = hasCode(error, 'unknown-workspace', 'unknown-organization') || !isListed;
  return (
    <Frame workspace={workspace} found={found} route={route} rights={rights}>
      {isUnknown && (
        <Empty
          icon="lock"
          title={company === undefined ? words.failed.unknownWorkspace : words.failed.unknownCompany}
          isPage
          acts={
            <Link className="button" href="/">
              {words.failed.home}
            </Link>
          }
        >
          {words.failed.unknownWorkspaceHint}
        </Empty>
      )}
      {!isUnknown && error !== null && error !== undefined && <Failed what={title} error={error} onRetry={retry} />}
      {!isUnknown && !error && (isPending || !rights) && <Loading what={title} />}
      {!isUnknown && rights && !isPending && (
        <Suspense fallback={<Loading what={title} />}>
          <Page key={workspace} route={route} title={title} rights={rights} />
        </Suspense>
      )}
    </Frame>
  );
}

function Page({ route, title, rights }: { readonly route: WorkspaceRoute } & Omit<PageProps, 'workspace'>) {
  const { actor } = useActorSession();
  const [, navigate] = useLocation();
  const { workspace } = route;
  const props = { workspace, title, rights };
  const isForAll = route.page === 'own' || route.page === 'member';
  useEffect(() => {
    // Who sees nothing but themselves begins there.
    if (!rights.maySeeAll && route.page === 'roles') navigate(toWorkspace(workspace, 'own'), { replace: true });
  }, [navigate, rights, route.page, workspace]);
  if (!rights.maySeeAll && !isForAll) return <KeptByOthers workspace={workspace} title={title} />;
  switch (route.page) {
    case 'roles':
      return <RolesPage {...props} />;
    case 'create':
      return <CreatePage {...props} />;
    case 'role':
      return <RolePage key={route.role} {...props} role={route.role} tab={route.tab} />;
    case 'members':
      return <MembersPage {...props} />;
    case 'member':
      return <MemberPage key={`${route.subject.type}:${route.subject.id}`} {...props} subject={route.subject} />;
    case 'own':
      return <MemberPage key="own" {...props} subject={actor} />;
    case 'matrix':
      return <MatrixPage {...props} />;
    case 'changes':
      return <ChangesPage {...props} />;
    case 'ask':
      return <AskPage {...props} />;
    case 'preview':
      return <PreviewPage {...props} />;
    case 'company':
      return <CompanyPage {...props} />;
    case 'groups':
      return <GroupsPage {...props} />;
    case 'group':
      return <GroupPage key={route.group} {...props} group={route.group} />;
  }
}
