import { PolicyCompiler, type CompileResult } from '../../compile/compile-policy.ts';
import { applyEdits } from '../../compile/edit/apply-edits.ts';
import type { PolicyEdit } from '../../compile/edit/policy-edit.ts';
import { classifyPath, type SourceFile } from '../../compile/file/policy-files.ts';
import { CasbinEngine } from '../../engine/casbin-engine.ts';
import { RuntimeMembers } from '../../engine/runtime-members.ts';
import { groupType, type PolicySet } from '../../policy/policy-set.ts';
import type { Problem } from '../../policy/problem.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { sightOf, type AskedSight, type Sight } from '../access/sight.ts';
import { judgeCompiled, type CompiledPolicies } from '../diff/compare/judge-policies.ts';
import type { JudgedChange } from '../diff/compare/judge-share.ts';
import { runPolicyTests, type TestReport } from '../testing/run-policy-tests.ts';
import { findActorFaults } from './actor-faults.ts';
import { confirmDigest, findAffected, type AffectedMember } from './affected-members.ts';
import { objectOfEdit, type AskedEdit, type EditFault } from './asked-edit.ts';
import { membersAfter, withRows } from './changed-rows.ts';
import { etagOf, findConflicts, findObjectOfStep } from './edit-etags.ts';
import { makeInSteps, withoutEmptyTests, type EditStep, type MadeEdits } from './edit-steps.ts';
import { findExpectations } from './tests/expectations.ts';
import { findLeavers } from './tests/leavers.ts';
import { membersNear } from './near-members.ts';
import { findResultFaults, findRuleFaults } from './place-rules.ts';
import { requireSameDecisions } from './same-decisions.ts';
import { formatTextPatch } from './text/text-patch.ts';
import { mayWaiveAtOnce } from './waiver-edit-rules.ts';

/** All that is to be known of edits before they are written. */
export interface JudgedEdits {
  readonly edits: readonly AskedEdit[];
  /** The files as they would be; those that no edit touches are the same objects. */
  readonly files: readonly SourceFile[];
  readonly touched: readonly SourceFile[];
  /** Paths of files that would be there no more. */
  readonly removed: readonly string[];
  /** A unified diff of what is touched. */
  readonly patch: string;
  /** Errors that the files would have; then the effect is not known. */
  readonly errors: readonly Problem[];
  /** Why the edits may not be made: who asks may not, nobody may, or something else is there by now. */
  readonly faults: readonly EditFault[];
  readonly tests: TestReport | undefined;
  /** Who gains and who loses, and which ways to more open. */
  readonly effect: JudgedChange | undefined;
  /** From whom something is taken, and what; and who holds a role that would be deleted. */
  readonly affected: readonly AffectedMember[];
  /** The digest of that list, where a role would be deleted: what somebody agrees to who has seen it. */
  readonly confirm: string | undefined;
  /** Of the policy that the files would give; undefined where they would have errors. */
  readonly revision: string | undefined;
  /** For each edit the hash of its object before it was made; undefined where it has none. */
  readonly etags: readonly (string | undefined)[];
  /** Memberships at run time that are changed, as they would be; without assignments: they end. */
  readonly rows: readonly RuntimeMember[];
  /** What was asked for of what somebody would see then; undefined where nobody asked, or nobody knows. */
  readonly sight?: Sight | undefined;
}

export interface JudgeOptions {
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: number;
  /** Whether tests that fail are changed to expect what the policy says then, where it is plain what that is. */
  readonly withTests?: boolean;
  /** Whether somebody looks at them before they count, so that they may be of tests, too. */
  readonly isReviewed?: boolean;
  /** Who makes the edits; undefined: somebody else judges that, as a review in git does. */
  readonly actor?: SubjectId | undefined;
  /** Whether the actor comes with the right to make companies and workspaces; no role gives it. */
  readonly provisions?: boolean;
  /** The compiler that compiled the files already; what they gave it is not made anew. */
  readonly compiler?: PolicyCompiler;
  /** Who was given what at run time. */
  readonly given?: readonly RuntimeMember[];
  /** Whether edits change memberships at run time of those whom the files do not list at that place. */
  readonly changesRows?: boolean;
  /** Through whose eyes what comes of them is looked at. */
  readonly sees?: AskedSight | undefined;
}

