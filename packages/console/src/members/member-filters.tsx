import type { Role } from '../api/types.ts';
import { Search, Segmented } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { useQueryParameter } from '../route/query-parameter.ts';
import { words } from '../words/words.ts';

/** Which members are listed; an empty word asks for nothing. */
export interface MemberFilter {
  readonly search: string;
  readonly role: string;
  readonly time: string;
  readonly through: string;
  readonly group: string;
}

type SetFilter = (name: keyof MemberFilter, word: string) => void;

/** The filter as the address has it, so that what was found can be sent to somebody. */
export function useMemberFilter(): {
  readonly filter: MemberFilter;
  readonly set: SetFilter;
  readonly clear: () => void;
} {
  const parameters = {
    search: useQueryParameter('q'),
    role: useQueryParameter('role'),
    time: useQueryParameter('time'),
    through: useQueryParameter('through'),
    group: useQueryParameter('group'),
  };
  const names = Object.keys(parameters) as (keyof MemberFilter)[];
  const [search, role, through, group] = (['search', 'role', 'through', 'group'] as const).map(
    (one) => parameters[one][0],
  );
  const time = times.find((one) => one === parameters.time[0]) ?? '';
  return {
    filter: { search: search ?? '', role: role ?? '', time, through: through ?? '', group: group ?? '' },
    set: (name, word) => parameters[name][1](word),
    clear: () => {
      for (const name of names) parameters[name][1]('');
    },
  };
}

const times = ['', 'ending', 'dated', 'plain'] as const;

/** Whether more than a search narrows the list. */
export function isNarrowed({ role, time, through, group }: MemberFilter): boolean {
  return [role, time, through, group].some((word) => word !== '');
}

interface MemberFiltersProps {
  readonly filter: MemberFilter;
  readonly roles: readonly Role[];
  readonly onChange: SetFilter;
}

/** What narrows the list: a search, a role, for how long, and how it was given. */
export function MemberFilters({ filter, roles, onChange }: MemberFiltersProps) {
  const { members } = words;
  const { role, group } = filter;
  const isKnown = role === '' || roles.some((one) => one.role === role);
  return (
    <div className="tools">
      <Search label={members.find} value={filter.search} onChange={(word) => onChange('search', word)} />
      <Segmented
        label={members.whichTime}
        value={times.find((one) => one === filter.time) ?? ''}
        choices={times.map((value) => ({ value, label: members.times[value] }))}
        onChange={(word) => onChange('time', word)}
      />
      <select
        className="input"
        aria-label={members.whichRole}
        value={role}
        onChange={(event) => onChange('role', event.target.value)}
      >
        <option value="">{members.anyRole}</option>
        {!isKnown && <option value={role}>{role}</option>}
        {roles.map((one) => (
          <option key={one.role} value={one.role}>
            {one.title}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={members.whichWay}
        value={filter.through}
        onChange={(event) => onChange('through', event.target.value)}
      >
        <option value="">{members.anyWay}</option>
        <option value="alone">{members.alone}</option>
        <option value="group">{members.byGroup}</option>
      </select>
      {group !== '' && (
        <button
          className="button"
          type="button"
          aria-label={members.anyGroup(group)}
          onClick={() => onChange('group', '')}
        >
          <Icon name="group" size="small" />
          <bdi>{group}</bdi>
          <Icon name="close" size="small" />
        </button>
      )}
    </div>
  );
}
