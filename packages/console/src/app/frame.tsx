import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { companyOf, companyPlace } from '../api/place.ts';
import { usePeople, usePlan, useRoles } from '../api/queries.ts';
import type { Workspace } from '../api/types.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Avatar, shortName } from '../parts/person.tsx';
import { planName } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import { type Rights, useRights } from '../session/rights.ts';
import { type Route, toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { SignOut } from '../session/sign-out.tsx';

interface FrameProps {
  readonly workspace: string;
  readonly found: Workspace | undefined;
  readonly route: Route;
  readonly rights: Rights | undefined;
  readonly children: ReactNode;
}

/** What stands around each page of a workspace: where one is, where one can go, and as whom. */
export function Frame({ workspace, found, route, rights, children }: FrameProps) {
  const company = companyOf(workspace);
  const title = found?.title ?? company ?? workspace;
  const plan = usePlan(workspace, rights?.maySeeAll === true).data?.plan;
  const owner = company === undefined ? (found?.organization ?? workspace) : words.nav.company;
  return (
    <div className="app">
      <a className="skip" href="#main">
        {words.nav.skip}
      </a>
      <header className="side">
        <Link className="switcher" href="/">
          <span className="mark" aria-hidden="true">
            {initials(title)}
          </span>
          <span className="switcher-names">
            <b>
              <bdi>{title}</bdi>
            </b>
            <small>
              <bdi>{plan === undefined ? owner : words.nav.onPlan(owner, planName(plan))}</bdi>
            </small>
          </span>
          <span className="aloud">{words.nav.switcher}</span>
          <Icon name="down" />
        </Link>
        <Navigation workspace={workspace} route={route} rights={rights} organization={company ?? found?.organization} />
        <Foot />
      </header>
      <main className="main" id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function initials(title: string): string {
  const parts = title.split(/\s+/u).filter((word) => word !== '');
  const letters =
    parts.length > 1 ? parts.slice(0, 2).map((word) => Array.from(word)[0] ?? '') : Array.from(title).slice(0, 2);
  return letters.join('').toUpperCase();
}

interface Place {
  readonly page: string;
  readonly icon: IconName;
  readonly label: string;
  readonly pages: readonly Route['page'][];
}

const places: readonly Place[] = [
  { page: 'roles', icon: 'shield', label: words.nav.roles, pages: ['roles', 'role', 'create'] },
  { page: 'members', icon: 'people', label: words.nav.members, pages: ['members', 'member'] },
  { page: 'matrix', icon: 'grid', label: words.nav.matrix, pages: ['matrix', 'compare'] },
  { page: 'review', icon: 'check', label: words.nav.review, pages: ['review'] },
  { page: 'changes', icon: 'clock', label: words.nav.changes, pages: ['changes'] },
  { page: 'preview', icon: 'eye', label: words.nav.preview, pages: ['preview'] },
  { page: 'ask', icon: 'ask', label: words.nav.ask, pages: ['ask'] },
];

const companyPlaces: readonly Place[] = [
  { page: 'workspaces', icon: 'company', label: words.nav.workspaces, pages: ['company'] },
  ...places
    .filter(({ page }) => page !== 'ask')
    .flatMap((place) =>
      place.page === 'members'
        ? [place, { page: 'groups', icon: 'group', label: words.nav.groups, pages: ['groups', 'group'] } as const]
        : [place],
    ),
];

const ownPlace: Place = { page: 'own', icon: 'shield', label: words.nav.own, pages: ['own', 'member'] };

interface NavigationProps extends Pick<FrameProps, 'workspace' | 'route' | 'rights'> {
  readonly organization: string | undefined;
}

function Navigation({ workspace, route, rights, organization }: NavigationProps) {
  const isCompany = companyOf(workspace) !== undefined;
  const { hasReview } = useActorSession();
  const all = (isCompany ? companyPlaces : places).filter(({ page }) => page !== 'review' || hasReview);
  const shown = rights === undefined ? [] : rights.maySeeAll ? all : [ownPlace];
  return (
    <nav className="nav" aria-label={words.nav.label}>
      <span className="nav-title" aria-hidden="true">
        {words.nav.product}
      </span>
      {shown.map(({ page, icon, label, pages }) => (
        <Link
          key={page}
          href={toWorkspace(workspace, page)}
          aria-current={pages.includes(route.page) ? 'page' : undefined}
        >
          <Icon name={icon} />
          {label}
          {page === 'roles' && <RoleCount workspace={workspace} />}
          {page === 'members' && <MemberCount workspace={workspace} />}
        </Link>
      ))}
      {organization !== undefined && !isCompany && rights !== undefined && <CompanyLink organization={organization} />}
    </nav>
  );
}

/** The way to the company, for who manages it. */
function CompanyLink({ organization }: { readonly organization: string }) {
  const place = companyPlace(organization);
  const { rights } = useRights(place);
  if (rights?.maySeeAll !== true) return null;
  return (
    <Link href={toWorkspace(place, 'workspaces')}>
      <Icon name="company" />
      <bdi>{organization}</bdi>
    </Link>
  );
}

function RoleCount({ workspace }: { readonly workspace: string }) {
  const { data } = useRoles(workspace);
  return data ? <span className="number">{data.length}</span> : null;
}

function MemberCount({ workspace }: { readonly workspace: string }) {
  const { data } = usePeople(workspace, '');
  const count = data?.count;
  return count === undefined ? null : <span className="number">{count}</span>;
}

function Foot() {
  const { actor, revision, way } = useActorSession();
  return (
    <div className="side-foot">
      <p className="live">
        {words.nav.inForce} <code>{revision.slice(0, 7)}</code>
      </p>
      <p className="acting">
        <Avatar subject={actor} />
        <span>
          <span className="aloud">{words.nav.actsAs} </span>
          <bdi title={actor.id}>{shortName(actor.id)}</bdi>
        </span>
        {way === 'try' && (
          <Link className="button button-quiet button-icon button-small" href="/act-as" aria-label={words.nav.another}>
            <Icon name="people" />
          </Link>
        )}
        <SignOut isSmall />
      </p>
    </div>
  );
}
