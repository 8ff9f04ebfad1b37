import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { Decision, EnforceRequest } from '../../policy/decision.ts';
import type { PolicyTest, TestQuestion, TestSubject } from '../../policy/policy-test.ts';

/** Who a test of roles alone asks as: `owner: somebody` under `with` makes a thing their own. */
export const roleHolderId = 'somebody';

/** One question of a policy test, as the application would send it. */
export function requestOf(
  test: PolicyTest,
  subject: TestSubject,
  question: TestQuestion,
  firstSubjectType: string,
): EnforceRequest {
  const { type, id } = subject.kind === 'member' ? subject.subject : { type: firstSubjectType, id: roleHolderId };
  return {
    subjectType: type,
    subjectId: id,
    subjectProperties: test.properties,
    workspace: test.organization === undefined ? test.workspace.id : undefined,
    organization: test.organization,
    permission: question.permission.id,
    scopes: question.scopes,
    resource: test.resource,
    context: test.context,
    organizationProperties: test.organizationProperties,
  };
}

export function askPolicyTest(
  engine: CasbinEngine,
  test: PolicyTest,
  subject: TestSubject,
  question: TestQuestion,
  atMs: number,
): Decision {
  const request = requestOf(test, subject, question, engine.policy.catalog.subjectTypes[0]);
  return subject.kind === 'member' ? engine.explain(request, atMs) : engine.explainRoles(subject.roles, request);
}
