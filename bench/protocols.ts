import type { Question } from './questions.ts';

/** How a server is asked, and where in its answer the decisions are. */
export interface Protocol {
  readonly path: string;
  body(questions: readonly Question[]): string;
  decisions(answer: string, questions: readonly Question[]): readonly boolean[];
}

const enforceRequest = ({ subject, workspace, permission }: Question): object => ({ subject, workspace, permission });

export const enforce: Protocol = {
  path: '/v1/enforce',
  body: ([question]) => JSON.stringify(question && enforceRequest(question)),
  decisions: (answer) => [(JSON.parse(answer) as { decision: boolean }).decision],
};

/** With the thing that is asked about: whose it is says in which scope the request is. */
export const enforceOnResource: Protocol = {
  ...enforce,
  body: ([question]) =>
    JSON.stringify(question && { ...enforceRequest(question), resource: { owner: question.owner } }),
};

export const enforceExplained: Protocol = { ...enforce, path: '/v1/enforce?explain' };

export const enforceBatch: Protocol = {
  path: '/v1/enforce/batch',
  body: (questions) => JSON.stringify({ requests: questions.map(enforceRequest) }),
  decisions: (answer) =>
    (JSON.parse(answer) as { decisions: { decision: boolean }[] }).decisions.map(({ decision }) => decision),
};

interface CerbosResults {
  readonly results: readonly { readonly actions: Readonly<Record<string, string>> }[];
}

/** One call for one or many: a principal with the role it holds, and each thing with the action on it. */
export const cerbosCheck: Protocol = {
  path: '/api/check/resources',
  body: (questions) =>
    JSON.stringify({
      principal: { id: questions[0]?.subject, roles: questions.slice(0, 1).map(cerbosRole) },
      resources: questions.map(({ permission }, index) => ({
        resource: { kind: resourceOf(permission), id: `${index + 1}` },
        actions: [actionOf(permission)],
      })),
    }),
  decisions: (answer, questions) =>
    (JSON.parse(answer) as CerbosResults).results.map(
      ({ actions }, index) => actions[actionOf(questions[index]?.permission ?? '')] === 'EFFECT_ALLOW',
    ),
};

export const cerbosAuthzen: Protocol = {
  path: '/access/v1/evaluation',
  body: (questions) => {
    const [{ subject, permission } = { subject: '', permission: '' }] = questions;
    return JSON.stringify({
      subject: { type: 'user', id: subject, properties: { 'cerbos.roles': questions.map(cerbosRole) } },
      action: { name: actionOf(permission) },
      resource: { type: resourceOf(permission), id: '1' },
    });
  },
  decisions: (answer) => [(JSON.parse(answer) as { decision: boolean }).decision],
};

function cerbosRole({ workspace, role }: Question): string {
  return `${workspace}/${role}`;
}

function resourceOf(permission: string): string {
  return permission.slice(0, permission.indexOf(':'));
}

function actionOf(permission: string): string {
  return permission.slice(permission.indexOf(':') + 1);
}
