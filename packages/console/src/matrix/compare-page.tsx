import { useMemo } from 'react';
import { Cells } from '../api/cells.ts';
import { useCatalog, useRoles } from '../api/queries.ts';
import type { Catalog, Role } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { useQueryParameter } from '../route/query-parameter.ts';
import { toWorkspace } from '../route/route.ts';
import type { PageProps } from '../session/page-props.ts';
import { words } from '../words/words.ts';
import { idsOf, matrixOf, mostCompared } from './matrix-of.ts';
import { MatrixTable } from './matrix-table.tsx';
import type { Column } from './sign.ts';

/** Two to four roles beside each other. The address says which, so that the way back leads to those before. */
export function ComparePage({ workspace }: PageProps) {
  const roles = useRoles(workspace);
  const catalog = useCatalog();
  const { matrix } = words;
  const error = roles.error ?? catalog.error;
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={[{ label: matrix.title, href: toWorkspace(workspace, 'matrix') }, { label: matrix.compareTitle }]}
        title={matrix.compareTitle}
        hint={matrix.compareHint}
      />
      {roles.data && catalog.data ? (
        <Compared roles={roles.data} catalog={catalog.data} />
      ) : error ? (
        <Failed what={matrix.compareTitle} error={error} onRetry={() => void roles.refetch()} />
      ) : (
        <Loading what={matrix.compareTitle} rows={10} />
      )}
    </div>
  );
}

function Compared({ roles, catalog }: { readonly roles: readonly Role[]; readonly catalog: Catalog }) {
  const [asked, setAsked] = useQueryParameter('roles', 'pushState');
  const [shown, setShown] = useQueryParameter('show', 'pushState');
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const ids = comparedOf(asked, roles, catalog.defaultRole);
  const compared = ids.join(',');
  const isAll = shown === 'all';
  const differing = useMemo(() => {
    const found = matrixOf({ roles, cells, catalog, search: '', compared, onlyDifferences: true });
    const columns = compared.split(',').flatMap((id) => found.columns.find(({ role }) => role.role === id) ?? []);
    return { ...found, columns };
  }, [roles, cells, catalog, compared]);
  const table = isAll ? { ...differing, rows: cells.permissions } : differing;
  const pick = (index: number, id: string): void =>
    setAsked([...ids.slice(0, index), ...(id === '' ? [] : [id]), ...ids.slice(index + 1)].join(','));
  const select = (index: number, role?: Role) => (
    <Picker
      roles={roles.filter((one) => one === role || !ids.includes(one.role))}
      role={role}
      label={role ? words.matrix.nth(index + 1) : words.matrix.add}
      mayGo={ids.length > 2}
      onPick={(id) => pick(index, id)}
    />
  );
  const { differ, differences, same } = words.matrix;
  return (
    <>
      <div className="tools">
        <label className="check-line">
          <input className="check" type="checkbox" checked={!isAll} onChange={() => setShown(isAll ? '' : 'all')} />
          {differences}
        </label>
        {ids.length < mostCompared && ids.length < roles.length && select(ids.length)}
        <p className="hint" role="status">
          {differ(differing.rows.length, cells.permissions.length)}
        </p>
      </div>
      {table.rows.length === 0 ? (
        <div className="card">
          <div className="compared-same">{table.columns.map(({ role }, index) => select(index, role))}</div>
          <Empty icon="check" title={same} />
        </div>
      ) : (
        <div className="comparison">
          <MatrixTable {...table} cells={cells} head={({ role }, index) => select(index, role)} />
        </div>
      )}
      <Containing columns={table.columns} />
    </>
  );
}

/** The roles that are compared: those that the address names, and where those are too few, others to begin with. */
function comparedOf(asked: string, roles: readonly Role[], defaultRole: string | undefined): readonly string[] {
  const known = new Map(roles.map((role) => [role.role, role]));
  const named = [...idsOf(asked)].filter((id) => known.has(id)).slice(0, mostCompared);
  if (named.length > 1) return named;
  const near = named.flatMap((id) => known.get(id)?.extends ?? []);
  const others = [...near, defaultRole ?? '', ...known.keys()].filter((id) => known.has(id));
  return [...new Set([...named, ...others])].slice(0, 2);
}

interface PickerProps {
  readonly roles: readonly Role[];
  readonly role: Role | undefined;
  readonly label: string;
  /** Whether it can be left out. */
  readonly mayGo: boolean;
  readonly onPick: (id: string) => void;
}

function Picker({ roles, role, label, mayGo, onPick }: PickerProps) {
  return (
    <select
      className="input"
      aria-label={label}
      value={role?.role ?? ''}
      // Browsers leave half of it under the first column, or beyond the edge.
      onFocus={({ target }) => target.scrollIntoView({ block: 'nearest', inline: 'nearest' })}
      onChange={({ target }) => onPick(target.value)}
    >
      {!role && <option value="">{label}</option>}
      {roles.map((one) => (
        <option key={one.role} value={one.role}>
          {one.title}
        </option>
      ))}
      {role && mayGo && <option value="">{words.matrix.leaveOut}</option>}
    </select>
  );
}

/** Which of the roles gives all that another one does. */
function Containing({ columns }: { readonly columns: readonly Column[] }) {
  const held = columns.map(({ role, given, denied }) => ({
    role,
    gives: [...given].filter((cell) => !denied.has(cell)),
  }));
  const sentences = held.flatMap((one) =>
    held
      .filter((other) => other.gives.length < one.gives.length && other.gives.every((cell) => one.gives.includes(cell)))
      .map((other) => words.matrix.holdsAll(one.role.title, other.role.title)),
  );
  return (
    <ul className="hint">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
