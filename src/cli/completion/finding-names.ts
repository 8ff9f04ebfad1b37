import { resolve } from 'node:path';
import type { Waiver } from '../../compile/file/compiled.ts';
import { findOrganization, findRole, findWorkspace, type PolicySet } from '../../policy/policy-set.ts';
import type { ReviewKind } from '../../policy/review/review-kinds.ts';
import type { Role } from '../../policy/role.ts';
import { areSoonRead, listPolicyFiles } from './listed-files.ts';
import type { CompletionRequest } from './completion-request.ts';

/**
 * Names of what `review` finds in the files alone, since a log takes longer to read than somebody who types waits; and of what
 * the files accept, whatever showed it.
 */
export async function findFindingNames(
  { kind, policy: folder, workspace, organization }: CompletionRequest,
  cwd: string,
): Promise<readonly string[]> {
  const root = resolve(cwd, folder);
  if (!areSoonRead(listPolicyFiles(root))) return [];
  const { PolicyDirectory } = await import('../../store/folder/policy-directory.ts');
  const { PolicyCompiler } = await import('../../compile/compile-policy.ts');
  const atMs = Date.now();
  const files = await new PolicyDirectory(root, 'in-one-turn').read('deciding');
  const { policy, waivers } = new PolicyCompiler().compile(files, atMs);
  if (!policy) return [];
  const { CasbinEngine } = await import('../../engine/casbin-engine.ts');
  const { groundOfFiles } = await import('../../review/access/access-ground.ts');
  const { UsageTally } = await import('../../review/usage/usage-tally.ts');
  const { reviewUsage } = await import('../../review/usage/review-usage.ts');
  const ground = groundOfFiles(await CasbinEngine.create(policy), atMs);
  const about = { ...(workspace !== undefined && { workspace }), ...(organization !== undefined && { organization }) };
  const question = { ground, tally: new UsageTally(ground), log: noLog, waivers, knowsRuntime: false, about };
  const { findings, waived } = reviewUsage(question);
  if (kind === 'findings') return findings.map(({ id }) => id);
  const inForce = waivers.filter((waiver) => waiver.untilMs > atMs && isAbout(waiver, about));
  return [...new Set([...waived.map(({ finding }) => finding.id), ...(await namesOfLog(inForce, policy))])];
}

const noLog = {
  format: 'rolebook-counts/1',
  ...{ days: 0, lines: 0, skipped: 0, outside: 0, ahead: 0, revisions: 0 },
} as const;

function isAbout({ about }: Waiver, asked: Readonly<Record<string, string>>): boolean {
  return Object.entries(asked).every(([word, text]) =>
    [...about].some(([key, value]) => key === word && value === text),
  );
}

// Of findings whose name hangs on nothing but what their waiver says.
async function namesOfLog(waivers: readonly Waiver[], policy: PolicySet): Promise<readonly string[]> {
  const { findingName } = await import('../../review/usage/usage-finding.ts');
  return waivers.flatMap(({ check, about }) => {
    const kind = kindsOfLog.find((one) => one === check);
    if (kind === undefined || (kind === 'unused-permission' && roleOf(about, policy)?.extends.length !== 0)) return [];
    return [findingName({ kind, about: Object.fromEntries(about), evidence: {} })];
  });
}

const kindsOfLog: readonly ReviewKind[] = [
  'unused-permission',
  'idle-role',
  'unused-role',
  'unseen-member',
  'rarely-used',
];

// What comes from another role is told with that role.
function roleOf(about: Waiver['about'], policy: PolicySet): Role | undefined {
  const [workspace, organization, id = ''] = [about.get('workspace'), about.get('organization'), about.get('role')];
  if (workspace !== undefined) {
    const place = findWorkspace(policy, workspace);
    return place && findRole(policy, place, id);
  }
  if (organization !== undefined) return findOrganization(policy, organization)?.roles.get(id);
  return policy.catalog.roles.get(id);
}
