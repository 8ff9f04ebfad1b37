/** Where somebody is: an address, understood. */
export type Route =
  | { readonly page: 'workspaces' | 'sign-in' | 'people' | 'nowhere' }
  | { readonly page: 'roles' | 'create' | 'members' | 'matrix' | 'changes' | 'ask' | 'own'; readonly workspace: string }
  | { readonly page: 'role'; readonly workspace: string; readonly role: string; readonly tab: RoleTab }
  | {
      readonly page: 'member';
      readonly workspace: string;
      readonly subject: { readonly type: string; readonly id: string };
    };

export type RoleTab = 'permissions' | 'members' | 'history';

export const base = '/console';

/** Reads the path as the browser has it: every part is decoded once, and on its own. */
export function readRoute(pathname: string): Route {
  const parts = pathname
    .slice(base.length)
    .split('/')
    .filter((part) => part !== '');
  const names = parts.map(decode);
  if (names.some((name) => name === undefined)) return { page: 'nowhere' };
  const [first, workspace, page = 'roles', name, tab, ...rest] = names as string[];
  if (first === undefined) return { page: 'workspaces' };
  if (first === 'sign-in' && workspace === undefined) return { page: 'sign-in' };
  if (first === 'act-as' && workspace === undefined) return { page: 'people' };
  if (first !== 'workspaces' || rest.length > 0) return { page: 'nowhere' };
  if (workspace === undefined) return { page: 'workspaces' };
  return readPage(workspace, page, name, tab);
}

function readPage(workspace: string, page: string, name: string | undefined, tab: string | undefined): Route {
  if (name === undefined) return isSimple(page) ? { page, workspace } : { page: 'nowhere' };
  if (page === 'roles') {
    if (tab === undefined) return { page: 'role', workspace, role: name, tab: 'permissions' };
    return isTab(tab) ? { page: 'role', workspace, role: name, tab } : { page: 'nowhere' };
  }
  if (page === 'members' && tab !== undefined) return { page: 'member', workspace, subject: { type: name, id: tab } };
  return { page: 'nowhere' };
}

const simple = ['roles', 'members', 'matrix', 'changes', 'ask', 'own', 'create'] as const;

function isSimple(page: string): page is (typeof simple)[number] {
  return (simple as readonly string[]).includes(page);
}

function isTab(tab: string): tab is RoleTab {
  return tab === 'permissions' || tab === 'members' || tab === 'history';
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** An address below the pages, for a link. */
export function to(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

export function toWorkspace(workspace: string, ...parts: readonly string[]): string {
  return to('workspaces', workspace, ...parts);
}
