import type { Request } from 'express';
import { listedNames, listHeldRoles, listPermission } from '../../engine/permission-listing.ts';
import { limits } from '../../policy/limits.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';
import { controlled, controlledBy } from '../../review/access/controlled.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';
import type { Answer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { actorHeaders, minRevision, pagesOf, subjectType } from '../openapi/openapi-parameters.ts';
import { list, next, record, revision as revisionSchema, text } from '../openapi/openapi-words.ts';
import { heldRolesSchema, listedPermission } from '../openapi/sight-schemas.ts';
import { groundOf, readAsking } from './asking.ts';
import { answerPage, type AskedNames, itemsAfter, ofNames, readLimit } from './listing-page.ts';
import { memberReads } from './member-operations.ts';
import { subjectSchema } from './member-schemas.ts';
import { findListedPlace, placeHead, readRequestedSubject } from './place-request.ts';

const common = {
  subject: subjectSchema,
  revision: revisionSchema,
  roles: heldRolesSchema,
  controls: { ...list({ enum: controlled }), description: 'What it may change there: members, roles.' },
  permissions: list(record(listedPermission.required, listedPermission.optional)),
};

const schemas = {
  workspace: named('Permissions', record({ workspace: text, ...common }, { next })),
  organization: named('OrganizationPermissions', record({ organization: text, ...common }, { next })),
} as const;

const query = { ...subjectType, ...pagesOf('permissions'), ...minRevision };

const words = {
  workspace: { id: 'listPermissions', summary: 'What to show or grey out in a user interface' },
  organization: {
    id: 'listOrganizationPermissions',
    summary: 'The same of a company itself: the permissions that span it',
  },
} as const;

/** What a user interface shows or greys out, page by page: of a workspace, or of what belongs to the company. */
export function permissionsEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'permissions',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/members/:subject/permissions`,
    access: { need: 'decide', extent: 'place' },
    operation: {
      ...words[kind],
      tag: 'Members',
      query,
      headers: actorHeaders,
      answer: schemas[kind],
      problems: memberReads(kind),
    },
    serve: (context) => async (request, _body, caller) => {
      const asked = readQuery(request.url, query);
      const limit = readLimit(asked, limits.listedNames);
      await reachQueriedRevision(context, asked);
      const names = { query: asked, limit, asking: readAsking(context, request, caller) };
      return context.ceilings.work.run(answerPermissions(context, request, kind, names), ofNames);
    },
  };
}

// What the subject holds is looked up in the first step, together with the revision; the rest follows from that.
function* answerPermissions(
  context: SidecarContext,
  request: Request,
  kind: PlaceKind,
  { query, limit, asking }: AskedNames,
): Generator<void, Answer> {
  const ground = groundOf(asking);
  const { engine, revision, atMs, knowledge } = ground;
  const subject = readRequestedSubject(request, query, engine.policy);
  const { place: workspace, insight } = findListedPlace(request, kind, ground, asking);
  // Of whom an actor may not know it is told what is told of nobody.
  const isKnown = knowledge.mayKnow(insight, subject);
  const roles = isKnown ? listHeldRoles(engine, workspace, subject, atMs) : [];
  const roleSet = isKnown ? engine.rolesOf(workspace, subject, atMs) : undefined;
  const { catalog } = engine.policy;
  return yield* answerPage({
    head: {
      ...placeHead(workspace, kind),
      subject,
      revision,
      roles,
      controls: controlledBy(engine, workspace, roleSet),
    },
    name: 'permissions',
    items: itemsAfter(listedNames(catalog, kind), query, ({ id }) => id),
    limit,
    describe: (name) => context.staleness.adjustListed(listPermission(engine, workspace, roleSet, name), atMs, catalog),
    cursorOf: ({ id }) => id,
  });
}
