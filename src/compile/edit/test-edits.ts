import { findOrganization, findWorkspace } from '../../policy/policy-set.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { listOf } from '../file/entries.ts';
import type { Grantable } from '../file/grant-table.ts';
import { listChanges } from '../patch/list-changes.ts';
import { quote } from '../words/describe-value.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import { expand, joinWords, takeOut } from './change-grants.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import type { EditPlace } from './edit-place.ts';
import { writtenSubject } from './member-edits.ts';
import { RefusedEdit, type ExpectInTest, type LeaveTest } from './policy-edit.ts';
import { mappingsIn, renamedWords } from './renamed-words.ts';

/**
 * What policy tests say of a role that is called otherwise, or is no more: then the subjects that are it are taken out, and
 * with the last one the test.
 */
export function testRoleChanges(
  ground: EditGround,
  reach: readonly EditPlace[],
  role: string,
  to: string | undefined,
): FileChange[] {
  const isReached = (test: JsonObject): boolean => reach.some((place) => isTestOf(ground, place, test));
  if (to === undefined) return withoutSubjects(ground, isReached, (subject) => speaksOf(subject, role));
  const rename = (word: string): string | undefined => (word === role ? to : undefined);
  return testsOf(ground, isReached).flatMap(({ file, path, test }) => {
    const subjects = listOf(test['as']);
    return subjects.flatMap((subject, index) => {
      const held = [...path, 'as', ...(Array.isArray(test['as']) ? [index] : []), 'role'];
      const changes = isJsonObject(subject) ? renamedWords(held, subject['role'], rename) : [];
      return changes.map((change) => ({ file, change }));
    });
  });
}

/** What policy tests say of a workspace that is called otherwise. */
export function testPlaceChanges(ground: EditGround, place: EditPlace, to: string): FileChange[] {
  const tests = testsOf(ground, (test) => isTestOf(ground, place, test));
  return tests.map(({ file, path }) => ({ file, change: { does: 'set', path: [...path, place.kind], value: to } }));
}

/** What policy tests say of a permission that is called otherwise. */
export function testWordChanges(ground: EditGround, rename: (word: string) => string | undefined): FileChange[] {
  return testsOf(ground, () => true).flatMap(({ file, path, test }) =>
    ['can', 'cannot'].flatMap((list) =>
      renamedWords([...path, list], test[list], rename).map((change) => ({ file, change })),
    ),
  );
}

/** Takes a subject out of the tests of a file that name it, and a test that names nobody else. */
export function leaveTests(ground: EditGround, edit: LeaveTest): FileChange[] {
  const place = ground.place(edit);
  const name = writtenSubject(ground, edit.subject);
  const isIt = (subject: JsonValue): boolean => typeof subject === 'string' && writtenSubject(ground, subject) === name;
  const changes = withoutSubjects(ground, (test) => isTestOf(ground, place, test), isIt);
  return changes.filter(({ file }) => file === edit.file);
}

interface FoundTest {
  readonly file: string;
  readonly path: YamlPath;
  readonly test: JsonObject;
}

// The last first, so that those before keep their number.
function testsOf(ground: EditGround, isMeant: (test: JsonObject) => boolean): FoundTest[] {
  return ground.testFiles.flatMap((file) =>
    mappingsIn(['tests'], ground.data(file)['tests'])
      .reverse()
      .flatMap(([path, test]) => (isMeant(test) ? [{ file, path, test }] : [])),
  );
}

function isTestOf({ policy }: EditGround, { kind, id }: EditPlace, test: JsonObject): boolean {
  const named = test[kind];
  if (typeof named !== 'string') return false;
  return (kind === 'workspace' ? findWorkspace(policy, named) : findOrganization(policy, named))?.id === id;
}

function withoutSubjects(
  ground: EditGround,
  isMeant: (test: JsonObject) => boolean,
  isGone: (subject: JsonValue) => boolean,
): FileChange[] {
  return testsOf(ground, isMeant).flatMap(({ file, path, test }): FileChange[] => {
    const subjects = listOf(test['as']);
    const gone = subjects.flatMap((one, index) => (isGone(one) ? [index] : []));
    if (gone.length === 0) return [];
    if (gone.length === subjects.length) return [{ file, change: { does: 'remove', path } }];
    return gone.reverse().map((index) => ({ file, change: { does: 'remove', path: [...path, 'as', index] } }));
  });
}

/** Has a test expect of a permission what it is to: it moves from the one list to the other. */
export function expectInTest(ground: EditGround, { file, test, permission, expect }: ExpectInTest): FileChange[] {
  const { tests } = ground.testFiles.includes(file) ? ground.data(file) : {};
  const all = Array.isArray(tests) ? (tests as readonly JsonValue[]) : [];
  const index = all.findIndex((one) => isJsonObject(one) && one['name'] === test);
  const found = all[index];
  if (!isJsonObject(found)) throw new RefusedEdit('unknown-test', `there is no test ${quote(test)} in ${quote(file)}`);
  const other = expect === 'can' ? 'cannot' : 'can';
  const [wanted, left] = [wordsOf(found[expect]), wordsOf(found[other])];
  const { table } = ground;
  const none = new Set<Grantable>();
  const around = { table, baseline: none, unreachable: none, inherited: none, denied: none };
  const meant = expand([permission], table);
  const missing = new Set([...meant].filter((one) => !expand(wanted, table).has(one)));
  const path = ['tests', index];
  // First it is put in, so that a test never asks nothing.
  const changes = [
    ...listChanges([...path, expect], wanted, joinWords(wanted, missing, around)),
    ...listChanges([...path, other], left, takeOut(left, meant, around)),
  ];
  return changes.map((change) => ({ file, change }));
}

function wordsOf(list: JsonValue | undefined): readonly string[] {
  return Array.isArray(list) ? (list as readonly string[]) : [];
}

function speaksOf(subject: JsonValue, role: string): boolean {
  const held = isJsonObject(subject) ? subject['role'] : undefined;
  return held === role || (Array.isArray(held) && held.includes(role));
}
