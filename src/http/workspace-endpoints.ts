import type { Request } from 'express';
import { listPermissions } from '../engine/permission-listing.ts';
import { listRoles } from '../engine/role-listing.ts';
import type { PolicySet, Workspace } from '../policy/policy-set.ts';
import { type SubjectId, subjectIdFault } from '../policy/subject.ts';
import { jsonAnswer } from './answer.ts';
import { ApiProblem } from './api-problem.ts';
import type { Endpoint } from './endpoint.ts';
import { readQuery } from './request-query.ts';
import { currentPolicy, type SidecarContext } from './sidecar-context.ts';

/** What a user interface of a workspace shows or greys out. */
export function createPermissionsEndpoint(context: SidecarContext): Endpoint {
  return {
    route: 'permissions',
    method: 'GET',
    path: '/v1/workspaces/:workspace/members/:subject/permissions',
    access: 'request',
    answer: (request) => {
      const query = readQuery(request.url, ['subjectType']);
      const { engine, revision } = currentPolicy(context);
      const subject = readSubject(request, query, engine.policy);
      const workspace = findWorkspace(request, engine.policy);
      const listing = listPermissions(engine, workspace, subject, context.now());
      return jsonAnswer(200, { workspace: workspace.id, subject, revision, ...listing });
    },
  };
}

/** The roles a workspace can give: the built-in ones and its own. */
export function createRolesEndpoint(context: SidecarContext): Endpoint {
  return {
    route: 'roles',
    method: 'GET',
    path: '/v1/workspaces/:workspace/roles',
    access: 'request',
    answer: (request) => {
      readQuery(request.url, []);
      const { engine, revision } = currentPolicy(context);
      const workspace = findWorkspace(request, engine.policy);
      return jsonAnswer(200, { workspace: workspace.id, revision, roles: listRoles(engine.policy, workspace) });
    },
  };
}

function findWorkspace(request: Request, policy: PolicySet): Workspace {
  const id = String(request.params['workspace']);
  const workspace = policy.workspaces.get(id);
  if (workspace !== undefined) return workspace;
  throw new ApiProblem('unknown-workspace', 'no workspace of the live policy has this id');
}

function readSubject(request: Request, query: URLSearchParams, policy: PolicySet): SubjectId {
  const id = String(request.params['subject']);
  const fault = subjectIdFault(id);
  if (fault !== undefined) throw new ApiProblem('invalid-request', `the subject's id ${fault}`);
  const { subjectTypes } = policy.catalog;
  const type = query.get('subjectType') ?? subjectTypes[0];
  if (subjectTypes.includes(type)) return { type, id };
  const known = subjectTypes.map((name) => `\`${name}\``).join(', ');
  throw new ApiProblem('invalid-request', `\`subjectType\` is one of ${known}`);
}
