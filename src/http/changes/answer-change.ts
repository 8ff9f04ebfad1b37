import type { Request } from 'express';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { AskedSight } from '../../review/access/sight.ts';
import { objectOfEdit, type AskedEdit } from '../../review/changes/asked-edit.ts';
import {
  isProposed,
  type AskedChange,
  type ChangeDesk,
  type ChangeMode,
  type ChangeRefusal,
  type ToldAnswer,
  type ToldJudgement,
} from '../../store/changes/asked-change.ts';
import type { Caller } from '../access/token.ts';
import { describeOver } from '../budget/budget-document.ts';
import { inTime } from '../endpoint/in-time.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import { type Answer, jsonAnswer } from '../messages/answer.ts';
import { ApiProblem, type ApiProblemCode, apiProblems } from '../messages/api-problem.ts';
import { invalid } from '../messages/invalid-request.ts';
import { describeProblem } from '../status/policy-document.ts';
import { readAsking, requireSameActor } from '../members/asking.ts';
import { readIdempotencyKey } from '../members/precondition.ts';
import { digestOfChange, testsInReview, type WantedBy } from './change-request.ts';

export const previewQuery = {
  preview: {
    description: 'Judges it, and writes nothing. It stands alone: `?preview`.',
    mayBeEmpty: true,
    schema: { type: 'string', enum: ['', 'true'] },
  },
} as const;

export function readPreview(query: URLSearchParams): boolean {
  const value = query.get('preview');
  if (value === null) return false;
  if (value === '' || value === 'true') return true;
  throw new ApiProblem('unknown-parameter', '`preview` stands alone; leave it out to make the change');
}

export function requireDesk({ changes }: SidecarContext): ChangeDesk {
  if (changes !== undefined) return changes;
  throw new ApiProblem(
    'changes-off',
    'this sidecar changes no policy; start it with `--changes files`, `commit` or `database`',
  );
}

function requireMode({ modes }: ChangeDesk, wanted: ChangeMode | undefined): ChangeMode | undefined {
  if (wanted === undefined || modes.includes(wanted)) return wanted ?? modes[0];
  const known = modes.map((mode) => `\`${mode}\``).join(' or ');
  throw invalid('/write', `changes are written by ${known} here`);
}

function requireReview(what: AskedChange['what'], write: ChangeMode | undefined): void {
  const edits = what.kind === 'edits' ? what.edits : [];
  const isOfTest = ({ edit }: AskedEdit): boolean => objectOfEdit({ edit }) === 'test';
  const index = edits.findIndex(isOfTest);
  if (index < 0) return;
  if (write !== 'propose') throw invalid(`/edits/${index}/edit`, `${testsInReview}: propose the change`);
  // Who may is asked of what the tests go along with.
  if (edits.every(isOfTest))
    throw invalid(`/edits/${index}/edit`, 'tests go along with another edit, or in a pull request');
}

/** A change as it comes over HTTP. */
export interface ChangeCall {
  readonly request: Request;
  readonly caller: Caller;
  readonly what: AskedChange['what'];
  readonly by: WantedBy;
  readonly isPreview: boolean;
  readonly sees?: AskedSight | undefined;
}

/** Has a change judged and made, or words why it is not. */
export async function answerChangeCall(context: SidecarContext, call: ChangeCall): Promise<Answer> {
  // What stands before the sidecar writes the header, and what a page sends it does not look at.
  const { catalog } = currentPolicy(context).engine.policy;
  requireSameActor(readAsking(context, call.request, call.caller), catalog, call.by.actor);
  const desk = requireDesk(context);
  const write = requireMode(desk, call.by.write);
  requireReview(call.what, write);
  const key = readIdempotencyKey(call.request);
  const { what, by, caller } = call;
  const asked: AskedChange = {
    what,
    actor: by.actor,
    reason: by.reason,
    write,
    caller: {
      name: caller.name,
      organizations: caller.organizations && [...caller.organizations],
      mayProvision: caller.scopes?.has('provision') === true,
    },
    idempotency: key === undefined ? undefined : { key, digest: digestOfChange(what, by) },
    isPreview: call.isPreview,
    sees: call.sees,
  };
  const late = (): Error => new RolebookError('unavailable', 'the change was not made in time');
  const answer = await inTime(desk.ask(asked), limits.changeMs, late).catch((error: unknown) => {
    throw describeFailure(context, error);
  });
  countChange(context, answer);
  logChange(context, asked, answer);
  return describeAnswer(answer, call.isPreview);
}

