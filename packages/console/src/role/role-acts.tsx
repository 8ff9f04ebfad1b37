import { Suspense, useState } from 'react';
import { Link } from 'wouter';
import { toWorkspace } from '../app/route.ts';
import { useActorSession } from '../app/session.ts';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/later.ts';
import { Menu } from '../parts/menu.tsx';
import { words } from '../words/words.ts';
import type { RoleParts } from './role-page.tsx';

const DeleteDialog = later(async () => (await import('../roles/delete-dialog.tsx')).DeleteDialog);

/** What can be done with a role as a whole. */
export function RoleActs({ workspace, found, roles, cells, rights }: RoleParts) {
  const [isDeleting, setDeleting] = useState(false);
  const { takesChanges } = useActorSession();
  if (!rights.mayChangeRoles || !takesChanges) return null;
  const isOwn = !found.builtIn && found.definedBy === undefined;
  const listed = roles.find((role) => role.role === found.role);
  const create = `${toWorkspace(workspace, 'create')}?from=${encodeURIComponent(found.role)}`;
  if (!isOwn) {
    return (
      <Link className="button button-primary" href={create}>
        <Icon name="link" />
        {words.role.from}
      </Link>
    );
  }
  return (
    <>
      <Link className="button" href={create}>
        <Icon name="copy" />
        {words.role.duplicate}
      </Link>
      <Menu label={words.common.menu(found.title)}>
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
