import { companyOf, companyPlace } from '../api/place.ts';

/** Where somebody is: an address, understood. */
export type Route =
  | { readonly page: 'workspaces' | 'sign-in' | 'people' | 'fleet' | 'nowhere' }
  | { readonly page: PlacePage; readonly workspace: string }
  | { readonly page: 'groups' | 'company'; readonly workspace: string }
  | { readonly page: 'group'; readonly workspace: string; readonly group: string }
  | { readonly page: 'role'; readonly workspace: string; readonly role: string; readonly tab: RoleTab }
  | {
      readonly page: 'member';
      readonly workspace: string;
      readonly subject: { readonly type: string; readonly id: string };
    };

type PlacePage =
  | 'roles'
  | 'create'
  | 'members'
  | 'matrix'
  | 'compare'
  | 'changes'
  | 'ask'
  | 'preview'
  | 'review'
  | 'own';

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
  if (first === 'fleet' && workspace === undefined) return { page: 'fleet' };
  if (first === 'organizations' && workspace !== undefined && rest.length === 0) {
    return readCompanyPage(companyPlace(workspace), page, name, tab);
  }
  if (first !== 'workspaces' || rest.length > 0) return { page: 'nowhere' };
  if (workspace === undefined) return { page: 'workspaces' };
  return readPage(workspace, page, name, tab);
}

function readCompanyPage(place: string, page: string, name: string | undefined, tab: string | undefined): Route {
  if (page === 'workspaces' && name === undefined) return { page: 'company', workspace: place };
  if (page !== 'groups') return readPage(place, page, name, tab);
  if (name === undefined) return { page: 'groups', workspace: place };
  return tab === undefined ? { page: 'group', workspace: place, group: name } : { page: 'nowhere' };
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

const simple: readonly PlacePage[] = [
  'roles',
  'members',
  'matrix',
  'compare',
  'changes',
  'ask',
  'preview',
  'review',
  'own',
  'create',
];

function isSimple(page: string): page is PlacePage {
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

/** The same below a place: a workspace, or a company. */
export function toWorkspace(workspace: string, ...parts: readonly string[]): string {
  const company = companyOf(workspace);
  return company === undefined ? to('workspaces', workspace, ...parts) : to('organizations', company, ...parts);
}
