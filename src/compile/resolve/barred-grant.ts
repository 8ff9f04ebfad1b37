import { reachesCompany } from '../../policy/role.ts';
import type { Grantable } from '../file/grant-table.ts';
import type { RoleLevel } from '../file/role-ceiling.ts';
import { quote } from '../words/describe-value.ts';

/** One line of a role, whose role cannot hold some things. */
export interface RoleLine {
  readonly id: string;
  readonly list: 'grants' | 'denies';
  readonly text: string;
  readonly level: RoleLevel;
}

/** The fault of a line that its role cannot hold. */
export interface BarredGrant {
  readonly code: 'wrong-span' | 'not-for-custom-roles';
  readonly message: string;
  readonly help: string;
}

/**
 * What to say of a line that names what its role cannot hold. A wildcard does not reach such a thing, and that is fine,
 * unless it reaches nothing else.
 */
export function describeBarred(
  { id, list, text, level }: RoleLine,
  meant: readonly Grantable[],
  barred: ReadonlySet<Grantable>,
): BarredGrant | undefined {
  const beyond = meant.filter((grantable) => barred.has(grantable));
  const [first] = beyond;
  if (!first || text === '*' || (isWildcard(text) && beyond.length < meant.length)) return undefined;
  const verb = list === 'grants' ? 'grants' : 'denies';
  const isOfCompany = first.permission.spans === 'organization' && !reachesCompany(level.spans);
  if (!isOfCompany) {
    const message = `role ${quote(id)} ${verb} ${quote(text)}, which no custom role may hold`;
    return {
      code: 'not-for-custom-roles',
      message,
      help: '`customRoles` of roles.yaml keeps it from them; leave it to a built-in role',
    };
  }
  const message = `role ${quote(id)} ${verb} ${quote(text)}, which belongs to the company and not to a workspace`;
  return { code: 'wrong-span', message, help: 'leave it to a built-in role with `spans: organization`' };
}

/** Whether a grant means whatever the catalog lists. */
export function isWildcard(text: string): boolean {
  return text.startsWith('*') || text.endsWith(':*');
}
