import type { Member, Organization } from '../policy/policy-set.ts';
import type { Problem } from '../policy/problem.ts';
import { findUnusual } from './check-look-alikes.ts';
import { timelessOrganization } from './check-memberships.ts';
import type { CompiledCatalog } from './compile-catalog.ts';
import { compileMembers } from './compile-members.ts';
import type { OrganizationFile } from './entries.ts';
import { FileReport } from './file-report.ts';
import { reportUnknownRole } from './flatten-roles.ts';
import type { ParsedFile } from './parsed-file.ts';

export interface CompiledOrganization {
  readonly organization: Organization;
  /** Members whose ids can look like another, wherever in the policy that is. */
  readonly unusualMembers: readonly Member[];
  readonly problems: readonly Problem[];
  /** What is said about its members at any time; undefined where that depends on the clock. */
  readonly timeless: readonly Problem[] | undefined;
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
  const members = compileMembers({
    catalog,
    report,
    span: 'organization',
    findRole: (id) => catalog.roles.get(id),
    reportUnknown: (id, path) => reportUnknownRole('', id, path, { report, builtIns, retired: {}, known: [] }),
  });
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
