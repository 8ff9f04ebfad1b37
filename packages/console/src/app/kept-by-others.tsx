import { Link } from 'wouter';
import { Empty } from '../parts/states.tsx';
import { words } from '../words/words.ts';
import { toWorkspace } from '../route/route.ts';

/** What is said on a page of roles to who sees nothing but themselves. */
export function KeptByOthers({ workspace, title }: { readonly workspace: string; readonly title: string }) {
  const { roles } = words;
  return (
    <Empty
      icon="lock"
      title={roles.forbiddenTitle}
      isPage
      acts={
        <Link className="button button-primary" href={toWorkspace(workspace, 'own')}>
          {roles.seeOwn}
        </Link>
      }
    >
      {roles.forbidden(title)}
    </Empty>
  );
}
