import { memo } from 'react';
import { useLocation } from 'wouter';
import { companyOf, isDefinedAt } from '../api/place.ts';
import type { MadeChange } from '../api/judgement.ts';
import type { Role } from '../api/types.ts';
import { follow } from '../route/follow.ts';
import { toWorkspace } from '../route/route.ts';
import { Icon } from '../parts/icon.tsx';
import { Menu } from '../parts/menu.tsx';
import { Avatars, shortName } from '../parts/person.tsx';
import { day } from '../words/forms/count.ts';
import { planWords } from '../words/plan-words.ts';
import { TableHead } from '../parts/table-head.tsx';
import { words } from '../words/words.ts';
import { baseOf, type Cells } from '../api/cells.ts';
import type { FoundRole } from './find-roles.ts';

interface RoleTableProps {
  readonly workspace: string;
  readonly title: string;
  /** Of the company that the workspace is of. */
  readonly organization: string | undefined;
  readonly found: readonly FoundRole[];
  readonly roles: readonly Role[];
  readonly cells: Cells;
  readonly defaultRole: string | undefined;
  readonly lastChanges: ReadonlyMap<string, MadeChange>;
  readonly mayChange: boolean;
  /** Whether roles may be defined here, by the plan of the company. */
  readonly isOnPlan: boolean;
  readonly onDelete: (role: Role) => void;
}

/** Roles in a table; on narrow screens each is a card. */
export function RoleTable(props: RoleTableProps) {
  const { found, title, lastChanges, ...row } = props;
  const hasChanges = lastChanges.size > 0;
  const [, navigate] = useLocation();
  const { head, builtInGroup, customGroup, companyGroup } = words.roles;
  const company = found.find(({ role }) => role.organization !== undefined)?.role.organization;
  const groups = [
    { name: builtInGroup, found: found.filter(({ role }) => role.builtIn) },
    { name: companyGroup(company ?? ''), found: found.filter(({ role }) => role.organization !== undefined) },
    { name: customGroup(title), found: found.filter(({ role }) => !role.builtIn && role.organization === undefined) },
  ];
  const heads = [
    ...[head.role, head.held, head.compared],
    ...(hasChanges ? [head.changed] : []),
    <span className="aloud" key="more">
      {words.role.more}
    </span>,
  ];
  return (
    <div className="table-frame">
      <table className={hasChanges ? 'table table-cards roles has-changes' : 'table table-cards roles'} role="table">
        <TableHead heads={heads} />
        {groups
          .filter((group) => group.found.length > 0)
          .map((group) => (
            <tbody key={group.name} role="rowgroup">
              <tr className="group" role="row">
                <th scope="rowgroup" colSpan={hasChanges ? 5 : 4} role="rowheader">
                  <bdi>{group.name}</bdi>
                </th>
              </tr>
              {group.found.map((one) => (
                <RoleRow
                  key={one.role.role}
                  {...row}
                  navigate={navigate}
                  one={one}
                  hasChanges={hasChanges}
                  change={lastChanges.get(one.role.role)}
                />
              ))}
            </tbody>
          ))}
      </table>
    </div>
  );
}

interface RoleRowProps extends Omit<RoleTableProps, 'found' | 'title' | 'lastChanges'> {
  readonly navigate: (path: string) => void;
  readonly one: FoundRole;
  readonly hasChanges: boolean;
  readonly change: MadeChange | undefined;
}

/** One role. It is drawn anew only when something of it is another, not with each letter of a search. */
const RoleRow = memo(function RoleRow({ one, hasChanges, change, ...props }: RoleRowProps) {
  const { role, by } = one;
  const { workspace, navigate, defaultRole, organization } = props;
  const { foundBy } = words.roles;
  return (
    <tr className="role-row" role="row">
      <th scope="row" role="rowheader">
        <span className="role-name">
          <a {...follow(toWorkspace(workspace, 'roles', role.role), navigate)}>
            <bdi>{role.title}</bdi>
          </a>
          {role.builtIn && <Icon name="lock" size="small" />}
          {role.role === defaultRole && <span className="tag">{words.common.default}</span>}
          {role.spans !== 'workspace' && <SpanTag role={role} organization={organization} />}
          {!role.builtIn && !props.isOnPlan && <span className="tag tag-caution">{planWords.offPlan}</span>}
        </span>
        {role.description !== undefined && (
          <span className="role-description">
            <bdi>{role.description}</bdi>
          </span>
        )}
        {by && (
          <span className="found-by">
            <Icon name={by.kind === 'person' ? 'people' : 'check'} size="small" />
            {foundBy[by.kind]} <bdi>{by.name}</bdi>
          </span>
        )}
      </th>
      <td role="cell">
        <Held role={role} workspace={workspace} navigate={navigate} />
      </td>
      <td role="cell">
        <Compared {...props} role={role} />
      </td>
      {hasChanges && (
        <td role="cell" className={change ? undefined : 'is-blank'}>
          <Changed change={change} />
        </td>
      )}
      <td className="row-menu" role="cell">
        <RowMenu {...props} role={role} />
      </td>
    </tr>
  );
});