/** Whether edits may not be written. */
export function isRefused({ errors, faults, tests }: JudgedEdits): boolean {
  return errors.length > 0 || faults.length > 0 || (tests?.failed ?? 0) > 0;
}

/**
 * Makes edits on files in memory and judges what they come to: as all files compared with all, looking only at what
 * differs. Throws a `RefusedEdit` where one cannot be made.
 */
export async function judgeEdits(
  files: readonly SourceFile[],
  edits: readonly AskedEdit[],
  options: JudgeOptions,
): Promise<JudgedEdits> {
  const { nowMs, compiler = new PolicyCompiler() } = options;
  const before = compileSound(files, compiler, nowMs);
  const compile = (now: readonly SourceFile[]): CompileResult => compiler.compile(now, nowMs);
  const rows = options.changesRows === true ? (options.given ?? []) : undefined;
  const made = makeInSteps(files, before, edits, compile, rows);
  const end = options.withTests === true ? await expectOtherwise(made, before.policy, compile, nowMs) : made;
  return judgeMade({ files, before, edits, steps: made.steps, rows: made.rows, end }, options);
}

/** What files give that have no errors; throws where they have some, since nobody knows what an edit of them would mean. */
export function compileSound(files: readonly SourceFile[], compiler: PolicyCompiler, nowMs: number): SoundResult {
  const before = compiler.compile(files, nowMs);
  if (isSound(before)) return before;
  const [first] = before.problems;
  throw new Error(
    `edits are judged on files that have errors, as ${first?.file ?? ''}:${first?.line ?? 0}: ${first?.message ?? ''}`,
  );
}

/** Edits that were made, and what they came to. */
export interface EditsToJudge {
  readonly files: readonly SourceFile[];
  readonly before: SoundResult;
  readonly edits: readonly AskedEdit[];
  readonly steps: readonly EditStep[];
  readonly rows: readonly RuntimeMember[];
  readonly end: Pick<MadeEdits, 'files' | 'result'>;
}

/** Judges what was made of files, however it was made. */
export async function judgeMade(
  { files, before, edits, steps, rows, end }: EditsToJudge,
  options: JudgeOptions,
): Promise<JudgedEdits> {
  const { nowMs, actor, provisions = false, given = [] } = options;
  // Whoever has tests changed looks at what becomes of them.
  const isReviewed = options.withTests === true || options.isReviewed === true;
  const live = before.policy;
  const near = membersNear(given, steps);
  const [known, kept] = [new Set(files), new Set(end.files.map(({ path }) => path))];
  const found = [
    ...findConflicts(steps),
    ...onePerEdit([
      ...findRuleFaults(steps, near, nowMs),
      ...(actor ? findActorFaults(steps, { live, given: near, actor, atMs: nowMs, provisions, isReviewed }) : []),
    ]),
  ];
  const common = {
    edits,
    files: end.files,
    touched: end.files.filter((file) => !known.has(file)),
    removed: files.flatMap(({ path }) => (kept.has(path) ? [] : [path])),
    patch: patchToTell({ files, edits, end }, { live, near, options }),
    errors: end.result.problems.filter(({ severity }) => severity === 'error'),
    etags: steps.map(etagBefore),
    revision: end.result.policy?.revision,
    rows,
  };
  const { result } = end;
  if (!isSound(result)) {
    return { ...common, faults: found, tests: undefined, effect: undefined, affected: [], confirm: undefined };
  }
  requireSameDecisions(live, result.policy, edits);
  const tests = runPolicyTests(await CasbinEngine.create(result.policy), result.tests, { nowMs });
  // By names everybody would lose the one and gain the other.
  const isNamesOnly = edits.some((edit) => edit.edit === 'permission.rename' && edit.keeps === 'nothing');
  const nearAfter = withRows(membersAfter(near, live, result.policy), rows);
  const members = { members: given, near, ...(rows.length === 0 ? {} : { nearAfter }), nowMs };
  const effect = isNamesOnly ? undefined : await judgeEffect({ before, files }, { result, files: end.files }, members);
  const affected = findAffected(steps, effect?.difference.changes ?? [], near);
  const confirm = confirmDigest(steps, affected);
  const faults = [
    ...found,
    ...findResultFaults(live, result.policy, { before: near, after: nearAfter }, nowMs),
    ...findStale(steps, confirm),
  ];
  const sight = options.sees && (await sightAfter(options.sees, live, result.policy, { given, rows }));
  return { ...common, faults, tests, effect, affected, confirm, sight };
}

