import { hasCustomRoles, knownPlans, type Catalog } from '../../policy/catalog.ts';
import { isOnPlan, type Permission } from '../../policy/permission.ts';
import type { Organization } from '../../policy/policy-set.ts';
import { quote, quoteWhole } from '../words/describe-value.ts';
import type { OrganizationFile, RolesFile, WorkspaceFile } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import { nearest } from '../words/suggest.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';

/** Reports plans that `roles.yaml` names and does not list, and permissions on plans that lack what they require. */
export function checkCatalogPlans(entry: RolesFile, catalog: Catalog, report: FileReport): void {
  if (entry.plans) {
    checkListed(entry.customRoles?.plans ?? [], ['customRoles', 'plans'], entry.plans, report);
    for (const permission of catalog.planned) {
      checkListed([...(permission.plans ?? [])], [...pathOf(permission), 'plans'], entry.plans, report);
    }
  }
  if (catalog.planned.length === 0) return;
  for (const permission of catalog.requiring) checkRequired(permission, catalog, report);
}

function pathOf({ category, id }: Permission): YamlPath {
  return ['permissions', category, id];
}

function checkListed(named: readonly string[], path: YamlPath, listed: readonly string[], report: FileReport): void {
  for (const [index, plan] of named.entries()) {
    if (listed.includes(plan)) continue;
    const help = { text: plan, among: () => listed };
    report.onValue('unknown-plan', [...path, index], `unknown plan ${quote(plan)}`, help);
  }
}

// Or a company would break its policy by changing its plan.
function checkRequired(permission: Permission, catalog: Catalog, report: FileReport): void {
  for (const [index, id] of permission.requires.entries()) {
    const required = catalog.permissions.get(id);
    if (!required?.plans) continue;
    const lacking = permission.plans && [...permission.plans].find((plan) => !isOnPlan(required, plan));
    if (permission.plans && lacking === undefined) continue;
    const which = lacking === undefined ? 'not every plan has' : `the plan ${quote(lacking)} does not have`;
    const message = `${quote(permission.id)} requires ${quote(id)}, which ${which}`;
    const plans = [...required.plans].map(quote).join(', ');
    report.onValue(
      'bad-value',
      [...pathOf(permission), 'requires', index],
      message,
      `it is part of ${plans}; give both the same \`plans\``,
    );
  }
}

/** Reports a plan of an organization that is none of those that `roles.yaml` lists. */
export function checkOrganizationPlan({ plan }: OrganizationFile, { plans }: Catalog, report: FileReport): void {
  if (plan === undefined || !plans || plans.has(plan)) return;
  report.onValue('unknown-plan', ['plan'], `unknown plan ${quote(plan)}`, { text: plan, among: () => plans });
}

/** The place whose file defines roles, and the organization whose plan says whether it may. */
export interface PlannedPlace {
  readonly kind: 'workspace' | 'organization';
  readonly id: string;
  readonly organization: Pick<Organization, 'id' | 'plan'>;
}

/** Whether the roles of a workspace or an organization are frozen; reports one that may not define any. */
export function areRolesFrozen(
  { roles = {} }: Pick<WorkspaceFile, 'roles'>,
  { kind, id, organization }: PlannedPlace,
  catalog: Catalog,
  report: FileReport,
): boolean {
  const { plan } = organization;
  if (Object.keys(roles).length === 0 || hasCustomRoles(catalog, plan)) return false;
  if (plan !== undefined && knownPlans(catalog).has(plan)) return true;
  const allowed = catalog.customRolePlans ?? new Set<string>();
  const message = `${kind} ${quote(id)} may not define roles: ${describePlan(organization)}`;
  const near = plan === undefined ? undefined : nearest(plan, allowed);
  const plans = [...allowed].map(quote).join(', ');
  const frozen = plan === undefined ? '' : '; on one that roles.yaml lists under `plans` they are kept, frozen';
  const help =
    near === undefined
      ? `plans with custom roles: ${plans}${frozen}`
      : `did you mean ${quoteWhole(near)} in organization.yaml?`;
  report.onKey('plan-without-custom-roles', ['roles'], message, help);
  return false;
}

/** Warns of roles that the plan of the company does not have any more. */
export function warnOfFrozenRoles(
  { kind, id, organization: { id: company, plan } }: PlannedPlace,
  { defaultRole }: Catalog,
  report: FileReport,
): void {
  const message = `the roles of ${kind} ${quote(id)} are frozen: ${quote(company ?? '')} is on the plan ${quote(plan ?? '')}, which has none`;
  const gives = defaultRole ? `what ${quote(defaultRole.id)} gives, too` : 'what the baseline gives';
  const help = `they give only ${gives}, and deny what they denied, until the plan has custom roles again`;
  report.onKey('frozen-roles', ['roles'], message, help);
}

function describePlan({ id, plan }: Pick<Organization, 'id' | 'plan'>): string {
  if (id === undefined) return 'no `organization.yaml` above it names a plan';
  return plan === undefined ? `${quote(id)} has no plan` : `${quote(id)} is on the plan ${quote(plan)}`;
}
