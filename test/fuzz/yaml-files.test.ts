import { assert } from 'chai';
import fc from 'fast-check';
import { plainPaint } from '../../src/cli/report/paint.ts';
import { problemReporters } from '../../src/cli/report/problem-report.ts';
import { createSourceLines } from '../../src/cli/report/source-lines.ts';
import { compilePolicy, type CompileResult } from '../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../src/compile/file/policy-files.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import { comparePositions } from '../../src/policy/position.ts';
import { parseSubject } from '../../src/policy/subject.ts';
import { smallPolicy } from '../support/policy-folder.ts';
import { fuzz, fuzzTimeoutMs } from './fuzz.ts';
import { mutateText, textMutations, type TextMutation } from './mutate-text.ts';
import { readPlainly } from './plain-reading.ts';

const nowMs = Date.parse('2026-11-20T09:00:00Z');

const texts: Readonly<Record<string, string>> = {
  ...smallPolicy(),
  'policies/support.test.yaml': `tests:
  - name: a trainee sends what is personal
    workspace: support
    as: [{ role: trainee }, bo@acme.example]
    can: ["message:send@personal"]
    cannot: [conversation:assign]
`,
};
const paths = Object.keys(texts).filter((path) => path.endsWith('.yaml'));
/** Stands in a comment of each file, and so has no business in what is said of another. */
const markOf = (path: string): string => `mark-${paths.indexOf(path)}-of-a-comment`;
const marked = Object.fromEntries(
  Object.entries(texts).map(([path, text]) => [path, path.endsWith('.yaml') ? `${text}# ${markOf(path)}\n` : text]),
);

const encoder = new TextEncoder();

function filesOf(some: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(some).map(([path, text]) => ({ path, content: encoder.encode(text) }));
}

function reportOf({ problems }: CompileResult, files: readonly SourceFile[]): string {
  const report = { problems, files: files.length, lines: createSourceLines(files, (path) => path) };
  const surroundings = { paint: plainPaint, annotationRoot: { cwd: '/', checkout: undefined } };
  return [problemReporters.text(report, surroundings), problemReporters.github(report, surroundings)].join('\n');
}

