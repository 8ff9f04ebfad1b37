import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeManyWorkspaces } from '../test/soak/many-workspaces.ts';

interface RolesFile {
  readonly permissions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Writes the policy of `writeManyWorkspaces` with two scopes: custom roles grant what they grant for one's own things. */
export async function writeScopedWorkspaces(root: string, count: number, membersEach: number): Promise<void> {
  await writeManyWorkspaces(root, count, membersEach);
  const path = join(root, 'roles.yaml');
  const roles = JSON.parse(await readFile(path, 'utf8')) as RolesFile;
  const scopes = { personal: { when: { 'resource.owner': '$subject.id' } }, shared: {} };
  const permissions = Object.fromEntries(
    Object.entries(roles.permissions).map(([category, titles]) => [
      category,
      Object.fromEntries(Object.entries(titles).map(([id, title]) => [id, { title, scopes: Object.keys(scopes) }])),
    ]),
  );
  await writeFile(path, JSON.stringify({ ...roles, scopes, permissions }));
  for (let index = 0; index < count; index += 1) {
    const workspace = join(root, 'policies', `ws-${index}.yaml`);
    const text = await readFile(workspace, 'utf8');
    await writeFile(workspace, text.replaceAll(/^( +- \w+:\w+)$/gm, '$1@personal'));
  }
}
