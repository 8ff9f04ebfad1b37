import { createSchemaCheck, type SchemaViolation } from '../compile/json-schema.ts';
import type { EnforceRequest } from '../policy/decision.ts';
import { isJsonObject, type JsonObject } from '../policy/json.ts';
import { limits } from '../policy/limits.ts';
import { subjectIdFault } from '../policy/subject.ts';
import { ApiProblem } from './api-problem.ts';
import { batchRequestSchema, enforceRequestSchema, maximumScopes } from './api-schemas.ts';

/** The body of an enforce request, once its schema holds. */
interface EnforceBody {
  readonly subject: string | { readonly type: string; readonly id: string; readonly properties?: JsonObject };
  readonly workspace: string;
  readonly permission: string;
  readonly scope?: string | readonly string[];
  readonly resource?: JsonObject;
  readonly context?: JsonObject;
}

const enforceViolations = createSchemaCheck(enforceRequestSchema);
const batchViolations = createSchemaCheck(batchRequestSchema({}));

/**
 * Reads what an application asks, or throws an ApiProblem that points at what is wrong with it. Beyond this door a
 * request is typed and its names are not empty. `at` points to it in the body.
 */
export function readEnforceRequest(body: unknown, firstSubjectType: string, at = ''): EnforceRequest {
  refuseCrowds(body, at);
  refuseViolation(enforceViolations(body), at);
  const { subject, workspace, permission, scope, resource, context } = body as EnforceBody;
  const isBareId = typeof subject === 'string';
  const subjectId = isBareId ? subject : subject.id;
  const subjectType = isBareId ? firstSubjectType : subject.type;
  const fault = subjectIdFault(subjectId);
  if (fault !== undefined) throw invalid(`${at}/subject${isBareId ? '' : '/id'}`, `the subject's id ${fault}`);
  const scopes = typeof scope === 'string' ? [scope] : scope;
  if (!isWellFormed(workspace, permission, subjectType, scopes)) {
    throw invalid(at, 'a name holds half of a surrogate pair');
  }
  const subjectProperties = isBareId ? undefined : subject.properties;
  return { subjectType, subjectId, subjectProperties, workspace, permission, scopes, resource, context };
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

const maximumMembers = 16;

// The schema check describes every violation it finds. Somebody who sends a hundred thousand of them in one object
// would keep the sidecar busy for a second, so crowds are turned away before it looks.
function refuseCrowds(body: unknown, at: string): void {
  if (!isJsonObject(body)) return;
  const { subject, scope } = body;
  if (Object.keys(body).length > maximumMembers) throw invalid(at, 'too many members');
  if (isJsonObject(subject) && Object.keys(subject).length > maximumMembers) {
    throw invalid(`${at}/subject`, 'too many members');
  }
  if (Array.isArray(scope) && scope.length > maximumScopes) {
    throw invalid(`${at}/scope`, `a request is in at most ${maximumScopes} scopes, found ${scope.length}`);
  }
}

function refuseViolation(violations: readonly SchemaViolation[], at: string): void {
  const first = violations[0];
  if (first === undefined) return;
  const help = first.help === undefined ? '' : ` (${first.help})`;
  throw invalid(`${at}${first.pointer}`, `${inJsonWords(first)}${help}`);
}

// The checks speak the words of YAML, for the authors of policies; who sends JSON knows others.
function inJsonWords({ keyword, message }: SchemaViolation): string {
  if (keyword !== 'type') return message;
  return message.replaceAll('a text', 'a string').replaceAll('a mapping', 'an object').replaceAll('a list', 'an array');
}

function invalid(pointer: string, fault: string): ApiProblem {
  // A member's name may be as long as the body; such a one is not sent back.
  if (pointer.length > limits.subjectIdCharacters) return new ApiProblem('invalid-request', fault);
  return new ApiProblem('invalid-request', pointer === '' ? fault : `${pointer}: ${fault}`, { pointer });
}

function isWellFormed(
  workspace: string,
  permission: string,
  subjectType: string,
  scopes: readonly string[] | undefined,
): boolean {
  if (!workspace.isWellFormed() || !permission.isWellFormed() || !subjectType.isWellFormed()) return false;
  return scopes === undefined || scopes.every((scope) => scope.isWellFormed());
}
