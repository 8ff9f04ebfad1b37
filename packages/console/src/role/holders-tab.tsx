import { Link } from 'wouter';
import { toWorkspace } from '../app/route.ts';
import { Person } from '../parts/person.tsx';
import { Empty } from '../parts/states.tsx';
import { RoleTags } from '../members/role-tags.tsx';
import { words } from '../words/words.ts';
import type { RoleParts } from './role-page.tsx';

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
              <RoleTags roles={roles} />
            </Link>
          </li>
        ))}
      </ul>
      {holderCount > holders.length && <p className="hint">{words.common.others(holderCount - holders.length)}</p>}
    </>
  );
}
