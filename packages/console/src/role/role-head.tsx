import { type ReactNode, Suspense } from 'react';
import { Link } from 'wouter';
import { useChanges } from '../api/queries.ts';
import type { RoleInFull } from '../api/types.ts';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { PageHead } from '../parts/page-head.tsx';
import { shortName } from '../parts/person.tsx';
import { type RoleTab, toWorkspace } from '../route/route.ts';
import { day } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import type { RoleParts } from './role-parts.ts';

const RoleActs = later(async () => (await import('./role-acts.tsx')).RoleActs);

interface RoleHeadProps extends RoleParts {
  /** As the draft has them. */
  readonly named?: string;
  readonly described?: string;
  readonly pencil?: ReactNode;
  /** What has it follow other roles. */
  readonly change?: ReactNode;
}

/** The head of the page of a role. */
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

function RoleFacts({ workspace, found, titles, change }: RoleHeadProps) {
  const changes = useChanges(workspace, { role: found.role });
  const followed = found.written.extends;
  const last = changes.data?.changes.find(({ edits }) => edits.some(({ edit }) => edit.startsWith('role.')));
  return (
    <>
      {(followed.length > 0 || change) && (
        <span>
          <Icon name="link" size="small" />
          {followed.length === 0 ? words.role.followsNone : words.role.follows}{' '}
          {followed.map((parent, index) => (
            <span key={parent}>
              {index > 0 && ', '}
              <Link href={toWorkspace(workspace, 'roles', parent)}>
                <bdi>{titles.get(parent) ?? parent}</bdi>
              </Link>
            </span>
          ))}{' '}
          {change}
        </span>
      )}
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

/** The three sides of a role. */
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

function cellsOn({ cells }: RoleInFull): readonly string[] {
  return cells
    .filter((cell) => cell.decision)
    .map(({ permission, scope }) => (scope === undefined ? permission : `${permission}@${scope}`));
}
