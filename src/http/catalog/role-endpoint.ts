import { quote } from '../../compile/words/describe-value.ts';
import { suggest } from '../../compile/words/suggest.ts';
import { personNameAt } from '../../policy/membership/person-name.ts';
import type { Workspace } from '../../policy/policy-set.ts';
import { isBuiltIn, type Role } from '../../policy/role.ts';
import type { JsonObject } from '../../policy/text/json.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';
import { findRoleHolders, type RoleHolder } from '../../review/access/role-holders.ts';
import { etagOf } from '../../review/changes/edit-etags.ts';
import { RoleMatrix, rolesSeenAt, type MatrixRow } from '../../review/access/role-matrix.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { groundOf, type AskedGround } from '../members/asking.ts';
import { answerPage } from '../members/listing-page.ts';
import { cursorOf } from '../members/member-documents.ts';
import { inOperationId, memberReads } from '../members/member-operations.ts';
import { findListedPlace, placeHead } from '../members/place-request.ts';
import type { Answer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { actorHeaders, minRevision, nextPage } from '../openapi/openapi-parameters.ts';
import { describeGivenRole } from '../subjects/given-role-document.ts';
import { servePage, type PageCall } from '../subjects/serve-page.ts';
import { roleInFullSchemas } from './role-schemas.ts';

const query = {
  limit: { description: 'How many holders at most; 100 when left out, 1000 at most. A page may end earlier.' },
  ...nextPage,
  ...minRevision,
};

/** One role as it is written, as it is understood, and who holds it, page by page. */
export function roleEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'role',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/roles/:role`,
    access: { need: 'read', extent: 'place' },
    operation: {
      id: `get${inOperationId[kind]}Role`,
      tag: 'Catalog',
      summary: 'One role as it is written and as it is understood, and who holds it',
      query,
      headers: actorHeaders,
      answer: roleInFullSchemas[kind],
      isTagged: true,
      problems: [...memberReads(kind), 'no-such-role'],
    },
    serve: (context) => (request, _body, caller) =>
      servePage(context, { request, caller, parameters: query }, (call) => answerRole(kind, call)),
  };
}

function* answerRole(kind: PlaceKind, { asking, request, page: { limit, after } }: PageCall): Generator<void, Answer> {
  const ground = groundOf(asking);
  const { place, insight } = findListedPlace(request, kind, ground, asking);
  const role = findRole(ground, place, insight, String(request.params['role']));
  const only = insight === 'own' ? ground.knowledge.actor : undefined;
  const wanted = { role, limit: limit + 1, ...(after && { after }), ...(only && { only }) };
  const { count, page } = yield* findRoleHolders(ground, place, wanted);
  const cells: object[] = [];
  for (const row of new RoleMatrix(ground.engine, place, [role]).rows()) {
    cells.push(describeCell(row));
    yield;
  }
  return yield* answerPage({
    head: { ...placeHead(place, kind), ...describeHead(role), cells, holderCount: count },
    name: 'holders',
    tail: { revision: ground.revision },
    items: page,
    limit,
    describe: ({ subject, roles }: RoleHolder) => {
      const name = personNameAt(place, subject);
      return { subject, ...(name !== undefined && { name }), roles: roles.map(describeGivenRole) };
    },
    cursorOf: ({ subject }) => cursorOf(subject),
  });
}

function findRole(
  { engine: { policy }, knowledge }: AskedGround,
  place: Workspace,
  insight: 'all' | 'own' | 'nothing',
  id: string,
): Role {
  const roles = rolesSeenAt(policy, place).filter((role) => knowledge.mayKnowRole(place, insight, role));
  const role = roles.find((one) => one.id === id);
  if (role) return role;
  const heir = insight === 'all' ? (place.retired.get(id) ?? place.organization.retired.get(id)) : undefined;
  const help = heir
    ? `it was deleted, and its holders went to ${quote(heir.id)}`
    : suggest(
        id,
        roles.map((one) => one.id),
      );
  const message = `there is no role ${quote(id)} here`;
  throw new ApiProblem('no-such-role', help === undefined ? message : `${message}; ${help}`);
}

function describeHead(role: Role): object {
  const { id, title, description, spans, organization, writtenJson } = role;
  const written = JSON.parse(writtenJson) as JsonObject;
  return {
    role: id,
    title,
    ...(description === undefined ? {} : { description }),
    builtIn: isBuiltIn(role),
    ...(organization === undefined ? {} : { definedBy: organization }),
    spans,
    etag: etagOf(written),
    written: describeWritten(role, written),
  };
}

function describeWritten({ extends: parents, position: { file, line, column } }: Role, written: JsonObject): object {
  const { grants = [], without = [], ...rest } = written;
  return { file, line, column, ...rest, extends: parents, grants, without };
}

function describeCell({ permission, scope, cells: [cell] }: MatrixRow): object {
  const state = cell?.state ?? 'none';
  return {
    permission: permission.id,
    ...(scope ? { scope: scope.id } : {}),
    decision: state === 'own' || state === 'inherited' || state === 'everybody',
    state,
    ...(cell?.from ? { from: cell.from.id } : {}),
    ...(cell?.position && { file: cell.position.file, line: cell.position.line, column: cell.position.column }),
  };
}
