import type { Request } from 'express';
import { listHeldRoles, listPermission } from '../../engine/permission-listing.ts';
import { describeRole, rolesOf } from '../../engine/role-listing.ts';
import { limits } from '../../policy/limits.ts';
import type { Answer } from '../messages/answer.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { answerPage, itemsAfter, readLimit } from './listing-page.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import { type Asking, findRequestedWorkspace, readRequestedSubject } from './place-request.ts';
import { readQuery } from '../messages/request-query.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';

/** What a user interface of a workspace shows or greys out, page by page. */
export function createPermissionsEndpoint(context: SidecarContext): Endpoint {
  const { access } = context;
  return {
    route: 'permissions',
    method: 'GET',
    path: '/v1/workspaces/:workspace/members/:subject/permissions',
    answer: async (request, _body, caller) => {
      const query = readQuery(request.url, ['subjectType', 'limit', 'after', 'minRevision']);
      const limit = readLimit(query, limits.listedNames);
      await reachQueriedRevision(context, query);
      return context.ceilings.work.run(
        answerPermissions(context, request, { query, limit, asking: { access, caller } }),
        ofNames,
      );
    },
  };
}

/** The roles a workspace can give, page by page: the built-in ones and its own. */
export function createRolesEndpoint(context: SidecarContext): Endpoint {
  const { access } = context;
  return {
    route: 'roles',
    method: 'GET',
    path: '/v1/workspaces/:workspace/roles',
    answer: async (request, _body, caller) => {
      const query = readQuery(request.url, ['limit', 'after', 'minRevision']);
      const limit = readLimit(query, limits.listedNames);
      await reachQueriedRevision(context, query);
      return context.ceilings.work.run(
        answerRoles(context, request, { query, limit, asking: { access, caller } }),
        ofNames,
      );
    },
  };
}

// Nearly always a few dozen.
const ofNames = { length: 'short', bytes: 0 } as const;

interface AskedNames {
  readonly query: URLSearchParams;
  readonly limit: number;
  readonly asking: Asking;
}

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
  const permissions = [...engine.policy.catalog.permissions.values()];
  return yield* answerPage({
    head: { workspace: workspace.id, subject, revision, roles },
    name: 'permissions',
    items: itemsAfter(permissions, query, ({ id }) => id),
    limit,
    describe: (permission) => context.staleness.adjustListed(listPermission(engine, roleSet, permission), atMs),
    cursorOf: ({ id }) => id,
  });
}

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
