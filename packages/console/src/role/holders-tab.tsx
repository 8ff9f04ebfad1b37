import { useState } from 'react';
import { Link } from 'wouter';
import { usePeoplePages } from '../api/pages.ts';
import { toWorkspace } from '../route/route.ts';
import { Search } from '../parts/fields.tsx';
import { MorePeople } from '../parts/more.tsx';
import { Person } from '../parts/person.tsx';
import { Empty, Failed, NothingFound } from '../parts/states.tsx';
import { RoleTags } from '../parts/role-tags.tsx';
import { words } from '../words/words.ts';
import type { GivenRole, Person as Holder } from '../api/types.ts';
import { listed } from '../words/forms/count.ts';
import type { RoleParts } from './role-parts.ts';

/** Who holds a role, since when and until when: the first hundred with the role, the rest when somebody asks for them. */
export function HoldersTab(props: RoleParts) {
  const { found, isGone } = props;
  if (found.holderCount === 0) {
    return (
      <div className="card">
        <Empty icon="people" title={words.role.noHolders}>
          {words.role.noHoldersHint}
        </Empty>
      </div>
    );
  }
  // Few are there at once, and of a role that is gone nobody can be asked for.
  const areAllHere = found.holders.length === found.holderCount;
  if (areAllHere && found.holderCount <= fewHolders) return <Holders {...props} holders={found.holders} />;
  return isGone ? <Holders {...props} holders={found.holders} /> : <FoundHolders {...props} />;
}

/** Nobody searches a list that fits on a screen. */
const fewHolders = 12;

function FoundHolders(props: RoleParts) {
  const { workspace, found } = props;
  const [search, setSearch] = useState('');
  const people = usePeoplePages(workspace, { role: found.role, search });
  const { data, error, refetch } = people;
  const all = data?.pages.flatMap((page) => page.people) ?? [];
  const count = data?.pages[0]?.count;
  const holders = all.map((one) => ({ ...one, roles: one.roles.filter(({ role }) => role === found.role) }));
  return (
    <>
      <div className="tools">
        <Search label={words.members.find} value={search} onChange={setSearch} />
      </div>
      <p className="aloud" role="status">
        {search === '' || count === undefined ? '' : words.members.shown(count)}
      </p>
      {error && !data && <Failed what={words.role.tabs.members} error={error} onRetry={() => void refetch()} />}
      {/* Until the first are found, those are shown that came with the role. */}
      {!data && !error && <Holders {...props} holders={found.holders.slice(0, fewHolders)} />}
      {data && all.length > 0 && <Holders {...props} holders={holders} />}
      {data && all.length === 0 && <NothingFound title={words.members.nothing(search)} onClear={() => setSearch('')} />}
      <MorePeople people={people} />
    </>
  );
}

function Holders({ workspace, holders }: RoleParts & { readonly holders: readonly Holder[] }) {
  return (
    <ul className="card choices">
      {holders.map(({ subject, name, roles }) => (
        <li key={`${subject.type}:${subject.id}`}>
          <Link href={toWorkspace(workspace, 'members', subject.type, subject.id)}>
            <Person subject={subject} name={name} />
            <span className="role-tags">
              <RoleTags roles={roles} />
              <Through roles={roles} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The groups that somebody has a role through, and why they were given it. */
function Through({ roles }: { readonly roles: readonly GivenRole[] }) {
  const groups = [...new Set(roles.flatMap(({ group }) => group ?? []))];
  const reasons = [...new Set(roles.flatMap(({ reason }) => reason ?? []))];
  return (
    <>
      {groups.length > 0 && <bdi className="quiet">{words.common.group(listed(groups))}</bdi>}
      {reasons.map((reason) => (
        <bdi className="quiet" key={reason}>
          “{reason}”
        </bdi>
      ))}
    </>
  );
}
