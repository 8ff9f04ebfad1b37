import type { RouteName } from '../metrics/metrics.ts';
import type { TokenScope } from './token.ts';

/** What a caller needs: `open` calls tell nothing about the policy, and need no token. */
export type AccessNeed = 'open' | TokenScope;

export interface EndpointAccess {
  readonly need: AccessNeed;
  /** `place`: it is about one workspace or organization, or several; `whole`: about all of the sidecar at once. */
  readonly extent: 'place' | 'whole';
}

/** Who may call what. Everything that asks who may call asks here. */
export const endpointAccess = {
  enforce: { need: 'decide', extent: 'place' },
  batch: { need: 'decide', extent: 'place' },
  permissions: { need: 'decide', extent: 'place' },
  roles: { need: 'read', extent: 'place' },
  members: { need: 'read', extent: 'place' },
  member: { need: 'read', extent: 'place' },
  'member-change': { need: 'change', extent: 'place' },
  fleet: { need: 'read', extent: 'whole' },
  policy: { need: 'read', extent: 'whole' },
  metrics: { need: 'read', extent: 'whole' },
  reload: { need: 'change', extent: 'whole' },
  healthz: { need: 'open', extent: 'whole' },
  readyz: { need: 'open', extent: 'whole' },
  openapi: { need: 'open', extent: 'whole' },
} as const satisfies Record<ServedRoute, EndpointAccess>;

/** A route that there is. */
export type ServedRoute = Exclude<RouteName, 'unknown'>;
