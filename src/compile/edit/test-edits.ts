import { findWorkspace } from '../../policy/policy-set.ts';
import { isJsonObject, type JsonValue } from '../../policy/text/json.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import type { Grantable } from '../file/grant-table.ts';
import { quote } from '../words/describe-value.ts';
import { expand, joinWords, takeOut } from './change-grants.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { listChanges } from './list-changes.ts';
import { RefusedEdit, type ExpectInTest } from './policy-edit.ts';
import type { YamlChange } from './yaml-change.ts';

/**
 * What policy tests say of a role that is called otherwise, or is no more: then the subjects that are it are taken out, and
 * with the last one the test.
 */
export function testRoleChanges(
  ground: EditGround,
  workspace: string,
  role: string,
  to: string | undefined,
): FileChange[] {
  return ground.testFiles.flatMap((file) => {
    const { tests } = ground.data(file);
    if (!Array.isArray(tests)) return [];
    // The last first, so that those before keep their number.
    const changes = [...(tests as readonly JsonValue[]).entries()].reverse().flatMap(([index, test]): YamlChange[] => {
      const named = isJsonObject(test) ? test['workspace'] : undefined;
      if (!isJsonObject(test) || typeof named !== 'string') return [];
      if (findWorkspace(ground.policy, named)?.id !== workspace) return [];
      const path = ['tests', index];
      return to === undefined ? takenOut(path, test['as'], role) : renamed([...path, 'as'], test['as'], role, to);
    });
    return changes.map((change) => ({ file, change }));
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

function renamed(path: YamlPath, subject: JsonValue | undefined, role: string, to: string): YamlChange[] {
  if (Array.isArray(subject)) {
    return (subject as readonly JsonValue[]).flatMap((one, index) => renamed([...path, index], one, role, to));
  }
  if (!isJsonObject(subject)) return [];
  const held = subject['role'];
  if (held === role) return [{ does: 'set', path: [...path, 'role'], value: to }];
  if (!Array.isArray(held)) return [];
  return (held as readonly JsonValue[]).flatMap((one, index) =>
    one === role ? [{ does: 'set' as const, path: [...path, 'role', index], value: to }] : [],
  );
}

function takenOut(path: YamlPath, subject: JsonValue | undefined, role: string): YamlChange[] {
  const subjects = Array.isArray(subject) ? (subject as readonly JsonValue[]) : [subject ?? null];
  const gone = subjects.flatMap((one, index) => (speaksOf(one, role) ? [index] : []));
  if (gone.length === 0) return [];
  if (gone.length === subjects.length) return [{ does: 'remove', path }];
  return gone.reverse().map((index): YamlChange => ({ does: 'remove', path: [...path, 'as', index] }));
}

function speaksOf(subject: JsonValue, role: string): boolean {
  const held = isJsonObject(subject) ? subject['role'] : undefined;
  return held === role || (Array.isArray(held) && held.includes(role));
}
