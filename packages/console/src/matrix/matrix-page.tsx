import { memo, useDeferredValue, useMemo, useState } from 'react';
import { useCatalog, useRoles } from '../api/queries.ts';
import type { Catalog, Permission, Role } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { useQueryParameter } from '../route/query-parameter.ts';
import { Search } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { rowsOfScreen, useSome } from '../parts/some.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Cells } from '../api/cells.ts';
import { scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import { type Column, columnOf, isGivenBy, signOf } from './sign.ts';

/** Roles × permissions: all, or a few beside each other, or only where they differ. */
export function MatrixPage({ workspace, title }: PageProps) {
  const roles = useRoles(workspace);
  const catalog = useCatalog();
  return (
    <div className="page page-wide">
      <PageHead
        workspace={workspace}
        crumbs={[{ label: words.matrix.title }]}
        title={words.matrix.title}
        hint={words.matrix.hint(title)}
      />
      {(roles.isPending || catalog.isPending) && <Loading what={words.matrix.title} rows={10} />}
      {roles.error && !roles.data && (
        <Failed what={words.matrix.title} error={roles.error} onRetry={() => void roles.refetch()} />
      )}
      {roles.data && catalog.data && <Matrix roles={roles.data} catalog={catalog.data} />}
    </div>
  );
}

/** The least width of a column, in pixels: `.matrix td`. */
const narrowest = 88;

/** So many columns, rows, and roles to choose are drawn at once. */
const most = { columns: 40, rows: 40, choices: 60 };

function Matrix({ roles, catalog }: { readonly roles: readonly Role[]; readonly catalog: Catalog }) {
  const [search, setSearch] = useState('');
  const [compared, setCompared] = useQueryParameter('roles');
  const [onlyDifferences, setOnlyDifferences] = useState(false);
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const sought = useDeferredValue(search);
  const table = useMemo(
    () => matrixOf({ roles, cells, catalog, search: sought, compared, onlyDifferences }),
    [roles, cells, catalog, sought, compared, onlyDifferences],
  );
  return (
    <>
      <div className="tools">
        <Search label={words.matrix.find} value={search} onChange={setSearch} />
        <label className="check-line">
          <input
            className="check"
            type="checkbox"
            checked={onlyDifferences}
            onChange={() => setOnlyDifferences(!onlyDifferences)}
          />
          {words.matrix.differences}
        </label>
        <button
          className="button"
          type="button"
          onClick={() => void import('./export-matrix.ts').then(({ exportMatrix }) => exportMatrix(table, cells))}
        >
          {words.matrix.export}
        </button>
      </div>
      <Choices roles={roles} compared={compared} onCompare={setCompared} />
      <Legend />
      <p className={onlyDifferences ? 'hint' : 'aloud'} role="status">
        {onlyDifferences && words.matrix.differ(table.rows.length, cells.permissions.length)}
        {!onlyDifferences && sought !== '' && words.role.shown(table.rows.length, cells.permissions.length)}
      </p>
      {table.rows.length === 0 ? (
        <div className="card">
          <Empty icon="search" title={search === '' ? words.matrix.same : words.matrix.nothing(search)} />
        </div>
      ) : (
        <MatrixTable {...table} cells={cells} />
      )}
    </>
  );
}

interface Wanted {
  readonly roles: readonly Role[];
  readonly cells: Cells;
  readonly catalog: Catalog;
  readonly search: string;
  readonly compared: string;
  readonly onlyDifferences: boolean;
}

/** The columns and rows that are asked for: a search finds permissions, or else roles. */
function matrixOf({ roles, cells, catalog, search, compared, onlyDifferences }: Wanted) {
  const chosen = idsOf(compared);
  const text = search.trim().toLowerCase();
  const isNamed = (...names: readonly string[]): boolean => names.some((name) => name.toLowerCase().includes(text));
  const named = cells.permissions.filter((one) => isNamed(one.title, one.permission));
  const wanted = roles.filter(({ role }) => chosen.size === 0 || chosen.has(role));
  const found = named.length > 0 ? wanted : wanted.filter(({ role, title }) => isNamed(title, role));
  const grantsOf = new Map(roles.map(({ role, grants }) => [role, grants]));
  const columns = found.map((role) => columnOf(role, cells, grantsOf));
  const differs = (permission: Permission): boolean =>
    new Set(columns.map((column) => isGivenBy(signOf(permission, cells, column)))).size > 1;
  const all = named.length > 0 ? named : columns.length > 0 ? cells.permissions : [];
  const categoryOf = new Map(
    catalog.categories.flatMap(({ category, permissions }) => permissions.map((one) => [one.permission, category])),
  );
  return { columns, categoryOf, rows: onlyDifferences ? all.filter(differs) : all };
}

function idsOf(compared: string): ReadonlySet<string> {
  return new Set(compared.split(',').filter((id) => id !== ''));
}

interface ChoicesProps {
  readonly roles: readonly Role[];
  readonly compared: string;
  readonly onCompare: (compared: string) => void;
}

function Choices({ roles, compared, onCompare }: ChoicesProps) {
  const chosen = idsOf(compared);
  const { some, more } = useSome(roles, most.choices);
  const shown = [...some, ...roles.slice(some.length).filter(({ role }) => chosen.has(role))];
  const toggle = (id: string): void => {
    const next = chosen.has(id) ? [...chosen].filter((one) => one !== id) : [...chosen, id];
    onCompare(next.join(','));
  };
  return (
    <>
      <fieldset className="compare">
        <legend className="aloud">{words.matrix.compare}</legend>
        {shown.map((role) => (
          <label className="chip" key={role.role}>
            <input
              className="check"
              type="checkbox"
              checked={chosen.has(role.role)}
              onChange={() => toggle(role.role)}
            />
            <bdi>{role.title}</bdi>
          </label>
        ))}
      </fieldset>
      {more}
    </>
  );
}

function Legend() {
  const { legend } = words.matrix;
  return (
    <ul className="legend">
      {(['yes', 'inherited', 'part', 'everybody', 'out', 'denied'] as const).map((kind) => (
        <li key={kind}>
          <span className="sign-mark" data-kind={kind} aria-hidden="true" />
          {legend[kind]}
        </li>
      ))}
    </ul>
  );
}

interface MatrixTableProps {
  readonly columns: readonly Column[];
  readonly rows: readonly Permission[];
  readonly categoryOf: ReadonlyMap<string, string>;
  readonly cells: Cells;
}

function MatrixTable({ columns, rows, categoryOf, cells }: MatrixTableProps) {
  const { some, more } = useSome(rows, most.rows, rowsOfScreen(33));
  const wide = useSome(columns, most.columns, Math.ceil(innerWidth / narrowest));
  const categories = [...new Set(some.map(({ permission }) => categoryOf.get(permission) ?? ''))];
  return (
    <>
      <div className="matrix-frame" role="region" aria-label={words.matrix.region} tabIndex={0}>
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col">{words.matrix.permission}</th>
              {wide.some.map(({ role, given }) => (
                <th scope="col" key={role.role}>
                  <bdi>{role.title}</bdi>
                  {role.builtIn && <Icon name="lock" size="tiny" />}
                  <span className="number">{cells.count(given)}</span>
                </th>
              ))}
            </tr>
          </thead>
          {categories.map((category) => (
            <tbody key={category}>
              <tr className="group">
                <th scope="rowgroup" colSpan={wide.some.length + 1}>
                  <span>{category}</span>
                </th>
              </tr>
              {some
                .filter(({ permission }) => categoryOf.get(permission) === category)
                .map((permission) => (
                  <MatrixRow key={permission.permission} permission={permission} columns={wide.some} cells={cells} />
                ))}
            </tbody>
          ))}
        </table>
      </div>
      {more}
      {wide.more}
    </>
  );
}

interface MatrixRowProps {
  readonly permission: Permission;
  readonly columns: readonly Column[];
  readonly cells: Cells;
}

const MatrixRow = memo(function MatrixRow({ permission, columns, cells }: MatrixRowProps) {
  const decided = cells.decided(permission);
  const scope = decided.length === 1 && permission.scopes.length > 1 ? decided[0]?.split('@')[1] : undefined;
  return (
    <tr>
      <th scope="row">
        <bdi>{permission.title}</bdi>
        {scope !== undefined && <span className="scope">{scopeWord(scope)}</span>}
        {permission.caution !== undefined && (
          <>
            {' '}
            <Icon name="caution" size="small" />
            <span className="aloud">{words.role.state.caution}</span>
          </>
        )}
      </th>
      {columns.map((column) => {
        const { kind, text } = signOf(permission, cells, column);
        return (
          <td key={column.role.role} className="sign-mark" data-kind={kind} title={kind === 'no' ? undefined : text}>
            <span className="aloud">{text}</span>
          </td>
        );
      })}
    </tr>
  );
});
