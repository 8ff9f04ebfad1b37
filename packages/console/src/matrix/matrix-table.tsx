import { memo, type ReactNode } from 'react';
import type { Cells } from '../api/cells.ts';
import type { Permission } from '../api/types.ts';
import { Icon } from '../parts/icon.tsx';
import { rowsOfScreen, useSome } from '../parts/some.tsx';
import { scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import { type Column, signOf } from './sign.ts';

/** The least width of a column, in pixels: `.matrix td`. */
const narrowest = 88;

/** So many columns and rows are drawn at once. */
const most = { columns: 40, rows: 40 };

interface MatrixTableProps {
  readonly columns: readonly Column[];
  readonly rows: readonly Permission[];
  readonly categoryOf: ReadonlyMap<string, string>;
  readonly cells: Cells;
  /** What stands over a column; undefined: the title of its role. */
  readonly head?: (column: Column, index: number) => ReactNode;
}

/** Roles × permissions as a table, of which the first rows and columns are drawn at once. */
export function MatrixTable({ columns, rows, categoryOf, cells, head = titleOf }: MatrixTableProps) {
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
              {wide.some.map((column, index) => (
                <th scope="col" key={column.role.role}>
                  {head(column, index)}
                  <span className="number">{cells.count(column.given)}</span>
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

function titleOf({ role }: Column) {
  return (
    <>
      <bdi>{role.title}</bdi>
      {role.builtIn && <Icon name="lock" size="tiny" />}
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
