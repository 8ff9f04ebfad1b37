import type { Cell } from '../../policy/permission.ts';
import { reachesCompany, type Role } from '../../policy/role.ts';
import type { Grantable } from './grant-table.ts';

/** The level of a role, which decides how far it reaches, whatever it says. */
export interface RoleLevel {
  readonly spans: Role['spans'];
  readonly kind: 'built-in' | 'custom';
}

/**
 * The limit of what roles can hold, whatever they grant, deny or extend: not permissions of the company unless they span it, and as
 * custom roles what `customRoles.without` names. Every role is worked out by this, and every change of one.
 */
export class RoleCeiling {
  readonly #ofCompany: ReadonlySet<Grantable>;
  readonly #keptFromCustom: ReadonlySet<Grantable>;
  readonly #both: ReadonlySet<Grantable>;

  constructor(all: readonly Grantable[], keptFromCustom: ReadonlySet<Grantable>) {
    this.#ofCompany = new Set(all.filter(({ permission }) => permission.spans === 'organization'));
    this.#keptFromCustom = keptFromCustom;
    this.#both = new Set([...this.#ofCompany, ...keptFromCustom]);
  }

  /** What such a role cannot grant. */
  ungrantable({ spans, kind }: RoleLevel): ReadonlySet<Grantable> {
    if (reachesCompany(spans)) return kind === 'custom' ? this.#keptFromCustom : nothing;
    return kind === 'custom' ? this.#both : this.#ofCompany;
  }

  /** What such a role cannot deny. What custom roles may not have they may well keep others from. */
  undeniable({ spans }: RoleLevel): ReadonlySet<Grantable> {
    return reachesCompany(spans) ? nothing : this.#ofCompany;
  }
}

/** The cells that no role can hold which cannot grant these: a request in two scopes is reached by a grant of either. */
export function cellsBeyond(all: readonly Grantable[], ungrantable: ReadonlySet<Grantable>): ReadonlySet<Cell> {
  if (ungrantable.size === 0) return new Set();
  const reached = new Set(all.flatMap((grantable) => (ungrantable.has(grantable) ? [] : grantable.cells)));
  // In the order of the catalog, in whatever order they are named.
  const beyond = all.flatMap((grantable) => (ungrantable.has(grantable) ? grantable.cells : []));
  return new Set(beyond.filter((cell) => !reached.has(cell)));
}

const nothing: ReadonlySet<Grantable> = new Set();
