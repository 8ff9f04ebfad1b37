import type { RuntimeMember } from '../../../../src/policy/runtime-member.ts';
import type { CachedPolicy } from '../../../../src/store/database/cache/policy-cache.ts';

const encoder = new TextEncoder();

/** Who holds one role in the workspace `support` at run time; without a role: who does not any more. */
export function runtimeMember(id: string, sequence: number, role?: string): RuntimeMember {
  const assignments = role === undefined ? [] : [{ role, until: '2027-01-01T00:00:00Z', reason: 'on "call", 24/7 ✓' }];
  return {
    place: { kind: 'workspace', id: 'support' },
    subject: { type: 'user', id },
    assignments,
    sequence,
    token: `${sequence}`.padStart(32, 'e'),
  };
}

/** A small release with two files and the given members. */
export function cachedPolicy(
  members: readonly RuntimeMember[] = [],
  sequence = 1,
  more: Partial<CachedPolicy> = {},
): CachedPolicy {
  return {
    release: {
      sequence: 1,
      digest: '3f9c2a1b7d4e'.padEnd(64, '0'),
      revision: '3f9c2a1b7d4e',
      commit: undefined,
      author: 'ana',
      publishedAt: '2026-11-20T09:00:00Z',
      restores: undefined,
      counts: {
        organizations: 1,
        workspaces: 1,
        permissions: 2,
        builtInRoles: 2,
        customRoles: 0,
        members: 0,
        rules: 4,
      },
      rulesAt: '2026-11-20T09:00:00Z',
      rules: 4,
    },
    files: [
      { path: 'policies/empty.yaml', content: new Uint8Array() },
      { path: 'policies/odd.yaml', content: new Uint8Array([0x0a, 0xff, 0x00, 0x0a, 0x5b]) },
      { path: 'roles.yaml', content: encoder.encode('roles:\n  member: { title: Zugriff für alle }\n') },
    ],
    judgedAtMs: 1_795_165_200_000,
    members,
    state: { sequence, token: `${sequence}`.padStart(32, '0') },
    lastWordMs: 1_795_165_201_000,
    ...more,
  };
}
