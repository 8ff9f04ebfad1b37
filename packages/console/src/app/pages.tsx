import { Suspense, useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { hasCode } from '../api/call.ts';
import { companyOf } from '../api/place.ts';
import { useCatalogAhead, useWorkspaces } from '../api/queries.ts';
import { ownFile } from '../parts/arrival/own-file.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { words } from '../words/words.ts';
import { Frame } from './frame.tsx';
import type { PageProps } from '../session/page-props.ts';
import { useRights } from '../session/rights.ts';
import { type Route, toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';

/** Each is loaded when somebody goes there, or asked for before. */
const pages = {
  ask: ownFile(async () => (await import('../ask/ask-page.tsx')).AskPage),
  changes: ownFile(async () => (await import('../changes/changes-page.tsx')).ChangesPage),
  people: ownFile(async () => (await import('../sign-in/choose-actor.tsx')).ChooseActor),
  compare: ownFile(async () => (await import('../matrix/compare-page.tsx')).ComparePage),
  company: ownFile(async () => (await import('../company/company-page.tsx')).CompanyPage),
  create: ownFile(async () => (await import('../roles/create-page.tsx')).CreatePage),
  fleet: ownFile(async () => (await import('../fleet/fleet-page.tsx')).FleetPage),
  group: ownFile(async () => (await import('../groups/group-page.tsx')).GroupPage),
  groups: ownFile(async () => (await import('../groups/groups-page.tsx')).GroupsPage),
  matrix: ownFile(async () => (await import('../matrix/matrix-page.tsx')).MatrixPage),
  member: ownFile(async () => (await import('../members/member-page.tsx')).MemberPage),
  members: ownFile(async () => (await import('../members/members-page.tsx')).MembersPage),
  preview: ownFile(async () => (await import('../preview/preview-page.tsx')).PreviewPage),
  review: ownFile(async () => (await import('../review/review-page.tsx')).ReviewPage),
  role: ownFile(async () => (await import('../role/role-page.tsx')).RolePage),
  roles: ownFile(async () => (await import('../roles/roles-page.tsx')).RolesPage),
  workspaces: ownFile(async () => (await import('./workspaces-page.tsx')).WorkspacesPage),
} as const;

const KeptByOthers = ownFile(async () => (await import('./kept-by-others.tsx')).KeptByOthers);

const files: Partial<Record<Route['page'], { readonly load: () => Promise<unknown> }>> = {
  ...pages,
  role: { load: () => Promise.all([pages.role.load(), import('../role/edited-role.tsx')]) },
  own: pages.member,
};

/** Begins to load the file of a page while it is still asked who is signed in, and what they may. */
export function beginToLoad({ page }: Route): void {
  // What fails here is loaded, or fails, where it is shown.
  files[page]?.load().catch(() => undefined);
}

/** The page of an address, for who is signed in. */
export function Pages({ route }: { readonly route: Route }) {
  const { way } = useActorSession();
  if (route.page === 'people' && way === 'try') {
    return (
      <main className="alone" id="main">
        <Suspense>
          <pages.people />
        </Suspense>
      </main>
    );
  }
  if ('workspace' in route) return <InWorkspace route={route} />;
  if (route.page === 'workspaces') {
    return (
      <Suspense>
        <pages.workspaces />
      </Suspense>
    );
  }
  if (route.page === 'fleet') {
    return (
      <main className="alone alone-wide" id="main">
        <Suspense fallback={<Loading what={words.nav.fleet} />}>
          <pages.fleet />
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
  useCatalogAhead();
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
    case 'role':
      return <pages.role key={route.role} {...props} role={route.role} tab={route.tab} />;
    case 'member':
      return <pages.member key={`${route.subject.type}:${route.subject.id}`} {...props} subject={route.subject} />;
    case 'own':
      return <pages.member key="own" {...props} subject={actor} />;
    case 'group':
      return <pages.group key={route.group} {...props} group={route.group} />;
    default: {
      const Simple = pages[route.page];
      return <Simple {...props} />;
    }
  }
}
