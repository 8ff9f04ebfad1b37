import type { Member, Organization } from '../../policy/policy-set.ts';
import type { ProblemList } from '../../policy/problem-list.ts';
import { findUnusual } from '../checks/check-look-alikes.ts';
import { timelessOrganization } from '../checks/check-memberships.ts';
import type { CompiledCatalog } from './compile-catalog.ts';
import { compileMembers } from './compile-members.ts';
import type { OrganizationFile } from '../file/entries.ts';
import { FileReport } from '../file/file-report.ts';
import { reportUnknownRole } from './flatten-roles.ts';
import type { ParsedFile } from '../file/parsed-file.ts';
import { takeAll } from '../incremental/step-batches.ts';

export interface CompiledOrganization {
  readonly organization: Organization;
  /** Members whose ids can look like another, wherever in the policy that is. */
  readonly unusualMembers: readonly Member[];
  readonly problems: ProblemList;
  /** What is said about its members at any time; undefined where that depends on the clock. */
  readonly timeless: ProblemList | undefined;
}

/** The organization of workspaces without an `organization.yaml` above them. */
export const namelessOrganization: Organization = {
  id: undefined,
  plan: undefined,
  members: new Map(),
  position: undefined,
};

export function compileOrganization(
  file: ParsedFile<OrganizationFile>,
  entry: OrganizationFile,
  compiled: CompiledCatalog,
): CompiledOrganization {
  const report = new FileReport(file);
  const { catalog, builtIns } = compiled;
  const steps = compileMembers({
    catalog,
    report,
    span: 'organization',
    findRole: (id) => catalog.roles.get(id),
    reportUnknown: (id, path) => reportUnknownRole('', id, path, { report, builtIns, retired: {}, known: () => [] }),
  });
  const members = takeAll(steps);
  const organization = {
    id: entry.organization,
    plan: entry.plan,
    members,
    position: report.valueSpan(['organization']),
  };
  const { problems } = report;
  const timeless = timelessOrganization(organization, problems, catalog);
  return { organization, unusualMembers: findUnusual(members), problems, timeless };
}
