import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { RuntimeMembers } from '../../engine/runtime-members.ts';
import type { GivenMemberships } from '../../policy/membership/given-roles.ts';

/** The ground on which it is asked who may do what: an engine, the memberships that it was given at run time, and an instant. */
export interface AccessGround {
  readonly engine: CasbinEngine;
  /** The very same that the engine has. */
  readonly runtime: GivenMemberships;
  readonly atMs: number;
}

/** The ground of files alone. */
export function groundOfFiles(engine: CasbinEngine, atMs: number): AccessGround {
  return { engine, runtime: new RuntimeMembers(), atMs };
}