function SpanTag({ role, organization }: { readonly role: Role; readonly organization: string | undefined }) {
  const company = role.organization ?? organization ?? words.members.company;
  return (
    <span className="tag">
      <bdi>{role.spans === 'everything' ? words.signIn.staff : words.common.allOf(company)}</bdi>
    </span>
  );
}

function Held({ role, workspace, navigate }: Pick<InRow, 'role' | 'workspace' | 'navigate'>) {
  const { holderCount = 0, firstHolders = [] } = role;
  // Who holds it in which workspace is told there.
  if (companyOf(workspace) !== undefined && role.spans === 'workspace') {
    return <span className="quiet">{words.roles.heldInWorkspaces}</span>;
  }
  if (holderCount === 0) return <span className="quiet">{words.common.nobody}</span>;
  return (
    <a className="people-link" {...follow(toWorkspace(workspace, 'roles', role.role, 'members'), navigate)}>
      <Avatars subjects={firstHolders} />
      {words.roles.heldBy(holderCount)}
    </a>
  );
}

type InRow = Pick<
  RoleTableProps,
  'roles' | 'cells' | 'defaultRole' | 'workspace' | 'mayChange' | 'isOnPlan' | 'onDelete'
> & {
  readonly role: Role;
  readonly navigate: (path: string) => void;
};

function Compared({ role, roles, cells, defaultRole }: InRow) {
  const given = cells.spell(role.grants);
  const base = baseOf(role, roles, defaultRole);
  if (!base) {
    return (
      <span className="two">
        <span>
          <b>{cells.count(given)}</b> {cells.count(given) === 1 ? 'permission' : 'permissions'}
        </span>
        <span className="quiet">{words.roles.startingPoint}</span>
      </span>
    );
  }
  const { more, fewer } = cells.compare(given, cells.spell(base.grants));
  const denied = cells.count(cells.spell(role.denies));
  const isSame = more + fewer === 0;
  return (
    <span className="two">
      <span>
        {isSame && words.roles.same}
        {more > 0 && (
          <>
            <b>{more}</b> {words.roles.more}
          </>
        )}
        {more > 0 && fewer > 0 && ', '}
        {fewer > 0 && (
          <>
            <b>{fewer}</b> {words.roles.fewer}
          </>
        )}
      </span>
      <span className="quiet">
        <bdi>{isSame ? words.roles.as(base.title) : words.roles.than(base.title)}</bdi>
        {denied > 0 && `, ${words.roles.denies(denied)}`}
      </span>
    </span>
  );
}

function Changed({ change }: { readonly change: MadeChange | undefined }) {
  if (!change) return <span className="aloud">–</span>;
  return (
    <span className="two">
      <time dateTime={change.at}>{day(change.at)}</time>
      <span className="quiet">
        <bdi>{words.roles.by(shortName(change.actor.id))}</bdi>
      </span>
    </span>
  );
}

function RowMenu({ role, workspace, navigate, mayChange, isOnPlan, onDelete }: InRow) {
  if (!mayChange) return null;
  const isOwn = isDefinedAt(role, workspace);
  return (
    <Menu label={words.common.menu(role.title)}>
      <button
        type="button"
        aria-disabled={!isOnPlan || undefined}
        onClick={() =>
          isOnPlan && navigate(`${toWorkspace(workspace, 'create')}?from=${encodeURIComponent(role.role)}`)
        }
      >
        <Icon name="copy" />
        {isOwn ? words.role.duplicate : words.role.from}
      </button>
      {isOwn && (
        <button className="is-loss" type="button" onClick={() => onDelete(role)}>
          <Icon name="trash" />
          {words.role.delete}
        </button>
      )}
    </Menu>
  );
}
