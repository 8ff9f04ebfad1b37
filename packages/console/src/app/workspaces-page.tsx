import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useWorkspaces } from '../api/queries.ts';
import { Search } from '../parts/fields.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { words } from '../words/words.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { SignOut } from '../session/sign-out.tsx';

/** The workspaces that somebody may see. Who has just one is there already. */
export function WorkspacesPage() {
  const { data, error, refetch, isPending } = useWorkspaces();
  const { isOperator } = useActorSession();
  const [search, setSearch] = useState('');
  const [, navigate] = useLocation();
  const only = data?.length === 1 && !isOperator ? data[0] : undefined;
  useEffect(() => {
    if (only) navigate(toWorkspace(only.workspace, 'roles'), { replace: true });
    document.title = words.nav.product;
  }, [only, navigate]);
  const text = search.toLowerCase();
  const found = data?.filter(({ workspace, title, organization }) =>
    [workspace, title, organization ?? ''].some((one) => one.toLowerCase().includes(text)),
  );
  const { workspaces } = words;
  return (
    <main className="alone" id="main">
      {data?.length !== 0 && (
        <header>
          <h1>{workspaces.title}</h1>
          <p className="quiet">{workspaces.hint}</p>
          {isOperator && (
            <p>
              <Link href="/fleet">{words.nav.fleet}</Link>
            </p>
          )}
        </header>
      )}
      {isPending && <Loading what={workspaces.title} />}
      {error && <Failed what={workspaces.title} error={error} onRetry={() => void refetch()} />}
      {data && data.length > 7 && (
        <div className="tools">
          <Search label={workspaces.find} value={search} onChange={setSearch} />
        </div>
      )}
      {data?.length === 0 && <NoWorkspace />}
      {found && found.length > 0 && (
        <ul className="card choices">
          {found.map(({ workspace, title, organization }) => (
            <li key={workspace}>
              <Link href={toWorkspace(workspace, 'roles')}>
                <b>
                  <bdi>{title}</bdi>
                </b>
                <span className="quiet">
                  <bdi>{organization ?? workspace}</bdi>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </main>
  );
}

/** Somebody is signed in whom no workspace knows. */
function NoWorkspace() {
  const { actor, way } = useActorSession();
  const { workspaces } = words;
  const another = (
    <Link className="button" href="/act-as">
      {words.nav.another}
    </Link>
  );
  return (
    <Empty icon="lock" title={workspaces.none} isPage acts={way === 'try' ? another : <SignOut />}>
      {workspaces.signedInAs} <bdi>{actor.id}</bdi>. {workspaces.noneHint}
    </Empty>
  );
}
