import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { DecisionLine } from '../../src/policy/decision-log/decision-line.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import type { JsonObject } from '../../src/policy/text/json.ts';
import { everybodyAsked } from './ask-everything.ts';

/** A number from 0 to below `count`, the next of a row that begins with a seed. */
export function chooser(seed: number): (count: number) => number {
  let state = seed >>> 0 || 1;
  return (count) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % count;
  };
}

/** A question of the past, when it was asked, and the attributes that the log has of it. */
export interface PastQuestion {
  readonly request: EnforceRequest;
  readonly atMs: number;
  readonly line: DecisionLine;
}

/** Questions that a policy was asked, and what the log has of each: all attributes, some, or none. */
export function pastQuestions(
  engine: CasbinEngine,
  count: number,
  choose: (count: number) => number,
  timesMs: readonly number[],
): PastQuestion[] {
  const { policy } = engine;
  const pick = <Value>(values: readonly Value[]): Value => values[choose(values.length)] as Value;
  const everybody = everybodyAsked(policy);
  const names = [...policy.catalog.permissions.keys(), 'no:such'];
  const workspaces = [...policy.workspaces.keys(), 'nowhere'];
  const organizations = policy.organizations.map(({ id }) => id).filter((id) => id !== '');
  const maybe = <Value>(value: Value): Value | undefined => (choose(4) === 0 ? undefined : value);
  return Array.from({ length: count }, (_, index) => {
    const subject = pick(everybody);
    const isOfCompany = organizations.length > 0 && choose(8) === 0;
    const attributes = {
      'resource.owner': maybe(pick([subject.id, 'somebody', null])),
      'resource.team': maybe(pick(['red', 'blue', ['red', 'green']])),
      'resource.kind': maybe(pick(['personal', 'other'])),
      'subject.properties.team': maybe(pick(['red', 'blue'])),
    };
    const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const resource: JsonObject = Object.fromEntries(
      known.flatMap(([path, value]) => (path.startsWith('resource.') ? [[path.slice(9), value as never]] : [])),
    );
    const team = attributes['subject.properties.team'];
    const permission = pick(names);
    const scopes = policy.catalog.permissions.get(permission)?.scopes.map(({ id }) => id) ?? [];
    const named = scopes.length > 0 && choose(3) === 0 ? [pick(scopes)] : undefined;
    const request: EnforceRequest = {
      subjectType: subject.type,
      subjectId: subject.id,
      ...(team !== undefined && { subjectProperties: { team } }),
      workspace: isOfCompany ? undefined : pick(workspaces),
      organization: isOfCompany ? pick(organizations) : undefined,
      permission,
      scopes: named,
      resource,
    };
    const atMs = pick(timesMs);
    const { decision, reason } = engine.explain(request, atMs);
    const logged = known.filter(() => choose(3) !== 0);
    const isWhole = choose(2) === 0;
    const told = isWhole ? known : logged;
    const line: DecisionLine = {
      time: new Date(atMs).toISOString(),
      id: `0-${index}`,
      revision: policy.revision,
      subject,
      ...(isOfCompany ? { organization: request.organization } : { workspace: request.workspace }),
      permission,
      ...(named && { scope: named }),
      decision,
      reason: reason.code,
      ...(reason.role !== undefined && { role: reason.role }),
      ...(told.length > 0 && { attributes: Object.fromEntries(told) as never }),
    };
    return { request, atMs, line };
  });
}
