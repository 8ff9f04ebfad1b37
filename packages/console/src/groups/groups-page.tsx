import { Suspense, useState } from 'react';
import { Link } from 'wouter';
import { ownFile } from '../parts/arrival/own-file.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { useQueryParameter } from '../route/query-parameter.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { Search } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Person } from '../parts/person.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { companyWords } from '../words/company-words.ts';
import { type ListedGroup, useGroups } from './group-queries.ts';

const CreateGroup = ownFile(async () => (await import('./create-group.tsx')).CreateGroup);

const words = companyWords.groups;

/** The groups of a company. */
export function GroupsPage({ workspace, title, rights }: PageProps) {
  const { data, error, refetch } = useGroups(workspace);
  const [isCreating, setCreating] = useState(false);
  const { takesChanges } = useActorSession();
  const mayCreate = rights.mayChangeMembers && takesChanges;
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={[{ label: words.title }]}
        title={words.title}
        hint={<bdi>{words.hint(title)}</bdi>}
        acts={
          mayCreate && (
            <button
              className="button button-primary"
              type="button"
              aria-expanded={isCreating}
              onClick={() => setCreating(!isCreating)}
            >
              <Icon name="plus" />
              {words.create}
            </button>
          )
        }
      />
      {isCreating && data && (
        <Suspense>
          <CreateGroup workspace={workspace} groups={data} onDone={() => setCreating(false)} />
        </Suspense>
      )}
      {!data && !error && <Loading what={words.title} />}
      {!data && error && <Failed what={words.title} error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <div className="card">
          <Empty icon="group" title={words.none}>
            {words.noneHint}
          </Empty>
        </div>
      )}
      {data && data.length > 0 && <GroupList workspace={workspace} groups={data} />}
    </div>
  );
}

function GroupList({ workspace, groups }: { readonly workspace: string; readonly groups: readonly ListedGroup[] }) {
  const [search, setSearch] = useQueryParameter('q');
  const text = search.trim().toLowerCase();
  const found = groups.filter(({ group }) => group.toLowerCase().includes(text));
  return (
    <>
      {(groups.length > 7 || search !== '') && (
        <div className="tools">
          <Search label={words.find} value={search} onChange={setSearch} />
        </div>
      )}
      {found.length === 0 && (
        <div className="card">
          <Empty icon="search" title={words.nothing(search)} />
        </div>
      )}
      {found.length > 0 && (
        <ul className="card choices">
          {found.map(({ group, members }) => (
            <li key={group}>
              <Link href={toWorkspace(workspace, 'groups', group)}>
                <Person subject={{ type: 'group', id: group }} hasType={false} />
                <span className="quiet">{members === undefined ? '' : words.members(members)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
