import type { IncomingMessage } from 'node:http';
import type { Catalog } from '../../policy/catalog.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { AccessGround } from '../../review/access/access-ground.ts';
import { ActorKnowledge } from '../../review/access/actor-knowledge.ts';
import { actorHeader, actorTypeHeader, type NamedActor, readNamedActor } from '../access/actor-header.ts';
import type { Caller } from '../access/token.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { unknownType } from './member-request.ts';
import { runtimeMembers } from './runtime-memberships.ts';

/** A reader: a caller, and the actor for whom the caller reads, if it says one. */
export interface Asking {
  readonly context: SidecarContext;
  readonly caller: Caller;
  readonly actor: NamedActor | undefined;
}

/** The ground of one step of an answer: what is live in it, and what who asks may know of that. */
export interface AskedGround extends AccessGround {
  readonly revision: string;
  readonly knowledge: ActorKnowledge;
}

/** Reads for whom a request reads, or throws an ApiProblem. */
export function readAsking(context: SidecarContext, request: IncomingMessage, caller: Caller): Asking {
  const named = readNamedActor(request);
  if (!caller.actor) return { context, caller, actor: named };
  // The header of a proxy is where the actor comes from.
  if (!named || caller.voucher === 'proxy') return { context, caller, actor: caller.actor };
  throw new ApiProblem('forbidden', `who is signed in says who reads, so it takes no \`${actorHeader}\``);
}

/** What is live now, for who asks. */
export function groundOf({ context, actor }: Asking): AskedGround {
  const { engine, revision } = currentPolicy(context);
  const ground = { engine, runtime: runtimeMembers(context), atMs: context.now() };
  const subject = actor && subjectOf(actor, engine.policy.catalog);
  return { ...ground, revision, knowledge: new ActorKnowledge(ground, subject) };
}

/**
 * Refuses a change whose actor is another one than the header names: what stands before the sidecar writes the header, and
 * what a page sends it does not look at.
 */
export function requireSameActor(asking: Asking, catalog: Catalog, actor: SubjectId): void {
  const named = asking.actor && subjectOf(asking.actor, catalog);
  if (!named || (named.type === actor.type && named.id === actor.id)) return;
  throw new ApiProblem('forbidden', `\`${actorHeader}\` names another actor than the change does`);
}

function subjectOf({ id, type }: NamedActor, { subjectTypes }: Catalog): SubjectId {
  const known = type ?? subjectTypes[0];
  if (subjectTypes.includes(known)) return { type: known, id };
  throw new ApiProblem('invalid-request', unknownType(`\`${actorTypeHeader}\``, subjectTypes));
}
