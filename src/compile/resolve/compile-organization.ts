import { findUnusual } from '../checks/check-look-alikes.ts';
import { timelessOrganization } from '../checks/check-memberships.ts';
import { warnOfLetterCase } from '../checks/check-letter-case.ts';
import { checkOrganizationPlan } from '../checks/check-plans.ts';
import { checkProperties } from '../checks/check-properties.ts';
import type { CompiledCatalog, CompiledOrganization } from '../file/compiled.ts';
import { compileGroups } from './compile-groups.ts';
import { compileMembers } from './compile-members.ts';
import type { OrganizationFile } from '../file/entries.ts';
import { FileReport } from '../file/file-report.ts';
import { reportUnknownRole } from './flatten-roles.ts';
import type { ParsedFile } from '../file/parsed-file.ts';
import { compileOrganizationProperties } from './organization-properties.ts';
import { takeAll } from '../yaml/step-batches.ts';

export function compileOrganization(
  file: ParsedFile<OrganizationFile>,
  entry: OrganizationFile,
  compiled: CompiledCatalog,
): CompiledOrganization {
  const report = new FileReport(file);
  const { catalog, builtIns } = compiled;
  const groups = compileGroups(entry, catalog, report);
  report.problems.addAll(warnOfLetterCase('group', groups.byId.values()));
  const steps = compileMembers({
    catalog,
    report,
    span: 'organization',
    groups,
    findRole: (id) => catalog.roles.get(id),
    reportUnknown: (id, path) => reportUnknownRole('', id, path, { report, builtIns, retired: {}, known: () => [] }),
  });
  checkOrganizationPlan(entry, catalog, report);
  const { members, groupMembers } = takeAll(steps);
  const organization = {
    id: entry.organization,
    formerly: entry.formerly,
    plan: entry.plan,
    properties: compileOrganizationProperties(entry.properties, catalog.organizationDefaults, ['properties'], report),
    members,
    groups,
    groupMembers,
    position: report.valueSpan(['organization']),
  };
  takeAll(checkProperties(organization, undefined, catalog, report));
  const { problems } = report;
  const timeless = timelessOrganization(organization, problems, catalog);
  const formerlyAt = entry.formerly === undefined ? undefined : report.valueSpan(['formerly']);
  const unusualGrouped = new Map([...groups.byId.values()].map(({ id, subjects }) => [id, findUnusual(subjects)]));
  return { organization, formerlyAt, unusualMembers: findUnusual(members), unusualGrouped, problems, timeless };
}
