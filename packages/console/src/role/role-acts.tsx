import { Suspense, useState } from 'react';
import { Link } from 'wouter';
import { isOwnRole } from '../api/place.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { Menu } from '../parts/menu.tsx';
import { words } from '../words/words.ts';
import type { RoleParts } from './role-parts.ts';

const DeleteDialog = later(async () => (await import('../roles/delete-dialog.tsx')).DeleteDialog);

/** What can be done with a role as a whole. */
export function RoleActs({ workspace, found, roles, cells, rights }: RoleParts) {
  const [isDeleting, setDeleting] = useState(false);
  const { takesChanges } = useActorSession();
  const preview = (
    <Link
      className="button"
      href={`${toWorkspace(workspace, 'preview')}?roles=${encodeURIComponent(found.role)}`}
      data-keeps-draft=""
    >
      <Icon name="eye" />
      {words.nav.preview}
    </Link>
  );
  if (!rights.mayChangeRoles || !takesChanges) return preview;
  const isOwn = isOwnRole(found, workspace);
  const listed = roles.find((role) => role.role === found.role);
  const create = `${toWorkspace(workspace, 'create')}?from=${encodeURIComponent(found.role)}`;
  if (!isOwn) {
    return (
      <>
        {preview}
        <Link className="button button-primary" href={create}>
          <Icon name="link" />
          {words.role.from}
        </Link>
      </>
    );
  }
  return (
    <>
      {preview}
      <Link className="button" href={create}>
        <Icon name="copy" />
        {words.role.duplicate}
      </Link>
      <Menu label={words.common.menu(found.title)}>
        <Link href={`${toWorkspace(workspace, 'compare')}?roles=${encodeURIComponent(found.role)}`} data-keeps-draft="">
          <Icon name="grid" />
          {words.role.compare}
        </Link>
        <button className="is-loss" type="button" onClick={() => setDeleting(true)}>
          <Icon name="trash" />
          {words.role.delete}
        </button>
      </Menu>
      {isDeleting && listed && (
        <Suspense>
          <DeleteDialog
            workspace={workspace}
            role={listed}
            roles={roles}
            cells={cells}
            onClose={() => setDeleting(false)}
          />
        </Suspense>
      )}
    </>
  );
}
