import { listedNames, type ListedName } from '../../engine/permission-listing.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { suggest } from '../../compile/words/suggest.ts';
import type { Catalog } from '../../policy/catalog.ts';
import { isAtOrganization, type Workspace } from '../../policy/policy-set.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';
import { HolderFinder, type PermissionHolder } from '../../review/access/permission-holders.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { groundOf, type AskedGround } from '../members/asking.ts';
import { answerPage } from '../members/listing-page.ts';
import { cursorOf } from '../members/member-documents.ts';
import { inOperationId, memberReads } from '../members/member-operations.ts';
import { subjectSchema } from '../members/member-schemas.ts';
import { findListedPlace, placeHead } from '../members/place-request.ts';
import type { Answer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { named } from '../openapi/named-schema.ts';
import { actorHeaders, minRevision, nextPage } from '../openapi/openapi-parameters.ts';
import { list, next, record, revision, text } from '../openapi/openapi-words.ts';
import { everybodySchema, scopesSchema } from './allowed-document.ts';
import { describeGiving, givingRoleSchema } from './given-role-document.ts';
import { servePage, type AskedPage, type PageCall } from './serve-page.ts';

const query = {
  scope: { description: 'In this scope; several with commas between: in all of them at once. Left out: in any.' },
  limit: { description: 'How many at most; 100 when left out, 1000 at most. A page may end earlier.' },
  ...nextPage,
  ...minRevision,
};

const holderSchema = record(
  { subject: subjectSchema, everybody: everybodySchema, roles: list(givingRoleSchema) },
  { scopes: scopesSchema },
);

const common = { permission: text, members: list(holderSchema), revision };

const schemas = {
  workspace: named('PermissionMembers', record({ workspace: text, ...common }, { next })),
  organization: named('OrganizationPermissionMembers', record({ organization: text, ...common }, { next })),
} as const;

/** Who can do something at a place, by what and until when, page by page. */
export function permissionMembersEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'who-can',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/permissions/:permission/members`,
    access: { need: 'read', extent: 'place' },
    operation: {
      id: `list${inOperationId[kind]}PermissionMembers`,
      tag: 'Access',
      summary: kind === 'workspace' ? 'Who can do something there' : 'Who can do something that belongs to the company',
      query,
      headers: actorHeaders,
      answer: schemas[kind],
      isTagged: true,
      problems: [...memberReads(kind), 'unknown-permission'],
    },
    serve: (context) => (request, _body, caller) =>
      servePage(context, { request, caller, parameters: query }, (call) => answerHolders(kind, call)),
  };
}

function* answerHolders(kind: PlaceKind, { asking, request, query: asked, page }: PageCall): Generator<void, Answer> {
  const ground = groundOf(asking);
  const { catalog } = ground.engine.policy;
  const { place, insight } = findListedPlace(request, kind, ground, asking);
  const name = findName(catalog, place, String(request.params['permission']));
  const finder = new HolderFinder(ground, { name, scopes: readScopes(asked, name) });
  const isDenied = asking.context.staleness.deniesAt(name.id, ground.atMs, catalog);
  const found = isDenied ? [] : yield* findHolders(finder, place, page, insight === 'own' ? ground : undefined);
  return yield* answerPage({
    head: { ...placeHead(place, kind), permission: name.id },
    name: 'members',
    tail: { revision: ground.revision },
    items: found,
    limit: page.limit,
    describe: describeHolder,
    cursorOf: ({ subject }) => cursorOf(subject),
  });
}

// `own`: the actor may know of nobody but themselves.
function* findHolders(
  finder: HolderFinder,
  place: Workspace,
  { limit, after }: AskedPage,
  own: AskedGround | undefined,
): Generator<void, readonly PermissionHolder[]> {
  const only = own?.knowledge.actor;
  return yield* finder.at(place, { limit: limit + 1, ...(after && { after }), ...(only && { only }) });
}

function findName(catalog: Catalog, place: Workspace, id: string): ListedName {
  const names = listedNames(catalog, isAtOrganization(place) ? 'organization' : 'workspace');
  const name = names.find((one) => one.id === id);
  if (name) return name;
  if (catalog.permissions.has(id)) {
    const detail = `${quote(id)} belongs to workspaces; ask one of them who can`;
    throw new ApiProblem('unknown-permission', detail);
  }
  const help = suggest(
    id,
    names.map((one) => one.id),
  );
  const message = `there is no permission ${quote(id)}`;
  throw new ApiProblem('unknown-permission', help === undefined ? message : `${message}; ${help}`);
}

function readScopes(asked: URLSearchParams, { id, permissions }: ListedName): readonly string[] | undefined {
  const text = asked.get('scope');
  if (text === null) return undefined;
  const scopes = text.split(',');
  const known = new Set(permissions.flatMap((permission) => permission.scopes.map((scope) => scope.id)));
  const isRepeated = new Set(scopes).size !== scopes.length;
  if (known.size > 0 && !isRepeated && scopes.every((scope) => known.has(scope))) return scopes;
  const words = [...known].map(quote).join(', ');
  const detail =
    known.size === 0
      ? `\`scope\`: ${quote(id)} has no scopes; leave it out`
      : `\`scope\` is one of ${words}, or several of them, each once, with commas between`;
  throw new ApiProblem('invalid-request', detail);
}

function describeHolder({ subject, allowed: { scopes, isEverybodys }, given }: PermissionHolder): object {
  return { subject, ...(scopes ? { scopes } : {}), everybody: isEverybodys, roles: given.map(describeGiving) };
}
