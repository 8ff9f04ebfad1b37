import { createSchemaCheck } from '../../compile/schema/json-schema.ts';
import type { EnforceRequest } from '../../policy/decision.ts';
import { isJsonObject, type JsonObject } from '../../policy/text/json.ts';
import { limits } from '../../policy/limits.ts';
import { subjectIdFault } from '../../policy/subject.ts';
import { batchShapeSchema, enforceRequestSchema, maximumScopes, questionSchema } from './decision-schemas.ts';
import { invalid, refuseViolation } from '../messages/invalid-request.ts';

/** The body of an enforce request, once its schema holds. */
interface EnforceBody {
  readonly subject: string | { readonly type: string; readonly id: string; readonly properties?: JsonObject };
  readonly workspace?: string;
  readonly organization?: string;
  readonly permission: string;
  readonly scope?: string | readonly string[];
  readonly resource?: JsonObject;
  readonly context?: JsonObject;
}

const enforceViolations = createSchemaCheck(enforceRequestSchema);
const questionViolations = createSchemaCheck(questionSchema);
const batchViolations = createSchemaCheck(batchShapeSchema);

/**
 * Reads what an application asks, or throws an ApiProblem that points at what is wrong with it. Beyond this door a
 * request is typed and its names are not empty.
 */
export function readEnforceRequest(body: unknown, firstSubjectType: string): EnforceRequest {
  refuseCrowds(body, '');
  refuseViolation(enforceViolations(body), '');
  requireOnePlace(body as EnforceBody, '');
  return toRequest(body as EnforceBody, firstSubjectType, '');
}

/** One question of a batch; `at` points to it in the body. */
export function readQuestion(item: unknown, firstSubjectType: string, at: string): EnforceRequest {
  refuseCrowds(item, at);
  refuseViolation(questionViolations(item), at);
  requireOnePlace(item as EnforceBody, at);
  return toRequest(item as EnforceBody, firstSubjectType, at);
}

// The schema could say it, too, but not what is missing.
function requireOnePlace({ workspace, organization }: EnforceBody, at: string): void {
  if (workspace !== undefined && organization !== undefined) {
    throw invalid(`${at}/organization`, 'a question is asked in a `workspace` or of an `organization`, not both');
  }
  if (workspace !== undefined || organization !== undefined) return;
  throw invalid(at, '`workspace` is missing, or `organization` in its place for a permission that spans it');
}

function toRequest(body: EnforceBody, firstSubjectType: string, at: string): EnforceRequest {
  const { subject, workspace, organization, permission, scope, resource, context } = body;
  const isBareId = typeof subject === 'string';
  const subjectId = isBareId ? subject : subject.id;
  const subjectType = isBareId ? firstSubjectType : subject.type;
  const fault = subjectIdFault(subjectId);
  if (fault !== undefined) throw invalid(`${at}/subject${isBareId ? '' : '/id'}`, `the subject's id ${fault}`);
  const scopes = typeof scope === 'string' ? [scope] : scope;
  if (!isWellFormed(workspace ?? organization ?? '', permission, subjectType, scopes)) {
    throw invalid(at, 'a name holds half of a surrogate pair');
  }
  const subjectProperties = isBareId ? undefined : subject.properties;
  return { subjectType, subjectId, subjectProperties, workspace, organization, permission, scopes, resource, context };
}

/** The requests of a batch, not yet looked at one by one. */
export function readBatch(body: unknown): readonly unknown[] {
  refuseCrowds(body, '');
  const requests = isJsonObject(body) ? body['requests'] : undefined;
  if (Array.isArray(requests) && requests.length > limits.batchRequests) {
    throw invalid('/requests', `a batch holds at most ${limits.batchRequests} requests, found ${requests.length}`);
  }
  refuseViolation(batchViolations(body), '');
  return (body as { requests: readonly unknown[] }).requests;
}

// The schema check describes every violation it finds. Somebody who sends a hundred thousand of them in one object
// would keep the sidecar busy for a second, so crowds are turned away before it looks.
function refuseCrowds(body: unknown, at: string): void {
  if (!isJsonObject(body)) return;
  const { subject, scope } = body;
  if (Object.keys(body).length > limits.objectMembers) throw invalid(at, 'too many members');
  if (isJsonObject(subject) && Object.keys(subject).length > limits.objectMembers) {
    throw invalid(`${at}/subject`, 'too many members');
  }
  if (Array.isArray(scope) && scope.length > maximumScopes) {
    throw invalid(`${at}/scope`, `a request is in at most ${maximumScopes} scopes, found ${scope.length}`);
  }
}

function isWellFormed(
  place: string,
  permission: string,
  subjectType: string,
  scopes: readonly string[] | undefined,
): boolean {
  if (!place.isWellFormed() || !permission.isWellFormed() || !subjectType.isWellFormed()) return false;
  return scopes === undefined || scopes.every((scope) => scope.isWellFormed());
}
