import type { PolicySet } from '../../policy/policy-set.ts';
import type { SourceFile } from '../file/policy-files.ts';
import { patchInSteps } from '../patch/patch-yaml.ts';
import { RefusedLayout } from '../patch/refused-layout.ts';
import { holdsData } from '../patch/same-data.ts';
import { lineStart, type Splice } from '../patch/text-splices.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import { writeDocument } from '../patch/write-document.ts';
import { changeRole } from './change-role.ts';
import { EditGround, type FileChange } from './edit-ground.ts';
import { removeGroup, renameGroup, setGroup } from './group-edits.ts';
import { removeMember, setMember } from './member-edits.ts';
import { changeOrganization, createOrganization } from './organization-edits.ts';
import { renamePermission } from './permission-edits.ts';
import { RefusedEdit, type PolicyEdit } from './policy-edit.ts';
import { createRole, deleteRole, duplicateRole, renameRole } from './role-edits.ts';
import { expectInTest, leaveTests } from './test-edits.ts';
import { addWaiver, endWaiver } from './waiver-changes.ts';
import { createWorkspace, renameWorkspace } from './workspace-edits.ts';

const encoder = new TextEncoder();

/** A listener to each step by which the text of a file became another: what was replaced in the text before it. */
export type OnPatch = (file: string, splices: readonly Splice[]) => void;

/**
 * The files after edits, made one after the other; those that no edit touches are the same objects, and those that are new
 * stand behind them. `compile` gives the policy that files make, for an edit that comes after another. Throws a
 * `RefusedEdit`, and then nothing is made.
 */
export function applyEdits(
  files: readonly SourceFile[],
  policy: PolicySet,
  edits: readonly PolicyEdit[],
  compile: (files: readonly SourceFile[]) => PolicySet,
  onPatch?: OnPatch,
): readonly SourceFile[] {
  let now = files;
  for (const [index, edit] of edits.entries()) {
    const ground = new EditGround(index === 0 ? policy : compile(now), now);
    now = applyChanges(now, ground, planEdit(ground, edit), onPatch);
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
    case 'group.set':
      return setGroup(ground, edit);
    case 'group.rename':
      return renameGroup(ground, edit);
    case 'group.remove':
      return removeGroup(ground, edit);
    case 'workspace.create':
      return createWorkspace(ground, edit);
    case 'workspace.rename':
      return renameWorkspace(ground, edit);
    case 'organization.create':
      return createOrganization(ground, edit);
    case 'organization.change':
      return changeOrganization(ground, edit);
    case 'permission.rename':
      return renamePermission(ground, edit);
    case 'test.expect':
      return expectInTest(ground, edit);
    case 'test.leave':
      return leaveTests(ground, edit);
    case 'waiver.add':
      return addWaiver(ground, edit);
    case 'waiver.end':
      return endWaiver(ground, edit);
  }
}

function applyChanges(
  files: readonly SourceFile[],
  ground: EditGround,
  planned: readonly FileChange[],
  onPatch: OnPatch | undefined,
): readonly SourceFile[] {
  const changes = new Map<string, YamlChange[]>();
  const created: SourceFile[] = [];
  for (const one of planned) {
    if ('change' in one) requireNames(one.change);
    if ('create' in one) created.push({ path: one.file, content: encoder.encode(writeNew(ground, one)) });
    else {
      const known = changes.get(one.file);
      if (known) known.push(one.change);
      else changes.set(one.file, [one.change]);
    }
  }
  const edited = files.map((file) => {
    const some = changes.get(file.path);
    const text = some && patchFile(ground, file.path, some, onPatch);
    return text === undefined ? file : { path: file.path, content: encoder.encode(text) };
  });
  return [...edited, ...created];
}

// It is a name of JavaScript's own, which no policy may have.
function requireNames(change: YamlChange): void {
  const names = [...change.path, ...(change.does === 'rename' ? [change.to] : [])];
  if (names.includes('__proto__')) throw new RefusedEdit('bad-id', '`__proto__` cannot be a name', 'choose another');
}

/** The text of a file after changes; undefined where nothing is another. */
function patchFile(
  ground: EditGround,
  file: string,
  changes: readonly YamlChange[],
  onPatch: OnPatch | undefined,
): string | undefined {
  const source = ground.source(file);
  try {
    const steps = patchInSteps(source, changes);
    for (const { splices } of steps) onPatch?.(file, splices);
    return steps.at(-1)?.text;
  } catch (error) {
    throw error instanceof RefusedLayout ? describeLayout(file, source.text, error) : error;
  }
}

function writeNew(ground: EditGround, { create, like }: Extract<FileChange, { create: unknown }>): string {
  const text = writeDocument(create, like === undefined ? undefined : ground.source(like).text);
  if (!holdsData(text, create)) throw new RefusedEdit('bad-id', 'what was asked for cannot be written');
  return text;
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
