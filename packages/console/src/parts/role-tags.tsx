import type { GivenRole } from '../api/types.ts';
import { Icon } from './icon.tsx';
import { day } from '../words/forms/count.ts';
import { words } from '../words/words.ts';

/** Roles that somebody was given, each with its time. What is over is not shown as held. */
export function RoleTags({ roles }: { readonly roles: readonly GivenRole[] }) {
  return (
    <span className="role-tags">
      {roles.map(({ role, title, from, until, time, group }, index) => (
        <span
          className={until !== undefined && time === 'holds' ? 'tag tag-caution' : 'tag'}
          data-time={time}
          key={`${role}${group ?? ''}${index}`}
        >
          {(until !== undefined || time === 'begins') && <Icon name="clock" size="tiny" />}
          <bdi>{title}</bdi>
          {time === 'begins' && from !== undefined && ` ${words.common.from(day(from))}`}
          {time === 'ended' && ` ${words.members.ended}`}
          {until !== undefined && time !== 'ended' && ` ${words.common.until(day(until, 'last'))}`}
        </span>
      ))}
    </span>
  );
}
