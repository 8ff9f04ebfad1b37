import type { Request } from 'express';
import { listedNames, listHeldRoles, listPermission } from '../../engine/permission-listing.ts';
import { limits } from '../../policy/limits.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import type { Answer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { minRevision, pagesOf, subjectType } from '../openapi/openapi-parameters.ts';
import { flag, list, next, record, revision as revisionSchema, text, time } from '../openapi/openapi-words.ts';
import { answerPage, type AskedNames, itemsAfter, ofNames, readLimit } from './listing-page.ts';
import { subjectSchema } from './member-schemas.ts';
import { findRequestedWorkspace, readRequestedSubject } from './place-request.ts';

const permissionsSchema = named(
  'Permissions',
  record(
    {
      workspace: text,
      subject: subjectSchema,
      revision: revisionSchema,
      roles: list(record({ role: text, title: text }, { from: time, until: time })),
      permissions: list(
        record(
          {
            permission: text,
            title: text,
            category: text,
            decision: { ...flag, description: 'In at least one scope.' },
          },
          {
            scopes: { type: 'object', additionalProperties: flag },
            movedTo: { ...list(text), description: 'Of a former id: what it has become.' },
          },
        ),
      ),
    },
    { next },
  ),
);

const query = { ...subjectType, ...pagesOf('permissions'), ...minRevision };

/** What a user interface of a workspace shows or greys out, page by page. */
export const permissionsEndpoint: ServedEndpoint = {
  route: 'permissions',
  method: 'GET',
  path: '/v1/workspaces/:workspace/members/:subject/permissions',
  access: { need: 'decide', extent: 'place' },
  operation: {
    id: 'listPermissions',
    tag: 'Members',
    summary: 'What to show or grey out in a user interface',
    query,
    answer: permissionsSchema,
    problems: [
      'invalid-request',
      'unknown-workspace',
      'unknown-revision',
      'database-refused',
      'revision-not-reached',
      'no-policy',
    ],
  },
  serve: (context) => async (request, _body, caller) => {
    const { access } = context;
    const asked = readQuery(request.url, query);
    const limit = readLimit(asked, limits.listedNames);
    await reachQueriedRevision(context, asked);
    const names = { query: asked, limit, asking: { access, caller } };
    return context.ceilings.work.run(answerPermissions(context, request, names), ofNames);
  },
};

// What the subject holds is looked up in the first step, together with the revision; the rest follows from that.
function* answerPermissions(
  context: SidecarContext,
  request: Request,
  { query, limit, asking }: AskedNames,
): Generator<void, Answer> {
  const { engine, revision } = currentPolicy(context);
  const subject = readRequestedSubject(request, query, engine.policy);
  const workspace = findRequestedWorkspace(request, engine.policy, asking);
  const atMs = context.now();
  const roles = listHeldRoles(engine, workspace, subject, atMs);
  const roleSet = engine.rolesOf(workspace, subject, atMs);
  const { catalog } = engine.policy;
  return yield* answerPage({
    head: { workspace: workspace.id, subject, revision, roles },
    name: 'permissions',
    items: itemsAfter(listedNames(catalog), query, ({ id }) => id),
    limit,
    describe: (name) => context.staleness.adjustListed(listPermission(engine, roleSet, name), atMs, catalog),
    cursorOf: ({ id }) => id,
  });
}
