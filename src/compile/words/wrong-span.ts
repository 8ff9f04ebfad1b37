import type { MemberList, Role, RoleSpan } from '../../policy/role.ts';
import { quote } from './describe-value.ts';

const reaches: Readonly<Record<RoleSpan, string>> = {
  workspace: 'holds in one workspace',
  organization: 'spans the organization',
  memberships: 'spans memberships',
  everything: 'spans everything',
};

const lists: Readonly<Record<MemberList, string>> = {
  workspace: 'in one workspace',
  organization: 'to the whole organization',
  staff: 'to the staff of the product',
};

/** Says of a role that it cannot be given where somebody gives it. */
export function describeWrongSpan({ id, spans }: Role, list: MemberList): string {
  return `role ${quote(id)} ${reaches[spans]} and cannot be given ${lists[list]}`;
}
