import type { Request } from 'express';
import { describeRole, rolesOf } from '../../engine/role-listing.ts';
import { limits } from '../../policy/limits.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import type { Answer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { minRevision, pagesOf } from '../openapi/openapi-parameters.ts';
import { count, flag, list, next, record, revision as revisionSchema, text } from '../openapi/openapi-words.ts';
import { answerPage, type AskedNames, itemsAfter, ofNames, readLimit } from './listing-page.ts';
import { findRequestedWorkspace } from './place-request.ts';

const roleSchema = named(
  'Role',
  record(
    {
      role: text,
      title: text,
      builtIn: flag,
      spans: { enum: ['workspace', 'organization'] },
      extends: list(text),
      grants: list({ ...text, description: '`permission` or `permission@scope`, wildcards spelled out.' }),
      denies: list(text),
    },
    { description: text, holders: count },
  ),
);

const rolesSchema = named(
  'Roles',
  record({ workspace: text, revision: revisionSchema, roles: list(roleSchema) }, { next }),
);

const query = { ...pagesOf('roles'), ...minRevision };

/** The roles a workspace can give, page by page: the built-in ones and its own. */
export const rolesEndpoint: ServedEndpoint = {
  route: 'roles',
  method: 'GET',
  path: '/v1/workspaces/:workspace/roles',
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'listRoles',
    tag: 'Members',
    summary: "Built-in roles and this workspace's own",
    query,
    answer: rolesSchema,
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
    return context.ceilings.work.run(answerRoles(context, request, names), ofNames);
  },
};

function* answerRoles(
  context: SidecarContext,
  request: Request,
  { query, limit, asking }: AskedNames,
): Generator<void, Answer> {
  const { engine, revision } = currentPolicy(context);
  const workspace = findRequestedWorkspace(request, engine.policy, asking);
  return yield* answerPage({
    head: { workspace: workspace.id, revision },
    name: 'roles',
    items: itemsAfter(rolesOf(engine.policy, workspace), query, ({ id }) => id),
    limit,
    describe: describeRole,
    cursorOf: ({ id }) => id,
  });
}
