import { useMemo } from 'react';
import { useCatalog, useRoles } from '../api/queries.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { Loading } from '../parts/states.tsx';
import { Cells } from '../api/cells.ts';
import { words } from '../words/words.ts';
import { ChangeList } from './change-list.tsx';

/** What was changed in a workspace, the newest first, and undone with its effect shown before. */
export function ChangesPage({ workspace, title }: PageProps) {
  const catalog = useCatalog();
  const roles = useRoles(workspace);
  const cells = useMemo(() => (catalog.data ? new Cells(catalog.data) : undefined), [catalog.data]);
  const titles = useMemo(() => new Map((roles.data ?? []).map((role) => [role.role, role.title])), [roles.data]);
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={[{ label: words.changes.title }]}
        title={words.changes.title}
        hint={words.changes.hint(title)}
      />
      {cells ? (
        <ChangeList workspace={workspace} cells={cells} titles={titles} />
      ) : (
        <Loading what={words.changes.title} />
      )}
    </div>
  );
}
