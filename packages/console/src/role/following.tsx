import { useRef } from 'react';
import type { Role } from '../api/types.ts';
import { Field } from '../parts/fields.tsx';
import { useWayBack } from '../parts/way-back.ts';
import { words } from '../words/words.ts';
import { follow, followsOf } from './draft/draft.ts';
import { refollow } from './draft/refollow.ts';
import type { DraftState } from './draft/use-draft.ts';
import type { RoleParts } from './role-parts.ts';

interface FollowingProps extends RoleParts {
  readonly state: DraftState;
  readonly onDone: () => void;
}

/** Which roles a role follows, as the draft has it: what that does is shown before it is saved. */
export function Following({ found, roles, cells, state, onDone }: FollowingProps) {
  const card = useRef<HTMLDivElement>(null);
  useWayBack(card);
  const followed = followsOf(state.draft);
  const mayFollow = roles.filter(({ role }) => !followersOf(found.role, roles).has(role));
  const set = (index: number, id: string): void => {
    const next = [...followed.slice(0, index), id, ...followed.slice(index + 1)];
    const parents = next.flatMap((one) => roles.find(({ role }) => role === one) ?? []);
    state.set((draft) => follow(draft, refollow(found, parents, cells)));
  };
  return (
    <div ref={card} className="card naming">
      {[...followed, ''].map((id, index) => (
        <Field
          key={index}
          label={index === 0 ? words.role.follows : words.role.followsToo}
          hint={index === followed.length ? words.role.followsHint : undefined}
        >
          {(ids) => (
            <select
              className="input"
              id={ids.id}
              aria-describedby={ids.describedBy}
              value={id}
              onChange={({ target }) => set(index, target.value)}
            >
              <option value="">{index === 0 ? words.role.followsNone : words.role.followsNoOther}</option>
              {mayFollow
                .filter(({ role }) => role === id || !followed.includes(role))
                .map(({ role, title }) => (
                  <option key={role} value={role}>
                    {title}
                  </option>
                ))}
            </select>
          )}
        </Field>
      ))}
      <button className="button button-small" type="button" onClick={onDone}>
        {words.role.done}
      </button>
    </div>
  );
}

/** A role and those that follow it, directly or through others: it cannot follow them. */
function followersOf(id: string, roles: readonly Role[]): ReadonlySet<string> {
  const found = new Set([id]);
  for (const one of found) {
    for (const role of roles) if (role.extends.includes(one)) found.add(role.role);
  }
  return found;
}
