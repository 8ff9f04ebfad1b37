import { Suspense, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { usePeoplePages } from '../api/pages.ts';
import { useCatalog, useRoles } from '../api/queries.ts';
import type { Person as Someone } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { follow } from '../route/follow.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { Person } from '../parts/person.tsx';
import { rowsOfScreen, useSome } from '../parts/some.tsx';
import { Failed, Loading, NothingFound } from '../parts/states.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { words } from '../words/words.ts';
import { MorePeople } from '../parts/more.tsx';
import { RoleTags } from '../parts/role-tags.tsx';
import { isNarrowed, type MemberFilter, MemberFilters, useMemberFilter } from './member-filters.tsx';

const GiveForm = later(async () => (await import('./give-form.tsx')).GiveForm);

/** Everybody with a role in a workspace, searched and paged by the sidecar. */
export function MembersPage({ workspace, title, rights }: PageProps) {
  const { filter, set, clear } = useMemberFilter();
  const [isGiving, setGiving] = useState(false);
  const { takesChanges } = useActorSession();
  const roles = useRoles(workspace);
  const catalog = useCatalog();
  const mayGive = rights.mayChangeMembers && takesChanges;
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={[{ label: words.members.title }]}
        title={words.members.title}
        hint={words.members.hint(title)}
        acts={
          mayGive && (
            <button
              className="button button-primary"
              type="button"
              aria-expanded={isGiving}
              onClick={() => setGiving(!isGiving)}
            >
              <Icon name="plus" />
              {words.members.give}
            </button>
          )
        }
      />
      {isGiving && roles.data && catalog.data && (
        <Suspense>
          <GiveForm workspace={workspace} roles={roles.data} catalog={catalog.data} onDone={() => setGiving(false)} />
        </Suspense>
      )}
      <MemberFilters filter={filter} roles={roles.data ?? []} onChange={set} />
      <MemberTable workspace={workspace} filter={filter} onGroup={(group) => set('group', group)} onClear={clear} />
    </div>
  );
}

interface MemberTableProps {
  readonly workspace: string;
  readonly filter: MemberFilter;
  readonly onGroup: (group: string) => void;
  readonly onClear: () => void;
}

function MemberTable({ workspace, filter, onGroup, onClear }: MemberTableProps) {
  const found = usePeoplePages(workspace, filter);
  const { data, error, refetch, isPending } = found;
  const [, navigate] = useLocation();
  const people = useMemo(() => data?.pages.flatMap((page) => page.people) ?? [], [data]);
  const { some } = useSome(people, Infinity, rowsOfScreen(46));
  if (isPending) return <Loading what={words.members.title} rows={8} />;
  if (error && !data) return <Failed what={words.members.title} error={error} onRetry={() => void refetch()} />;
  const { head } = words.members;
  const count = data.pages[0]?.count ?? 0;
  const isSearch = filter.search !== '' && !isNarrowed(filter);
  if (people.length === 0) {
    return (
      <NothingFound
        title={isSearch ? words.members.nothing(filter.search) : words.members.nobody}
        clear={isSearch ? words.common.clear : words.members.clear}
        onClear={onClear}
      >
        {isSearch ? words.members.nothingHint : undefined}
      </NothingFound>
    );
  }
  return (
    <>
      <p className="aloud" role="status">
        {filter.search === '' && !isNarrowed(filter) ? '' : words.members.shown(count)}
      </p>
      <div className="table-frame">
        <table className="table table-cards members" role="table">
          <TableHead heads={[head.member, head.roles, head.through]} />
          <tbody role="rowgroup">
            {some.map((person) => (
              <MemberRow
                key={`${person.subject.type}:${person.subject.id}`}
                workspace={workspace}
                person={person}
                navigate={navigate}
                onGroup={onGroup}
              />
            ))}
          </tbody>
        </table>
      </div>
      <MorePeople people={found} />
    </>
  );
}

interface MemberRowProps {
  readonly workspace: string;
  readonly person: Someone;
  readonly navigate: (path: string) => void;
  readonly onGroup: (group: string) => void;
}

function MemberRow({ workspace, person, navigate, onGroup }: MemberRowProps) {
  const { subject, name, roles } = person;
  return (
    <tr className="role-row" role="row">
      <th scope="row" role="rowheader">
        <span className="role-name">
          <a {...follow(toWorkspace(workspace, 'members', subject.type, subject.id), navigate)}>
            <Person subject={subject} name={name} />
          </a>
        </span>
      </th>
      <td role="cell">
        <RoleTags roles={roles} />
      </td>
      <td role="cell" className="quiet">
        <Through person={person} onGroup={onGroup} />
      </td>
    </tr>
  );
}

function Through({ person: { roles }, onGroup }: Pick<MemberRowProps, 'person' | 'onGroup'>) {
  const groups = [...new Set(roles.flatMap(({ group }) => group ?? []))];
  const isAbove = roles.some(({ spans }) => spans !== 'workspace');
  if (groups.length > 0) {
    return (
      <span className="through">
        <Icon name="group" size="small" />
        {groups.map((group) => (
          <button
            className="link"
            key={group}
            type="button"
            aria-label={words.members.onlyGroup(group)}
            onClick={() => onGroup(group)}
          >
            <bdi>{group}</bdi>
          </button>
        ))}
      </span>
    );
  }
  if (!isAbove) return <>{words.members.directly}</>;
  return (
    <span className="through">
      <Icon name="company" size="small" />
      {words.members.company}
    </span>
  );
}