/** What holds of every set of files, sound or not. */
function checkProblems(result: CompileResult, files: readonly SourceFile[], changed: string): void {
  const { problems } = result;
  const lines = createSourceLines(files, (path) => path);
  for (const [index, problem] of problems.entries()) {
    const { file, line, column, length } = problem;
    const before = problems[index - 1];
    if (before) assert.isAtMost(comparePositions(before, problem), 0, 'problems are sorted');
    const isMissing = problem.code === 'missing-file';
    const text = isMissing ? '' : lines(file, line);
    if (text === undefined) assert.fail(`${file}:${line} is no line`);
    assert.isAtLeast(column, 1);
    assert.isAtMost(column, text.length + 2, `${file}:${line}:${column} is in its line`);
    assert.isAtLeast(length, 1);
    assert.match(problem.message, /^[a-z`\u0080-\uffff][^\n\r]*$/);
  }
  const said = reportOf(result, files);
  for (const path of paths) {
    if (path === changed || problems.some(({ file }) => file === path)) continue;
    assert.notInclude(said, markOf(path), 'nothing of another file is quoted');
  }
  const size = files.reduce((sum, file) => sum + ('content' in file ? file.content.length : 0), 0);
  assert.isAtMost(said.length, 10_000 + 400 * size, 'what is said is bounded by what was given');
  assert.notMatch(said, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e]/, 'nothing repaints a terminal');
}

function grantedBy(engine: CasbinEngine, policy: PolicySet, who: string, workspace: string): string[] {
  const { type: subjectType, id: subjectId } = parseSubject(who, policy.catalog.subjectTypes[0]);
  return policy.catalog.cells.flatMap(({ permission, scopes }) => {
    // In two scopes at once one may what one may in either.
    if (scopes.length > 1) return [];
    const asked = scopes.length === 0 ? {} : { scopes };
    const request = { subjectType, subjectId, workspace, permission: permission.id, ...asked };
    return engine.decide(request, nowMs) === 'granted' ? [`${permission.id}@${scopes[0] ?? ''}`] : [];
  });
}

/** What lint accepts lets nobody do more than a plain reading of the same YAML does. */
async function checkDecisions({ policy }: CompileResult, changed: Readonly<Record<string, string>>): Promise<boolean> {
  if (!policy) return false;
  const plain = readPlainly(changed);
  const engine = await CasbinEngine.create(policy);
  const known = [policy.organizations, [...policy.workspaces.values()]].flatMap((places) =>
    places.flatMap(({ members }) => [...members.values()].flatMap((byId) => [...byId.keys()])),
  );
  for (const text of new Set([...plain.subjects, ...known, 'nobody'])) {
    for (const workspace of policy.workspaces.keys()) {
      assert.include(plain.workspaces, workspace);
      for (const grantable of grantedBy(engine, policy, text, workspace))
        assert.isTrue(plain.allows(text, workspace, grantable, nowMs), `${text} may ${grantable}, and nobody wrote it`);
    }
  }
  return true;
}

describe('policy files that somebody tampered with', function () {
  this.timeout(fuzzTimeoutMs);

  const tamper = fc.record({ path: fc.constantFrom(...paths), mutations: textMutations });
  let accepted = 0;
  let refused = 0;

  const check = async ({ path, mutations }: { path: string; mutations: readonly TextMutation[] }): Promise<void> => {
    const changed = { ...marked, [path]: mutateText(marked[path] ?? '', mutations) };
    const files = filesOf(changed);
    const result = compilePolicy(files, nowMs);
    const again = compilePolicy(filesOf(changed), nowMs);
    assert.deepEqual(again.problems, result.problems);
    assert.equal(again.policy?.revision, result.policy?.revision);
    checkProblems(result, files, path);
    const decoded = Object.fromEntries(Object.entries(changed).map(([name, text]) => [name, text.toWellFormed()]));
    if (await checkDecisions(result, decoded)) accepted += 1;
    else refused += 1;
  };

  it('are held against a reading that agrees on those that nobody tampered with', async () => {
    const { policy } = compilePolicy(filesOf(marked), nowMs);
    assert.isDefined(policy);
    const engine = await CasbinEngine.create(policy);
    const plain = readPlainly(marked);
    for (const subject of [...plain.subjects, 'nobody']) {
      const wanted = [...plain.grantables].filter((grantable) => plain.allows(subject, 'support', grantable, nowMs));
      assert.sameMembers(grantedBy(engine, policy, subject, 'support'), wanted, subject);
      assert.equal(wanted.length === plain.grantables.size, /^(wim|olu)@/.test(subject), subject);
    }
  });

  it('are refused with problems in their lines, or let nobody do what nobody wrote', async () => {
    await fuzz(fc.asyncProperty(tamper, check));
    assert.isAbove(accepted, 0, 'some mutations leave a policy that lint accepts');
    assert.isAbove(refused, accepted / 10, 'and some do not');
  });

  it('are refused as bytes, too', async () => {
    const bytes = fc.record({
      path: fc.constantFrom(...paths),
      at: fc.integer({ min: 0, max: 999_999 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
    });
    const checkBytes = ({ path, at, bytes: some }: { path: string; at: number; bytes: Uint8Array }): void => {
      const content = Buffer.from(marked[path] ?? '');
      const place = Math.floor((at / 1_000_000) * content.length);
      const replaced = Buffer.concat([content.subarray(0, place), some, content.subarray(place + some.length)]);
      const files = filesOf(marked).map((file) =>
        file.path === path ? { path, content: new Uint8Array(replaced) } : file,
      );
      checkProblems(compilePolicy(files, nowMs), files, path);
    };
    await fuzz(fc.property(bytes, checkBytes));
  });
});
