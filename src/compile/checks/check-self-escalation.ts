import type { Catalog } from '../../policy/catalog.ts';
import { formatCell } from '../../policy/permission.ts';
import type { Role } from '../../policy/role.ts';
import { quote } from '../words/describe-value.ts';
import type { FileReport } from '../file/file-report.ts';
import type { FlatRole } from '../file/compiled.ts';
import { EscalationSearch, mayControl, type Escalation } from '../escalation/escalation-search.ts';
import {
  formatEscalation,
  listSome,
  plainSteps,
  selfEscalationHelp,
  type PlainEscalation,
} from '../escalation/escalation-words.ts';

/**
 * Warns of a role whose holder can get more than the role has, with the shortest way there. Each role is looked at by
 * itself; what members can do who hold several is for `review/escalation-paths.ts`.
 */
export function checkSelfEscalation(
  roles: ReadonlyMap<string, FlatRole>,
  visible: ReadonlyMap<string, FlatRole>,
  catalog: Catalog,
  report: FileReport,
): void {
  const suspects = [...roles.values()].map(({ role }) => role).filter(mayControl);
  if (suspects.length === 0) return;
  const search = new EscalationSearch(catalog);
  const customRoles = catalog.customRolePlans?.size === 0 ? 'not-allowed' : 'allowed';
  const means = search.prepare(
    [...visible.values()].map(({ role }) => role),
    customRoles,
    'others, too',
  );
  for (const role of suspects) {
    const escalation = search.find([role], means);
    if (escalation === undefined) continue;
    const message = describeSelfEscalation(role, escalation);
    report.onKey('self-lift', ['roles', role.id], message, helpAgainst(escalation));
  }
}

function describeSelfEscalation(role: Role, escalation: Escalation): string {
  const way: PlainEscalation = { roles: [role.id], steps: plainSteps(escalation.steps), help: escalation.help };
  const gained = listSome(escalation.gained.map(formatCell));
  return `role ${quote(role.id)} can lift itself and gain ${gained}: ${formatEscalation(way)}`;
}

function helpAgainst({ steps }: Escalation): string {
  const first = steps.find(({ by }) => by !== undefined);
  return selfEscalationHelp(first?.by ? [first.by, ...first.also] : []);
}
