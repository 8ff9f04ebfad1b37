import type { EnforceRequest } from '../../policy/decision.ts';
import type { Condition } from '../../policy/permission.ts';
import { compare } from './comparisons.ts';
import { truthOfEquality } from './equality.ts';
import type { Truth } from './truth.ts';
import type { JsonObject, JsonValue } from '../../policy/text/json.ts';
import { lookInto } from '../../policy/text/json-path.ts';

/**
 * Whether all pairs hold. One that fails settles it, whatever else is unknown. `properties` are the member's own in the
 * policy, `settings` those of the organization.
 */
export function truthOfAll(
  when: readonly Condition[],
  request: EnforceRequest,
  properties: JsonObject | undefined,
  settings?: JsonObject,
): Truth {
  let all: Truth = 'holds';
  for (const condition of when) {
    const truth = truthOf(condition, request, properties, settings);
    if (truth === 'fails') return 'fails';
    if (truth === 'unknown') all = 'unknown';
  }
  return all;
}

/** Whether one pair holds. */
export function truthOf(
  condition: Condition,
  request: EnforceRequest,
  properties: JsonObject | undefined,
  settings?: JsonObject,
): Truth {
  const { other } = condition;
  const left = lookUp(condition.path, request, properties, settings);
  const right = 'literal' in other ? other.literal : lookUp(other.path, request, properties, settings);
  return condition.comparison === 'equals' ? truthOfEquality(left, right) : compare(condition, left, right);
}

/** What a path leads to; undefined: it is missing. */
export function lookUp(
  path: readonly string[],
  request: EnforceRequest,
  properties: JsonObject | undefined,
  settings?: JsonObject,
): JsonValue | undefined {
  const root = path[0];
  const name = path[1];
  if (root === 'resource') return lookInto(request.resource, path, 1);
  if (root === 'context') return lookInto(request.context, path, 1);
  // An empty id is somebody asked about by role alone; nothing is known of them.
  if (name === 'id') return request.subjectId === '' ? undefined : request.subjectId;
  if (name === 'type') return request.subjectType;
  if (root === 'organization') return lookInto(settings, path, 2);
  // A property that the policy has is the policy's, whole: where it says `team: null`, or `org: none`, a request that
  // could fill in a team, or `org.team`, would give the subject what the policy says it has not.
  const isOfPolicy = properties !== undefined && Object.hasOwn(properties, path[2] ?? '');
  return lookInto(isOfPolicy ? properties : request.subjectProperties, path, 2);
}
