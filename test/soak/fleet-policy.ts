import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a subject of the fleet test may hold; nothing, too. */
export const holdings = [[], ['reader'], ['writer'], ['reader', 'tagger']] as const;

export type Holding = (typeof holdings)[number];

export const askedPermissions = ['doc:read', 'doc:write', 'doc:tag'] as const;

/** The ones that a holding grants. */
export function grantedBy(holding: Holding): readonly string[] {
  const granted = new Set<string>();
  for (const role of holding) {
    if (role === 'reader' || role === 'writer') granted.add('doc:read');
    if (role === 'writer') granted.add('doc:write');
    if (role === 'tagger') granted.add('doc:tag');
  }
  return [...granted];
}

const probes = Array.from({ length: 64 }, (_, index) => `probe:p${index}`);

/**
 * A policy whose `boss` may change members, and whose `prober` holds a role that grants just the probe of this
 * publication, so that every publication can be told by its answers.
 */
export async function writeFleetPolicy(root: string, publication: number): Promise<void> {
  const permissions = [
    ['team:manage', '{ title: Manage, controls: members }'],
    ...askedPermissions.map((id) => [id, id]),
    ...probes.map((id) => [id, id]),
  ].map(([id, details]) => `    ${id ?? ''}: ${details ?? ''}`);
  const roles = `permissions:
  All:
${permissions.join('\n')}
roles:
  reader: { grants: [doc:read] }
  writer: { extends: reader, grants: [doc:write] }
  tagger: { grants: [doc:tag] }
  manager: { grants: [team:manage] }
`;
  const workspace = `workspace: support
roles:
  probe: { grants: [${probeOf(publication)}] }
members:
  boss: manager
  prober: probe
`;
  await mkdir(join(root, 'policies'), { recursive: true });
  await writeFile(join(root, 'roles.yaml'), roles);
  await writeFile(join(root, 'policies', 'support.yaml'), workspace);
}

export function probeOf(publication: number): string {
  return probes[publication % probes.length] ?? '';
}
