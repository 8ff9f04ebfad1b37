import { useId, useState } from 'react';
import type { Role } from '../api/types.ts';
import { Icon } from '../parts/icon.tsx';
import { useSome } from '../parts/some.tsx';
import { permissions } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import type { Cells } from '../api/cells.ts';

export type Way = 'follow' | 'copy' | 'nothing';

interface StartFromProps {
  readonly way: Way;
  readonly from: string;
  readonly roles: readonly Role[];
  readonly cells: Cells;
  readonly defaultRole: string | undefined;
  readonly onWay: (way: Way) => void;
  readonly onFrom: (role: string) => void;
}

const ways: readonly { readonly way: Way; readonly title: string; readonly hint: string }[] = [
  { way: 'follow', title: words.create.follow, hint: words.create.followHint },
  { way: 'copy', title: words.create.copy, hint: words.create.copyHint },
  { way: 'nothing', title: words.create.nothing, hint: words.create.nothingHint },
];

/** What a new role begins with. */
export function StartFrom(props: StartFromProps) {
  const { way, onWay } = props;
  const name = useId();
  return (
    <>
      <fieldset>
        <legend>
          <h2>{words.create.start}</h2>
        </legend>
        <div className="ways">
          {ways.map((one) => (
            <label className="way" key={one.way}>
              <input
                className="check"
                type="radio"
                name={name}
                checked={one.way === way}
                onChange={() => onWay(one.way)}
              />
              <span>
                <b>{one.title}</b>
                <small>{one.hint}</small>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {way !== 'nothing' && <Picks {...props} />}
    </>
  );
}

function Picks({ way, from, roles, cells, defaultRole, onFrom }: StartFromProps) {
  const [search, setSearch] = useState('');
  const name = useId();
  const text = search.trim().toLowerCase();
  const found = roles.filter(({ title, role }) => [title, role].some((one) => one.toLowerCase().includes(text)));
  const { some, more } = useSome(found, 100);
  return (
    <fieldset>
      <legend>
        <h3>{way === 'follow' ? words.create.whichFollow : words.create.whichCopy}</h3>
      </legend>
      <div className="card picks">
        <span className="search">
          <Icon name="search" />
          <input
            className="input"
            type="search"
            placeholder={words.create.findRole}
            aria-label={words.create.findRole}
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
        </span>
        <div className="pick-list">
          {some.map((role) => (
            <label className="pick" key={role.role}>
              <input
                className="check"
                type="radio"
                name={name}
                checked={role.role === from}
                onChange={() => onFrom(role.role)}
              />
              <span className="pick-name">
                <bdi>{role.title}</bdi>
                {role.role === defaultRole && <span className="tag">{words.common.default}</span>}
              </span>
              <span className="quiet">{words.create.held(role.holderCount ?? 0)}</span>
              <span>{permissions(cells.count(cells.spell(role.grants)))}</span>
            </label>
          ))}
          {more}
        </div>
      </div>
      <p className="hint">{words.create.closest}</p>
    </fieldset>
  );
}
