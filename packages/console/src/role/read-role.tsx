import { Link } from 'wouter';
import { isOwnRole } from '../api/place.ts';
import { usePlan } from '../api/queries.ts';
import { toWorkspace } from '../route/route.ts';
import { Icon } from '../parts/icon.tsx';
import { people, scopeWord } from '../words/forms/count.ts';
import { planWords } from '../words/plan-words.ts';
import { words } from '../words/words.ts';
import { wordOf } from './draft/draft.ts';
import type { RoleParts } from './role-parts.ts';
import { boxOf, type Row, sectionsOf } from './draft/rows.ts';

/** A role that is not changed here: what it gives, and why it is not changed. */
export function ReadRole(parts: RoleParts) {
  const { catalog, found, cells } = parts;
  const sections = sectionsOf(catalog, found.cells, cells);
  return (
    <div className="role-grid">
      <div>
        <WhyRead {...parts} />
        <div className="card categories">
          {sections.map(({ category, rows }) => {
            const on = rows.filter((row) => boxOf(row.decided.map(wordOf), isGiven(row)) !== 'off').length;
            return (
              <details className="read-category" key={category} open={on > 0}>
                <summary>
                  <Icon name="right" size="small" />
                  <b>{category}</b>
                  <span className="number">{on === 0 ? words.member.none : words.role.of(on, rows.length)}</span>
                </summary>
                <ul>
                  {rows.map((row) => (
                    <ReadRow key={row.permission.permission} row={row} titles={parts.titles} />
                  ))}
                </ul>
              </details>
            );
          })}
        </div>
      </div>
      <Followers {...parts} />
    </div>
  );
}

function isGiven({ decided }: Row): (word: string) => boolean {
  return (word) => decided.some((cell) => cell.decision && wordOf(cell) === word);
}

function WhyRead({ found, workspace }: RoleParts) {
  const { role } = words;
  const plan = usePlan(workspace).data;
  const [title, hint] = found.builtIn
    ? [role.builtInTitle, role.builtIn]
    : !isOwnRole(found, workspace)
      ? [role.companyTitle(found.definedBy ?? ''), role.company]
      : plan?.customRoles === false
        ? [planWords.offPlan, planWords.roleOffPlan]
        : [role.mayNotTitle, role.mayNot];
  return (
    <div className="banner">
      <Icon name="lock" />
      <div>
        <b>{title}</b>
        <p>{hint}</p>
      </div>
    </div>
  );
}

function ReadRow({ row, titles }: { readonly row: Row; readonly titles: RoleParts['titles'] }) {
  const { permission, decided, cells } = row;
  const box = boxOf(decided.map(wordOf), isGiven(row));
  const given = decided.filter((cell) => cell.decision);
  const from = decided.find((cell) => cell.from !== undefined)?.from;
  const isEverybody = decided.every((cell) => cell.state === 'everybody');
  const isDenied = decided.some((cell) => cell.state === 'denied');
  const scopes = box === 'part' || (cells.length > decided.length && box === 'on') ? given : [];
  return (
    <li className="read-row" data-state={box}>
      <span className="sign">
        <Icon name={isDenied ? 'denied' : box === 'off' ? 'minus' : 'check'} size="small" />
        <span className="aloud">{box === 'off' ? words.common.no : words.common.yes}</span>
      </span>
      <span>
        <bdi>{permission.title}</bdi>
        {scopes.map((cell) => (
          <span className="scope" key={wordOf(cell)}>
            {scopeWord(cell.scope ?? '')}
          </span>
        ))}
      </span>
      <span className="permission-why">
        {isEverybody && (
          <>
            <Icon name="lock" size="small" />
            {words.common.everybody}
          </>
        )}
        {isDenied && words.role.state.denied}
        {!isEverybody && !isDenied && from !== undefined && (
          <>
            <Icon name="link" size="small" />
            <bdi>{titles.get(from) ?? from}</bdi>
          </>
        )}
      </span>
    </li>
  );
}

function Followers({ workspace, found, roles }: RoleParts) {
  const followers = roles.filter((role) => role.extends.includes(found.role));
  if (followers.length === 0) return null;
  return (
    <aside className="card effect" aria-label={words.role.followedBy}>
      <header>
        <h2>{words.role.followedBy}</h2>
        <p>{words.role.followedHint}</p>
      </header>
      <section>
        <ul className="followers">
          {followers.map((role) => (
            <li key={role.role}>
              <Link href={toWorkspace(workspace, 'roles', role.role)}>
                <bdi>{role.title}</bdi>
              </Link>
              <span className="quiet">{people(role.holderCount ?? 0)}</span>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}
