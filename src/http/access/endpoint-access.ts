import type { TokenScope } from './token.ts';

/** The access that a caller needs: `open` calls tell nothing about the policy, and need no token. */
export type AccessNeed = 'open' | TokenScope;

/** The callers that an endpoint lets in. Each says it of itself, and everything that asks who may call asks there. */
export interface EndpointAccess {
  readonly need: AccessNeed;
  /**
   * `place`: it is about one workspace or organization, or several; `whole`: about all of the sidecar at once, and for no
   * actor; `operators`: the same, also for those who look after the product, which the endpoint asks itself.
   */
  readonly extent: 'place' | 'whole' | 'operators';
}