function describeFailure({ log }: SidecarContext, error: unknown): unknown {
  if (!(error instanceof RolebookError)) return error;
  log.warn({ err: error }, 'a change could not be made');
  const { message, help } = error;
  const then =
    help ?? 'send it again with the same `Idempotency-Key`, or look at `GET /v1/changes` whether it was made';
  return new ApiProblem('changes-unavailable', `${message}; ${then}`, { headers: { 'Retry-After': '1' } });
}

function describeAnswer(answer: ToldAnswer, isPreview: boolean): Answer {
  if (answer.kind === 'refused') throw describeRefusal(answer.refusal, answer.data);
  if (answer.kind === 'judged') {
    const { text } = answer.data;
    if (text === undefined && isPreview) throw tooLarge();
    return jsonAnswer(200, { revision: answer.revision, ...toldProblems(answer.data) }, text);
  }
  const { change, revision, written } = answer.head;
  // What waits for a review is not live, so nobody can wait for its revision.
  if (isProposed(written)) return jsonAnswer(202, { change, written, ...toldProblems(answer.data) }, answer.data?.text);
  return jsonAnswer(200, { change, revision, written, ...toldProblems(answer.data) }, answer.data?.text);
}

function tooLarge(): ApiProblem {
  const message = 'so many people gain or lose something by this that they are more than an answer holds';
  return new ApiProblem('answer-too-large', `${message}; \`rolebook diff\` tells of them`);
}

function toldProblems(data: ToldJudgement | undefined): object {
  return data ? { problems: data.problems.map(describeProblem) } : {};
}

function describeRefusal(
  { kind, code, message, help, edit, permission, now, over }: ChangeRefusal,
  data?: ToldJudgement,
): ApiProblem {
  const extensions = {
    ...(permission === undefined ? {} : { permission }),
    ...(now === undefined ? {} : { now }),
    ...(over === undefined ? {} : { budget: describeOver(over) }),
    ...toldProblems(data),
  };
  const detail = help === undefined ? message : `${message}; ${help}`;
  const pointer = edit === undefined ? undefined : `/edits/${edit}`;
  return new ApiProblem(problemCode({ kind, code }), detail, { pointer, extensions, moreText: data?.text });
}

/** For codes that HTTP has no word for: the one of their kind. */
const codeOfKind: Readonly<Record<ChangeRefusal['kind'], ApiProblemCode>> = {
  'not-allowed': 'forbidden',
  'against-the-rules': 'change-refused',
  conflict: 'changed-meanwhile',
  unknown: 'change-refused',
  unavailable: 'changes-unavailable',
};

const takenCodes: readonly string[] = [
  'role-exists',
  'group-exists',
  'place-exists',
  'permission-exists',
  'file-exists',
  'waiver-exists',
];

function problemCode({ kind, code }: Pick<ChangeRefusal, 'kind' | 'code'>): ApiProblemCode {
  if (takenCodes.includes(code)) return 'already-there';
  return Object.hasOwn(apiProblems, code) ? (code as ApiProblemCode) : codeOfKind[kind];
}

function countChange({ metrics }: SidecarContext, answer: ToldAnswer): void {
  if (answer.kind === 'refused') metrics.changes.count('refused', problemCode(answer.refusal));
  else if (answer.kind === 'judged') metrics.changes.count('judged');
  else if (!answer.data) metrics.changes.count('repeated');
  else metrics.changes.count(isProposed(answer.head.written) ? 'proposed' : 'made');
}

function logChange({ log }: SidecarContext, { actor, caller, what, reason }: AskedChange, answer: ToldAnswer): void {
  if (answer.kind !== 'written' || !answer.data) return;
  const { change, revision, people, edits, written } = answer.head;
  const words = edits.map(({ edit }) => edit);
  const of = { change, actor: `${actor.type}:${actor.id}`, caller: caller.name, reason, people, edits: words, written };
  if (isProposed(written)) log.info(of, what.kind === 'revert' ? 'an undoing was proposed' : 'a change was proposed');
  else log.info({ ...of, revision }, what.kind === 'revert' ? 'a change was undone' : 'a change was made');
}
