import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { cellWithin } from '../../src/engine/permission-listing.ts';
import type { DecisionLine } from '../../src/policy/decision-log/decision-line.ts';
import type { PolicySet, Workspace } from '../../src/policy/policy-set.ts';

/** Somebody who does all that they may, again and again, but for some of it. */
export interface Habit {
  readonly subject: string;
  readonly workspace: string;
  /** What they never do, in all scopes or in one: `permission` or `permission@scope`. */
  readonly never: readonly string[];
  /** Every how many days; 1 where nothing is said. */
  readonly every?: number;
}

const dayMs = 86_400_000;

/** The lines of a log of so many days up to an instant, as the engine decides; nobody works at weekends. */
export async function pastDecisions(
  policy: PolicySet,
  habits: readonly Habit[],
  { toMs, days }: { readonly toMs: number; readonly days: number },
): Promise<readonly DecisionLine[]> {
  const engine = await CasbinEngine.create(policy);
  const lines: DecisionLine[] = [];
  for (let day = days; day >= 0; day -= 1) {
    const atMs = toMs - day * dayMs;
    if ([0, 6].includes(new Date(atMs).getUTCDay())) continue;
    for (const { subject, workspace, never, every = 1 } of habits) {
      const place = policy.workspaces.get(workspace);
      if (day % every !== 0 || !place) continue;
      for (const [permission, scope] of questionsOf(policy, place)) {
        if (never.includes(permission) || never.includes(`${permission}@${scope}`)) continue;
        const scopes = scope === '' ? undefined : [scope];
        const request = { subjectType: 'user', subjectId: subject, workspace, permission, scopes };
        const { decision, reason } = engine.explain(request, atMs);
        if (!decision) continue;
        lines.push({
          time: new Date(atMs - lines.length).toISOString(),
          id: `5f0c9a1be2d4-${lines.length + 1}`,
          revision: policy.revision,
          subject: { type: 'user', id: subject },
          workspace,
          permission,
          ...(scope === '' ? {} : { foundScope: scope }),
          decision,
          reason: reason.code,
          ...(reason.role === undefined ? {} : { role: reason.role }),
        });
      }
    }
  }
  return lines;
}

function questionsOf(policy: PolicySet, place: Workspace): (readonly [permission: string, scope: string])[] {
  return [...policy.catalog.permissions.values()].flatMap((permission) => {
    const { id, scopes } = permission;
    if (scopes.length === 0) return [[id, ''] as const];
    const possible = scopes.filter((scope) => cellWithin(policy, place, permission, scope.id));
    return possible.map((scope) => [id, scope.id] as const);
  });
}

export function logText(lines: readonly DecisionLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
