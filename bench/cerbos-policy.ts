import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { permissionIds } from '../test/soak/many-workspaces.ts';
import { grantsOf } from './questions.ts';

/**
 * The same policy for Cerbos: one resource policy a resource, one rule an action, and in it every role that grants it,
 * named `ws-1/role-3`. Cerbos holds no members, so the caller says the role; it is spared the lookup that rolebook and
 * casbin make. The inherited `doc:read` is written out for each role, which spares it a second role a request.
 */
export async function writeCerbosPolicy(folder: string, workspaces: number): Promise<void> {
  const holders = new Map<string, string[]>(permissionIds.map((id) => [id, []]));
  for (let workspace = 0; workspace < workspaces; workspace += 1) {
    for (let role = 0; role < 8; role += 1) {
      for (const id of grantsOf(workspace, role)) holders.get(id)?.push(`ws-${workspace}/role-${role}`);
    }
  }
  await mkdir(folder, { recursive: true });
  const resources = new Set(permissionIds.map((id) => id.split(':')[0] ?? ''));
  for (const resource of resources) {
    const rules = [...holders]
      .filter(([id, roles]) => id.startsWith(`${resource}:`) && roles.length > 0)
      .map(([id, roles]) => ({ actions: [id.split(':')[1]], effect: 'EFFECT_ALLOW', roles }));
    const resourcePolicy = { resource, version: 'default', rules };
    await writeFile(
      join(folder, `${resource}.json`),
      JSON.stringify({ apiVersion: 'api.cerbos.dev/v1', resourcePolicy }),
    );
  }
}
