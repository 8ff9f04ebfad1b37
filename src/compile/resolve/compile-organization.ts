import { findMember, type Member, type Organization } from '../../policy/policy-set.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { checkFormerIdsOfRoles } from '../checks/check-former-ids.ts';
import { checkExclusiveRoles } from '../checks/check-exclusive.ts';
import { findUnusual } from '../checks/check-look-alikes.ts';
import { timelessOrganization } from '../checks/check-memberships.ts';
import { warnOfLetterCase } from '../checks/check-letter-case.ts';
import { checkOrganizationPlan, warnOfFrozenRoles } from '../checks/check-plans.ts';
import { checkProperties, membersByType, type MembersOfType } from '../checks/check-properties.ts';
import { findUnmetRoles } from '../checks/check-requirements.ts';
import { checkSelfEscalation } from '../checks/check-self-escalation.ts';
import type { CompiledCatalog, CompiledOrganization } from '../file/compiled.ts';
import { compileFormerGroups, compileGroups } from './compile-groups.ts';
import { compileMembers } from './compile-members.ts';
import { compileCustomRoles } from './custom-roles.ts';
import type { OrganizationFile } from '../file/entries.ts';
import { FileReport } from '../file/file-report.ts';
import type { ParsedFile } from '../file/parsed-file.ts';
import { compileOrganizationProperties } from './organization-properties.ts';
import { takeAll } from '../yaml/step-batches.ts';

export function compileOrganization(
  file: ParsedFile<OrganizationFile>,
  entry: OrganizationFile,
  compiled: CompiledCatalog,
): CompiledOrganization {
  const report = new FileReport(file);
  const { catalog, staff } = compiled;
  const { organization: id, plan } = entry;
  const place = { kind: 'organization', id, plan } as const;
  const { own, visible, retired, isFrozen, roleOf, reportUnknown } = compileCustomRoles(entry, place, compiled, report);
  const groups = compileGroups(entry, catalog, report);
  report.problems.addAll(warnOfLetterCase('group', groups.byId.values()));
  const steps = compileMembers({ catalog, report, list: 'organization', groups, findRole: roleOf, reportUnknown });
  checkOrganizationPlan(entry, catalog, report);
  const { members, groupMembers } = takeAll(steps);
  const organization: Organization = {
    id,
    formerly: entry.formerly,
    plan,
    properties: compileOrganizationProperties(entry.properties, catalog.organizationDefaults, ['properties'], report),
    roles: new Map([...own].map(([roleId, { role }]) => [roleId, role])),
    retired,
    members,
    groups,
    formerGroups: compileFormerGroups(entry, groups, report),
    groupMembers,
    position: report.valueSpan(['organization']),
  };
  checkExclusiveRoles(own, catalog, report);
  checkFormerIdsOfRoles(entry.roles, compiled.table, report);
  if (isFrozen) warnOfFrozenRoles({ kind: 'organization', id, organization }, catalog, report);
  const gone = [...retired.keys()].map((roleId) => ({ id: roleId, position: report.keySpan(['retired', roleId]) }));
  const listed = [...organization.roles.values(), ...gone];
  if (listed.length > 0) report.problems.addAll(warnOfLetterCase('role', listed, catalog.roles.values()));
  checkSelfEscalation(own, visible, catalog, report);
  const above = (subject: SubjectId): Member | undefined => findMember(staff, subject);
  const types = (): readonly MembersOfType[] => membersByType(organization, staff);
  takeAll(checkProperties({ list: 'members', types, above }, catalog, report));
  const { problems } = report;
  const formerlyAt = entry.formerly === undefined ? undefined : report.valueSpan(['formerly']);
  const unmetRoles = findUnmetRoles(own, compiled, ({ id: roleId }) => report.keySpan(['roles', roleId]));
  const timeless = timelessOrganization(organization, problems, compiled);
  const unusualGrouped = new Map([...groups.byId.values()].map((group) => [group.id, findUnusual(group.subjects)]));
  const unusual = { unusualMembers: findUnusual(members), unusualGrouped };
  return { organization, formerlyAt, roles: own, unmetRoles, ...unusual, problems, timeless };
}