// Whoever asks for a waiver may not see what roles.yaml says beside it: what others had accepted.
function patchToTell(
  { files, edits, end }: Pick<EditsToJudge, 'files' | 'edits' | 'end'>,
  {
    live,
    near,
    options: { actor, nowMs },
  }: { readonly live: PolicySet; readonly near: readonly RuntimeMember[]; readonly options: JudgeOptions },
): string {
  const ground = { policy: live, members: new RuntimeMembers(near), atMs: nowMs };
  const isHidden = actor && edits.some((edit) => objectOfEdit(edit) === 'waiver') && !mayWaiveAtOnce(ground, actor);
  const shown = (some: readonly SourceFile[]): readonly SourceFile[] =>
    isHidden ? some.filter(({ path }) => classifyPath(path) !== 'roles') : some;
  return formatTextPatch(shown(files), shown(end.files));
}

async function sightAfter(
  sees: AskedSight,
  live: PolicySet,
  policy: PolicySet,
  { given, rows }: { readonly given: readonly RuntimeMember[]; readonly rows: readonly RuntimeMember[] },
): Promise<Sight | undefined> {
  const { viewer } = sees;
  // What others were given is nothing to them, but for what groups were.
  const isTheirs = ({ subject }: RuntimeMember): boolean =>
    viewer.kind === 'subject' && (subject.type === groupType || subject.id === viewer.subject.id);
  const theirs = withRows(membersAfter(given.filter(isTheirs), live, policy), rows.filter(isTheirs));
  return sightOf(await CasbinEngine.create(policy, new RuntimeMembers(theirs)), sees);
}

export type SoundResult = CompileResult & { readonly policy: PolicySet };

function isSound(result: CompileResult): result is SoundResult {
  return result.policy !== undefined;
}

async function judgeEffect(
  { before, files }: { readonly before: SoundResult; readonly files: readonly SourceFile[] },
  after: { readonly result: SoundResult; readonly files: readonly SourceFile[] },
  members: Pick<CompiledPolicies, 'members' | 'near' | 'nearAfter' | 'nowMs'>,
): Promise<JudgedChange> {
  const { policy, deciding } = after.result;
  return judgeCompiled({
    before: { policy: before.policy, files, deciding: before.deciding },
    after: { policy, files: after.files, deciding },
    ...members,
  });
}

// What is wrong with an edit whoever makes it comes first, as at run time.
function onePerEdit(faults: readonly EditFault[]): EditFault[] {
  const told = new Map<number | undefined, EditFault>();
  for (const fault of faults) if (!told.has(fault.edit)) told.set(fault.edit, fault);
  return [...told.values()].sort((left, right) => (left.edit ?? 0) - (right.edit ?? 0));
}

function etagBefore(step: EditStep): string | undefined {
  const object = findObjectOfStep(step);
  return object && etagOf(object.value);
}

function findStale(steps: readonly EditStep[], confirm: string | undefined): EditFault[] {
  const stale = steps.find(({ edit }) => edit.confirm !== undefined && edit.confirm !== confirm);
  if (!stale) return [];
  const message = 'those affected are others now than in the list that was agreed to';
  const help = 'look at the list as it is now, and agree to that';
  return [{ edit: stale.index, kind: 'conflict', code: 'stale-confirm', message, help }];
}

async function expectOtherwise(
  made: MadeEdits,
  before: PolicySet,
  compile: (files: readonly SourceFile[]) => CompileResult,
  nowMs: number,
): Promise<MadeEdits> {
  const { policy, tests } = made.result;
  if (!policy) return made;
  // A test decides nothing, so the policy is the same after each of them.
  const edit = (from: readonly SourceFile[], edits: readonly PolicyEdit[]): readonly SourceFile[] =>
    withoutEmptyTests(
      from,
      applyEdits(from, policy, edits, () => policy),
      policy,
    );
  const left = findLeavers(before, policy, tests);
  const files = edit(made.files, left);
  const known = left.length === 0 ? tests : compile(files).tests;
  const expected = findExpectations(await CasbinEngine.create(policy), known, nowMs);
  if (left.length + expected.length === 0) return made;
  const end = edit(files, expected);
  return { ...made, files: end, result: compile(end) };
}
