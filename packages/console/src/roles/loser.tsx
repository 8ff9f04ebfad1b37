import { useState } from 'react';
import { isAt } from '../api/place.ts';
import type { Affected } from '../api/judgement.ts';
import type { Role } from '../api/types.ts';
import { Icon } from '../parts/icon.tsx';
import { Person, shortName } from '../parts/person.tsx';
import { listed, scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import type { Cells } from '../api/cells.ts';
import { readSubject } from '../api/subjects.ts';
import { nothingMore } from './deletion-edits.ts';

interface LoserProps {
  readonly affected: Affected;
  /** Where the role is deleted: who holds it elsewhere goes with all. */
  readonly place: string;
  readonly role: string;
  readonly heirs: readonly Role[];
  readonly heir: string;
  readonly cells: Cells;
  readonly titles: ReadonlyMap<string, string>;
  readonly onChoose: (role: string) => void;
}

const mostOptions = 100;

/** Somebody whose role is deleted: what they lose, and what they get instead. */
export function Loser({ affected, place, role, heirs, heir, cells, titles, onChoose }: LoserProps) {
  const { subject, lost, roles } = affected;
  const lostCells = [...new Set(lost.flatMap(({ permissions }) => permissions))];
  const losses = cells.say(lostCells, scopeWord, words.effect.baseline);
  // Thousands of roles for each of hundreds of people are drawn when somebody is about to choose.
  const [isChoosing, setChoosing] = useState(heirs.length <= mostOptions);
  const others = roles.filter((one) => one !== role);
  const isGroup = subject.startsWith('group:');
  const isHere = isAt(affected, place);
  return (
    <li>
      <div className="loser-who">
        <Person subject={readSubject(subject, 'user')} />
        {others.length > 0 && (
          <small className="quiet">{words.delete.also(listed(others.map((one) => titles.get(one) ?? one)))}</small>
        )}
      </div>
      {!isGroup && isHere && (
        <select
          className="input"
          aria-label={words.delete.each(shortName(subject))}
          value={heir}
          onFocus={() => setChoosing(true)}
          onPointerDown={() => setChoosing(true)}
          onChange={({ target }) => onChoose(target.value)}
        >
          {others.length > 0 && <option value={nothingMore}>{words.delete.nothingMore}</option>}
          {(isChoosing ? heirs : heirs.filter((one) => one.role === heir)).map((one) => (
            <option key={one.role} value={one.role}>
              {one.title}
            </option>
          ))}
        </select>
      )}
      {losses.length === 0 ? (
        <p className="loser-loses quiet">{words.delete.losesNothing}</p>
      ) : (
        <details className="loser-loses">
          <summary>
            <Icon name="right" size="small" />
            <b className="loss">{words.delete.loses(losses.length)}</b>
            <span className="quiet">{losses.join(', ')}</span>
          </summary>
          <ul>
            {losses.map((loss) => (
              <li key={loss}>
                <bdi>{loss}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
