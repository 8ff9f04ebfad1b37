import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useLocation } from 'wouter';
import { call, detailOf, withQuery } from '../api/call.ts';
import type { ActorChoice, Session, Subject } from '../api/types.ts';
import { Search } from '../parts/fields.tsx';
import { Person } from '../parts/person.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { useToast } from '../parts/toasts.tsx';
import { words } from '../words/words.ts';

interface Choices {
  readonly actors: readonly ActorChoice[];
  readonly isWhole: boolean;
}

/** Whom to act as, when the pages are tried out. */
export function ChooseActor() {
  const [search, setSearch] = useState('');
  const asked = useDeferredValue(search);
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['session', 'actors', asked],
    queryFn: ({ signal }) =>
      call<Choices>(withQuery('/v1/session/actors', { search: asked === '' ? undefined : asked }), { signal }),
    placeholderData: keepPreviousData,
  });
  const choose = useChoice();
  const toast = useToast();
  const { entering } = words;
  return (
    <>
      <header>
        <h1>{entering.choose}</h1>
        <p className="quiet">{entering.chooseHint}</p>
      </header>
      <div className="tools">
        <Search label={entering.find} value={search} onChange={setSearch} />
      </div>
      {isPending && <Loading what={entering.find} />}
      {error && <Failed what={entering.find} error={error} onRetry={() => void refetch()} />}
      {data?.actors.length === 0 && (
        <div className="card">
          <Empty icon="search" title={entering.nobody(asked)} />
        </div>
      )}
      {data &&
        groupsOf(data.actors).map(({ title, actors }) => (
          <section key={title} aria-label={title}>
            <h2 className="group-title">
              <bdi>{title}</bdi>
            </h2>
            <ul className="card choices">
              {actors.map(({ subject, roles }) => (
                <li key={`${subject.type}:${subject.id}`}>
                  <button
                    type="button"
                    onClick={() =>
                      void choose(subject).catch((error: unknown) => toast({ kind: 'failed', text: detailOf(error) }))
                    }
                  >
                    <Person subject={subject} />
                    <span className="quiet">
                      <bdi>{roles.join(', ')}</bdi>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      {data?.isWhole === false && <p className="hint">{entering.more}</p>}
    </>
  );
}

function useChoice(): (actor: Subject) => Promise<void> {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  return async (actor) => {
    const session = await call<Session>('/v1/session', { method: 'PUT', body: { actor } });
    // What another one was told is not for this one.
    client.removeQueries({ predicate: ({ queryKey: [name] }) => name !== 'session' });
    client.setQueryData(['session'], session);
    navigate('/');
  };
}

function groupsOf(
  actors: readonly ActorChoice[],
): readonly { readonly title: string; readonly actors: readonly ActorChoice[] }[] {
  const groups = new Map<string, ActorChoice[]>();
  for (const actor of actors) {
    const { workspace, title, organization } = actor;
    const above = organization === undefined ? words.signIn.staff : words.entering.inCompany(organization);
    const name = title ?? workspace ?? above;
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push(actor);
  }
  return [...groups].map(([title, found]) => ({ title, actors: found }));
}
