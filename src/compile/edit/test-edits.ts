import { isJsonObject, type JsonValue } from '../../policy/text/json.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
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
      if (!isJsonObject(test) || test['workspace'] !== workspace) return [];
      const path = ['tests', index];
      return to === undefined ? takenOut(path, test['as'], role) : renamed([...path, 'as'], test['as'], role, to);
    });
    return changes.map((change) => ({ file, change }));
  });
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
