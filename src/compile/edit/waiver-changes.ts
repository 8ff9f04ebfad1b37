import type { YamlChange } from '../patch/yaml-change.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { mappingsIn, renamedWords } from './renamed-words.ts';

const file = 'roles.yaml';

/** What waivers say of something that is called otherwise; one that found nothing would be a warning. */
export function waiverChanges(
  ground: EditGround,
  word: 'workspace' | 'role' | 'permission',
  rename: (word: string) => string | undefined,
  within: Readonly<Record<string, string>> = {},
): FileChange[] {
  const waivers = mappingsIn(['waive'], ground.data(file)['waive']);
  const meant = waivers.filter(([, waiver]) => Object.entries(within).every(([key, id]) => waiver[key] === id));
  const changes = meant.flatMap(([path, waiver]): YamlChange[] => renamedWords([...path, word], waiver[word], rename));
  return changes.map((change) => ({ file, change }));
}
