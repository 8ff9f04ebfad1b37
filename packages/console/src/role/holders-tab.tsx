import { Link } from 'wouter';
import { toWorkspace } from '../route/route.ts';
import { Person } from '../parts/person.tsx';
import { Empty } from '../parts/states.tsx';
import { RoleTags } from '../parts/role-tags.tsx';
import { words } from '../words/words.ts';
import type { GivenRole } from '../api/types.ts';
import { listed } from '../words/forms/count.ts';
import type { RoleParts } from './role-parts.ts';

/** Who holds a role, since when and until when. */
export function HoldersTab({ workspace, found }: RoleParts) {
  const { holders, holderCount } = found;
  if (holders.length === 0) {
    return (
      <div className="card">
        <Empty icon="people" title={words.role.noHolders}>
          {words.role.noHoldersHint}
        </Empty>
      </div>
    );
  }
  return (
    <>
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
      {holderCount > holders.length && <p className="hint">{words.common.others(holderCount - holders.length)}</p>}
    </>
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
