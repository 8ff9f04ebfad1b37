import { useMemo, useState } from 'react';
import { useCatalog, useRoles } from '../api/queries.ts';
import type { Catalog, Permission, Role } from '../api/types.ts';
import { PageHead } from '../app/page-head.tsx';
import type { PageProps } from '../app/pages.tsx';
import { useQueryParameter } from '../app/query-parameter.ts';
import { Search } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Cells } from '../roles/cells.ts';
import { words } from '../words/words.ts';
import { type Sign, signOf } from './sign.ts';

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

interface Column {
  readonly role: Role;
  readonly given: ReadonlySet<string>;
  readonly denied: ReadonlySet<string>;
}

function Matrix({ roles, catalog }: { readonly roles: readonly Role[]; readonly catalog: Catalog }) {
  const [search, setSearch] = useState('');
  const [compared, setCompared] = useQueryParameter('roles');
  const [onlyDifferences, setOnlyDifferences] = useState(false);
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const chosen = new Set(compared.split(',').filter((id) => id !== ''));
  const text = search.trim().toLowerCase();
  const columns = roles
    .filter((role) => chosen.size === 0 || chosen.has(role.role))
    .map((role): Column => ({ role, given: cells.spell(role.grants), denied: cells.spell(role.denies) }));
  const signsOf = (permission: Permission): readonly Sign[] =>
    columns.map((column) => signOf(permission, cells, column));
  const isShown = (permission: Permission): boolean => {
    const isNamed = [permission.title, permission.permission].some((one) => one.toLowerCase().includes(text));
    return isNamed && (!onlyDifferences || new Set(signsOf(permission).map(({ kind }) => kind)).size > 1);
  };
  const sections = catalog.categories
    .map(({ category, permissions }) => ({ category, permissions: permissions.filter(isShown) }))
    .filter(({ permissions }) => permissions.length > 0);
  const toggle = (id: string): void => {
    const next = chosen.has(id) ? [...chosen].filter((one) => one !== id) : [...chosen, id];
    setCompared(next.join(','));
  };
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
      </div>
      <fieldset className="compare">
        <legend className="aloud">{words.matrix.compare}</legend>
        {roles.map((role) => (
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
      <Legend />
      {sections.length === 0 ? (
        <div className="card">
          <Empty icon="search" title={words.role.nothing(search)} />
        </div>
      ) : (
        <MatrixTable columns={columns} sections={sections} cells={cells} />
      )}
    </>
  );
}

function Legend() {
  const { legend } = words.matrix;
  return (
    <ul className="legend">
      {(['yes', 'part', 'everybody', 'denied'] as const).map((kind) => (
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
  readonly sections: readonly { readonly category: string; readonly permissions: readonly Permission[] }[];
  readonly cells: Cells;
}

function MatrixTable({ columns, sections, cells }: MatrixTableProps) {
  return (
    <div className="matrix-frame" role="region" aria-label={words.matrix.region} tabIndex={0}>
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">{words.matrix.permission}</th>
            {columns.map(({ role, given }) => (
              <th scope="col" key={role.role}>
                <bdi>{role.title}</bdi>
                {role.builtIn && <Icon name="lock" size="tiny" />}
                <span className="number">{cells.count(given)}</span>
              </th>
            ))}
          </tr>
        </thead>
        {sections.map(({ category, permissions }) => (
          <tbody key={category}>
            <tr className="group">
              <th scope="rowgroup" colSpan={columns.length + 1}>
                <span>{category}</span>
              </th>
            </tr>
            {permissions.map((permission) => (
              <tr key={permission.permission}>
                <th scope="row">
                  <bdi>{permission.title}</bdi>
                  {permission.caution !== undefined && (
                    <>
                      {' '}
                      <Icon name="caution" size="small" />
                      <span className="aloud">{words.role.state.caution}</span>
                    </>
                  )}
                </th>
                {columns.map((column) => {
                  const sign = signOf(permission, cells, column);
                  return (
                    <td
                      key={column.role.role}
                      className="sign-mark"
                      data-kind={sign.kind}
                      title={sign.kind === 'part' ? sign.text : undefined}
                    >
                      <span className="aloud">{sign.text}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}
