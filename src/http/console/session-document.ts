import type { Catalog } from '../../policy/catalog.ts';
import { subjectIdFault, type SubjectId } from '../../policy/subject.ts';
import { changeModes } from '../../store/changes/asked-change.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import { anybody } from '../access/token.ts';
import { isOperator } from '../members/operators.ts';
import { unknownType } from '../members/member-request.ts';
import { subjectSchema } from '../members/member-schemas.ts';
import { jsonAnswer, type Answer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { invalid } from '../messages/invalid-request.ts';
import { named } from '../openapi/named-schema.ts';
import { flag, list, record, revision, text, time } from '../openapi/openapi-words.ts';
import type { SignedIn } from '../sessions/session.ts';
import { signInWays } from '../sessions/sign-in-way.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** Who is signed in, as the pages are told of it. */
export const sessionSchema = named(
  'Session',
  record(
    {
      way: { enum: signInWays },
      takesChanges: flag,
      writes: {
        ...list({ enum: changeModes }),
        description: 'Where changes may be written; the first where nobody says which.',
      },
      hasReview: { ...flag, description: 'Whether there is a review of past decisions to look at.' },
      isOperator: { ...flag, description: 'Whether they may look at the sidecars themselves.' },
      revision,
    },
    {
      actor: { ...subjectSchema, description: 'Whom they act as. Left out: they have not chosen yet.' },
      endsAt: { ...time, description: 'Left out: only the proxy knows.' },
      signOutUrl: { ...text, description: 'Where the proxy signs people out.' },
    },
  ),
);

/** The sessions of a sidecar that has pages, or an ApiProblem is thrown. Only a page of them may ask. */
export function requireSessions(context: SidecarContext, request: Parameters<Sessions['isOfPage']>[0]): Sessions {
  const { sessions } = context;
  if (!sessions) throw pagesOff('this sidecar has no pages; `--try`, `--oidc-issuer` and `--proxy-token` bring them');
  if (sessions.isOfPage(request)) return sessions;
  throw new ApiProblem('forbidden', 'sessions are for the pages alone');
}

/** The same where one may choose whom to act as. Everywhere else who signed in is who acts. */
export function requireTrial(context: SidecarContext, request: Parameters<Sessions['isOfPage']>[0]): Sessions {
  const sessions = requireSessions(context, request);
  if (sessions.way.kind === 'try') return sessions;
  throw pagesOff('the pages are not for trying out here: who is signed in is who acts');
}

/** There are no pages, or none of that kind. */
export function pagesOff(detail: string): ApiProblem {
  return new ApiProblem('pages-off', detail);
}

export function answerSession(context: SidecarContext, sessions: Sessions, found: SignedIn, cookie?: string): Answer {
  const { revision: live } = currentPolicy(context);
  const { way } = sessions;
  const { actor } = found;
  const { headers, ...rest } = jsonAnswer(200, {
    way: way.kind,
    ...(actor && { actor }),
    ...(found.endsAtMs !== undefined && { endsAt: new Date(found.endsAtMs).toISOString() }),
    ...(way.kind === 'proxy' && way.signOutUrl !== undefined && { signOutUrl: way.signOutUrl }),
    takesChanges: context.changes !== undefined,
    writes: context.changes?.modes ?? [],
    hasReview: context.review !== undefined,
    isOperator: actor !== undefined && isOperator({ context, caller: anybody, actor }),
    revision: live,
  });
  return { ...rest, headers: { ...headers, ...(cookie !== undefined && { 'Set-Cookie': cookie }) } };
}

/** The subject types of the policy that is live. */
export function liveSubjectTypes(context: SidecarContext): Catalog['subjectTypes'] {
  return currentPolicy(context).engine.policy.catalog.subjectTypes;
}

/** Whom somebody chose to act as: an id that may be one, of a type that there is. */
export function readChosenActor(actor: string | SubjectId, { subjectTypes }: Catalog): SubjectId {
  const isBareId = typeof actor === 'string';
  const { type, id } = isBareId ? { type: subjectTypes[0], id: actor } : actor;
  if (!subjectTypes.includes(type)) throw invalid('/actor/type', unknownType('the type', subjectTypes));
  const fault = subjectIdFault(id);
  if (fault !== undefined) throw invalid(isBareId ? '/actor' : '/actor/id', `the actor's id ${fault}`);
  return { type, id };
}
