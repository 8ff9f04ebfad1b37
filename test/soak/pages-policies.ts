import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeManyWorkspaces } from './many-workspaces.ts';

/** Who may change everything at the workspace that is looked at. */
export const boss = 'boss@acme.example';

const controls = {
  'people:manage': { title: 'Manage people', controls: 'members' },
  'role:manage': { title: 'Manage roles', controls: 'roles' },
};

/** Many workspaces, at the first of which somebody may change roles. */
export async function writeManyForPages(root: string, workspaces: number, membersEach: number): Promise<void> {
  await writeManyWorkspaces(root, workspaces, membersEach);
  const path = join(root, 'roles.yaml');
  const roles = JSON.parse(await readFile(path, 'utf8')) as { permissions: Record<string, object> };
  roles.permissions['People'] = controls;
  await writeFile(path, JSON.stringify(roles));
  await appendFile(join(root, 'policies', 'ws-0.yaml'), `  ${boss}: admin\n`);
}

/** One workspace, of so many roles, permissions and members. */
export async function writeWideWorkspace(
  root: string,
  { roles, permissions, members }: { readonly roles: number; readonly permissions: number; readonly members: number },
): Promise<void> {
  const ids = Array.from({ length: permissions }, (_, index) => `thing-${Math.floor(index / 10)}:act-${index % 10}`);
  const categories: Record<string, Record<string, string>> = {};
  for (const [index, id] of ids.entries()) {
    const category = (categories[`Things ${Math.floor(index / 10)}`] ??= {});
    category[id] = `Do what is called ${index} to things`;
  }
  const common = {
    permissions: { ...categories, People: controls },
    roles: { member: { title: 'Standard access', grants: ids.slice(0, 12) }, admin: { grants: ['*'] } },
    defaultRole: 'member',
  };
  const own = Array.from({ length: roles - 2 }, (_, index) => {
    const grants = Array.from({ length: 20 }, (_none, at) => ids[12 + ((index * 7 + at * 3) % (permissions - 12))]);
    const role = { title: `Job ${index}`, description: 'Does what the job asks for.', extends: 'member', grants };
    return [`job-${index}`, { ...role, grants: [...new Set(grants)] }] as const;
  });
  const who = Array.from({ length: members }, (_, index): readonly [string, string] => [
    `user-${index}@acme.example`,
    `job-${index % (roles - 2)}`,
  ]);
  const workspace = {
    workspace: 'ws-0',
    title: 'The first',
    roles: Object.fromEntries(own),
    members: { [boss]: 'admin', ...Object.fromEntries(who) },
  };
  await mkdir(join(root, 'policies'), { recursive: true });
  await writeFile(join(root, 'roles.yaml'), JSON.stringify(common));
  await writeFile(join(root, 'policies', 'ws-0.yaml'), JSON.stringify(workspace));
}
