import { useState } from 'react';
import type { AccessPlace, AllowedPermission, HeldPermission, Permissions, Role } from '../api/types.ts';
import { Segmented } from '../parts/fields.tsx';
import type { Cells } from '../api/cells.ts';
import { Icon } from '../parts/icon.tsx';
import { listed, scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';

interface EverythingProps {
  readonly cells: Cells;
  readonly name: string;
  readonly held: Permissions;
  readonly here: AccessPlace | undefined;
  readonly titles: ReadonlyMap<string, string>;
  readonly roles: readonly Role[];
}

type Filter = 'all' | 'can' | 'cannot';

/** Everything that somebody can do at a workspace, and what gives it; of the rest, what would. */
export function Everything({ name, held, here, titles, roles, cells }: EverythingProps) {
  const [filter, setFilter] = useState<Filter>('all');
  const permissions = held.permissions.filter((one) => one.movedTo === undefined);
  const allowed = new Map((here?.permissions ?? []).map((one) => [one.permission, one]));
  const isHeld = (one: HeldPermission): boolean => scopesOf(one, cells).on > 0;
  const can = permissions.filter(isHeld);
  const shown = permissions.filter((one) => filter === 'all' || isHeld(one) === (filter === 'can'));
  const heldNow = new Set((here?.roles ?? []).filter(({ time }) => time === 'holds').map(({ role }) => role));
  const holding = roles.filter(({ role }) => heldNow.has(role));
  const categories = [...new Set(shown.map((one) => one.category))];
  return (
    <section className="block">
      <div className="block-head">
        <h2>
          {words.member.everything(name)}{' '}
          <span className="number">{words.member.can(can.length, permissions.length)}</span>
        </h2>
        <Segmented
          label={words.member.filter.label}
          value={filter}
          onChange={setFilter}
          choices={(['all', 'can', 'cannot'] as const).map((value) => ({ value, label: words.member.filter[value] }))}
        />
      </div>
      <div className="card categories">
        {categories.map((category) => {
          const rows = shown.filter((one) => one.category === category);
          const some = rows.filter(isHeld).length;
          return (
            <details className="read-category" key={category} open={some > 0}>
              <summary>
                <Icon name="right" size="small" />
                <b>{category}</b>
                <span className="number">{some === 0 ? words.member.none : words.role.of(some, rows.length)}</span>
              </summary>
              <ul>
                {rows.map((one) => (
                  <EverythingRow
                    key={one.permission}
                    held={one}
                    allowed={allowed.get(one.permission)}
                    holding={holding}
                    titles={titles}
                    roles={roles}
                    cells={cells}
                  />
                ))}
              </ul>
            </details>
          );
        })}
      </div>
    </section>
  );
}

interface EverythingRowProps extends Pick<EverythingProps, 'titles' | 'roles' | 'cells'> {
  readonly held: HeldPermission;
  readonly allowed: AllowedPermission | undefined;
  /** The roles that they hold now. */
  readonly holding: readonly Role[];
}

/** Which of their roles denies it to them, or takes it out of what it follows. */
function whyNot(
  cellWords: readonly string[],
  { holding, roles }: Pick<EverythingRowProps, 'holding' | 'roles'>,
): string | undefined {
  const has = (grants: readonly string[]): boolean => grants.some((word) => cellWords.includes(word));
  const denying = holding.find(({ denies }) => has(denies));
  if (denying) return words.member.deniedBy(denying.title);
  const taking = holding.find((one) => roles.some(({ role, grants }) => one.extends.includes(role) && has(grants)));
  return taking && words.member.outBy(taking.title);
}

function EverythingRow({ held, allowed, holding, titles, roles, cells }: EverythingRowProps) {
  const { on, all, shown, isEverybody } = scopesOf(held, cells);
  const isHeld = on > 0;
  const isPart = isHeld && on < all;
  const giving = [...new Set((allowed?.roles ?? []).map((one) => titles.get(one.role) ?? one.role))];
  const would = roles
    .filter(({ grants }) => grants.some((word) => word === held.permission || decidedWords(held, cells).includes(word)))
    .map(({ title }) => title);
  const why = whyNot([held.permission, ...decidedWords(held, cells)], { holding, roles });
  return (
    <li className="read-row" data-state={isHeld ? (isPart ? 'part' : 'on') : 'off'}>
      <span className="sign">
        <Icon name={isHeld ? 'check' : 'close'} size="small" />
        <span className="aloud">{isHeld ? words.common.yes : words.common.no}</span>
      </span>
      <span>
        <bdi>{held.title}</bdi>
        {shown.map((scope) => (
          <span className="scope" key={scope}>
            {scopeWord(scope)}
          </span>
        ))}
      </span>
      <span className="permission-why">
        {isHeld && isEverybody && (
          <>
            <Icon name="lock" size="small" />
            {words.common.everybody}
          </>
        )}
        {isHeld && !isEverybody && giving.length > 0 && <bdi>{words.member.through(listed(giving))}</bdi>}
        {!isHeld && why !== undefined && <bdi>{why}</bdi>}
        {!isHeld && why === undefined && would.length > 0 && <bdi>{words.member.would(listed(would, 2))}</bdi>}
      </span>
    </li>
  );
}

/** Of a permission what roles decide: in how many of those scopes it is held, and which are named. */
function scopesOf({ permission, decision, scopes }: HeldPermission, cells: Cells) {
  const found = cells.byId.get(permission);
  const decided = found ? cells.decided(found) : [permission];
  const held = decided.filter((cell) => scopes?.[cell.split('@')[1] ?? ''] ?? decision);
  const isNamed = held.length < decided.length || (found !== undefined && decided.length < found.scopes.length);
  return {
    on: held.length,
    all: decided.length,
    shown: isNamed ? held.flatMap((cell) => cell.split('@')[1] ?? []) : [],
    isEverybody: decided.every((cell) => cells.baseline.has(cell)),
  };
}

function decidedWords({ permission }: HeldPermission, cells: Cells): readonly string[] {
  const found = cells.byId.get(permission);
  return found ? cells.decided(found) : [permission];
}
