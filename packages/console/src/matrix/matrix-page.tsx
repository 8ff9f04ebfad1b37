import { useDeferredValue, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useCatalog, useRoles } from '../api/queries.ts';
import type { Catalog, Role } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { useQueryParameter } from '../route/query-parameter.ts';
import { Search } from '../parts/fields.tsx';
import { useSome } from '../parts/some.tsx';
import { toWorkspace } from '../route/route.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Cells } from '../api/cells.ts';
import { words } from '../words/words.ts';
import { idsOf, matrixOf, mostCompared } from './matrix-of.ts';
import { MatrixTable } from './matrix-table.tsx';

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
      {roles.data && catalog.data && <Matrix workspace={workspace} roles={roles.data} catalog={catalog.data} />}
    </div>
  );
}

/** So many roles to choose are drawn at once. */
const mostChoices = 60;

interface MatrixProps {
  readonly workspace: string;
  readonly roles: readonly Role[];
  readonly catalog: Catalog;
}

function Matrix({ workspace, roles, catalog }: MatrixProps) {
  const [search, setSearch] = useState('');
  const [compared, setCompared] = useQueryParameter('roles');
  const [onlyDifferences, setOnlyDifferences] = useState(false);
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const count = idsOf(compared).size;
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
        {count > 1 && count <= mostCompared && (
          <Link className="button" href={`${toWorkspace(workspace, 'compare')}?roles=${encodeURIComponent(compared)}`}>
            {words.matrix.compareThese}
          </Link>
        )}
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

interface ChoicesProps {
  readonly roles: readonly Role[];
  readonly compared: string;
  readonly onCompare: (compared: string) => void;
}

function Choices({ roles, compared, onCompare }: ChoicesProps) {
  const chosen = idsOf(compared);
  const { some, more } = useSome(roles, mostChoices);
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
