import { Suspense, useEffect, useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { hasCode } from '../api/call.ts';
import { companyPlace } from '../api/place.ts';
import type { Subject } from '../api/types.ts';
import { ownFile } from '../parts/arrival/own-file.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { RoleTags } from '../parts/role-tags.tsx';
import { Search } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Menu } from '../parts/menu.tsx';
import { Avatar, Person, shortName } from '../parts/person.tsx';
import { More } from '../parts/more.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { companyWords } from '../words/company-words.ts';
import { type Group, type GroupMember, useGroup, useGroupMembers } from './group-queries.ts';

const AddForm = ownFile(async () => (await import('./add-form.tsx')).AddForm);
const RenameGroup = ownFile(async () => (await import('./rename-group.tsx')).RenameGroup);
const GroupDialog = ownFile(async () => (await import('./group-dialog.tsx')).GroupDialog);

const groupWords = companyWords.group;

/** What is to be done, once it was shown what it does. */
type Asked = 'delete' | 'rename' | { readonly remove: GroupMember };

interface GroupPageProps extends PageProps {
  readonly group: string;
}

/** One group: what it holds where, and who is in it. */
export function GroupPage(props: GroupPageProps) {
  const { workspace, group, rights } = props;
  const { data, error, refetch } = useGroup(workspace, group);
  const [, navigate] = useLocation();
  useEffect(() => {
    // By an id that it had it is found, too.
    if (data && data.group !== group) navigate(toWorkspace(workspace, 'groups', data.group), { replace: true });
  }, [data, group, navigate, workspace]);
  const [isAdding, setAdding] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const { takesChanges } = useActorSession();
  const mayChange = rights.mayChangeMembers && takesChanges;
  if (hasCode(error, 'unknown-group')) {
    return (
      <Empty
        icon="group"
        title={groupWords.gone}
        isPage
        acts={
          <Link className="button" href={toWorkspace(workspace, 'groups')}>
            {companyWords.groups.title}
          </Link>
        }
      />
    );
  }
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={[{ label: companyWords.groups.title, href: toWorkspace(workspace, 'groups') }, { label: group }]}
        title={<bdi>{group}</bdi>}
        beside={<Avatar subject={{ type: 'group', id: group }} />}
        facts={data?.members !== undefined && <span>{groupWords.in(data.members)}</span>}
        acts={mayChange && data && <Acts isAdding={isAdding} onAdd={() => setAdding(!isAdding)} onAsk={setAsked} />}
      />
      {!data && !error && <Loading what={group} />}
      {!data && error && <Failed what={group} error={error} onRetry={() => void refetch()} />}
      {isAdding && (
        <Suspense>
          <AddForm workspace={workspace} group={group} onDone={() => setAdding(false)} />
        </Suspense>
      )}
      {data && asked === 'rename' && (
        <Suspense>
          <RenameGroup workspace={workspace} group={group} onDone={() => setAsked(undefined)} />
        </Suspense>
      )}
      {data && <Holds {...props} found={data} />}
      {data && <Members {...props} mayChange={mayChange} onRemove={(remove) => setAsked({ remove })} />}
      {asked && asked !== 'rename' && (
        <Suspense>
          <GroupDialog
            workspace={workspace}
            group={group}
            removed={asked === 'delete' ? undefined : asked.remove}
            onClose={() => setAsked(undefined)}
          />
        </Suspense>
      )}
    </div>
  );
}

interface ActsProps {
  readonly isAdding: boolean;
  readonly onAdd: () => void;
  readonly onAsk: (asked: 'delete' | 'rename') => void;
}

function Acts({ isAdding, onAdd, onAsk }: ActsProps) {
  return (
    <>
      <button className="button button-primary" type="button" aria-expanded={isAdding} onClick={onAdd}>
        <Icon name="plus" />
        {groupWords.add}
      </button>
      <Menu label={groupWords.more}>
        <button type="button" onClick={() => onAsk('rename')}>
          <Icon name="pencil" />
          {groupWords.rename}
        </button>
        <button className="is-loss" type="button" onClick={() => onAsk('delete')}>
          <Icon name="trash" />
          {groupWords.delete}
        </button>
      </Menu>
    </>
  );
}

function Holds({ found, title }: GroupPageProps & { readonly found: Group }) {
  return (
    <section className="block">
      <h2>{groupWords.holds}</h2>
      {found.holds.length === 0 ? (
        <p className="quiet">{groupWords.holdsNothing}</p>
      ) : (
        <ul className="card choices">
          {found.holds.map(({ workspace, organization, title: name, roles }) => (
            <li key={workspace ?? ''}>
              <Link href={toWorkspace(workspace ?? companyPlace(organization), 'roles')}>
                <b>
                  <bdi>{workspace === undefined ? groupWords.atCompany(title) : (name ?? workspace)}</bdi>
                </b>
                <RoleTags roles={roles} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface MembersProps extends GroupPageProps {
  readonly mayChange: boolean;
  readonly onRemove: (member: GroupMember) => void;
}

function Members({ workspace, group, mayChange, onRemove }: MembersProps) {
  const [search, setSearch] = useState('');
  const found = useGroupMembers(workspace, group);
  const { data, error, refetch, isPending } = found;
  const all = useMemo(() => data?.pages.flatMap((page) => page.members) ?? [], [data]);
  const text = search.trim().toLowerCase();
  const shown = all.filter(({ subject }) => subject.id.toLowerCase().includes(text));
  if (isPending) return <Loading what={groupWords.members} />;
  if (error && !data) return <Failed what={groupWords.members} error={error} onRetry={() => void refetch()} />;
  return (
    <section className="block">
      <h2>{groupWords.members}</h2>
      {all.length === 0 && (
        <div className="card">
          <Empty icon="people" title={groupWords.nobody}>
            {groupWords.nobodyHint}
          </Empty>
        </div>
      )}
      {all.length > 7 && (
        <div className="tools">
          <Search label={groupWords.find} value={search} onChange={setSearch} />
        </div>
      )}
      {shown.length > 0 && (
        <ul className="card held">
          {shown.map((member) => (
            <li key={`${member.subject.type}:${member.subject.id}`}>
              <Someone place={workspace} subject={member.subject} />
              <span className="quiet">{member.source === 'database' ? groupWords.atRunTime : ''}</span>
              {mayChange && (
                <button
                  className="button button-small"
                  type="button"
                  aria-label={groupWords.removeOf(shortName(member.subject.id))}
                  onClick={() => onRemove(member)}
                >
                  <Icon name="minus" size="small" />
                  {groupWords.remove}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <More of={found} />
    </section>
  );
}

function Someone({ place, subject }: { readonly place: string; readonly subject: Subject }) {
  return (
    <Link href={toWorkspace(place, 'members', subject.type, subject.id)}>
      <Person subject={subject} />
    </Link>
  );
}
