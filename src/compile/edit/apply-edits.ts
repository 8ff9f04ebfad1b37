import type { PolicySet } from '../../policy/policy-set.ts';
import type { SourceFile } from '../file/policy-files.ts';
import { EditGround, type FileChange } from './edit-ground.ts';
import { removeMember, setMember } from './member-edits.ts';
import { patchYaml } from './patch-yaml.ts';
import { RefusedEdit, type PolicyEdit } from './policy-edit.ts';
import { RefusedLayout } from './refused-layout.ts';
import { changeRole, createRole, deleteRole, duplicateRole, renameRole } from './role-edits.ts';
import { expectInTest } from './test-edits.ts';
import { lineStart } from './text-splices.ts';

const encoder = new TextEncoder();

/**
 * The files after edits, made one after the other; those that no edit touches are the same objects. `compile` gives the
 * policy that files make, for an edit that comes after another. Throws a `RefusedEdit`, and then nothing is made.
 */
export function applyEdits(
  files: readonly SourceFile[],
  policy: PolicySet,
  edits: readonly PolicyEdit[],
  compile: (files: readonly SourceFile[]) => PolicySet,
): readonly SourceFile[] {
  let now = files;
  for (const [index, edit] of edits.entries()) {
    const ground = new EditGround(index === 0 ? policy : compile(now), now);
    now = applyChanges(now, ground, planEdit(ground, edit));
  }
  return now;
}

function planEdit(ground: EditGround, edit: PolicyEdit): readonly FileChange[] {
  switch (edit.edit) {
    case 'role.create':
      return createRole(ground, edit);
    case 'role.duplicate':
      return duplicateRole(ground, edit);
    case 'role.change':
      return changeRole(ground, edit);
    case 'role.rename':
      return renameRole(ground, edit);
    case 'role.delete':
      return deleteRole(ground, edit);
    case 'member.set':
      return setMember(ground, edit);
    case 'member.remove':
      return removeMember(ground, edit);
    case 'test.expect':
      return expectInTest(ground, edit);
  }
}

function applyChanges(
  files: readonly SourceFile[],
  ground: EditGround,
  changes: readonly FileChange[],
): readonly SourceFile[] {
  const texts = new Map<string, string>();
  for (const { file, change } of changes) {
    const text = texts.get(file) ?? ground.text(file);
    try {
      texts.set(file, patchYaml(text, change).text);
    } catch (error) {
      throw error instanceof RefusedLayout ? describeLayout(file, text, error) : error;
    }
  }
  return files.map((file) => {
    const text = texts.get(file.path);
    return text === undefined || text === ground.text(file.path)
      ? file
      : { path: file.path, content: encoder.encode(text) };
  });
}

function describeLayout(file: string, text: string, { offset, message }: RefusedLayout): RefusedEdit {
  const line = text.slice(0, offset).split('\n').length;
  const place = `${file}:${line}:${offset - lineStart(text, offset) + 1}`;
  return new RefusedEdit(
    'unusual-layout',
    `${place}: ${message}`,
    'change it by hand, or lay it out as the rest of the file',
  );
}
