import type { Catalog } from '../../policy/catalog.ts';
import { formatCell } from '../../policy/permission.ts';
import type { Role } from '../../policy/role.ts';
import { quote } from '../words/describe-value.ts';
import type { FileReport } from '../file/file-report.ts';
import type { FlatRole } from '../file/compiled.ts';
import { LiftSearch, mayControl, type Lift } from '../escalation/lift-search.ts';
import { formatLift, listSome, plainSteps, selfLiftHelp, type PlainLift } from '../escalation/lift-words.ts';

/**
 * Warns of a role whose holder can get more than the role has, with the shortest way there. Each role is looked at by
 * itself; what members can do who hold several is for `review/escalation-paths.ts`.
 */
export function checkSelfLift(
  roles: ReadonlyMap<string, FlatRole>,
  visible: ReadonlyMap<string, FlatRole>,
  catalog: Catalog,
  report: FileReport,
): void {
  const suspects = [...roles.values()].map(({ role }) => role).filter(mayControl);
  if (suspects.length === 0) return;
  const search = new LiftSearch(catalog);
  const customRoles = catalog.customRolePlans?.size === 0 ? 'not-allowed' : 'allowed';
  const ground = search.prepare(
    [...visible.values()].map(({ role }) => role),
    customRoles,
  );
  for (const role of suspects) {
    const lift = search.find([role], ground);
    if (lift) report.onKey('self-lift', ['roles', role.id], describeSelfLift(role, lift), helpAgainst(lift));
  }
}

function describeSelfLift(role: Role, lift: Lift): string {
  const way: PlainLift = { roles: [role.id], steps: plainSteps(lift.steps), help: lift.help };
  const gained = listSome(lift.gained.map(formatCell));
  return `role ${quote(role.id)} can lift itself and gain ${gained}: ${formatLift(way)}`;
}

function helpAgainst({ steps: [first] }: Lift): string {
  return selfLiftHelp(first ? [first.by, ...first.also] : []);
}
