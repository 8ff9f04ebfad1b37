import type { ReactNode } from 'react';

/** The heads of the columns of a table that narrow screens show as cards, and that is a table there, too. */
export function TableHead({ heads }: { readonly heads: readonly ReactNode[] }) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        {heads.map((head, index) => (
          <th key={index} scope="col" role="columnheader">
            {head}
          </th>
        ))}
      </tr>
    </thead>
  );
}
