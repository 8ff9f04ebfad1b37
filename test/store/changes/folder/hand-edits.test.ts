import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import type { AskedEdit } from '../../../../src/review/changes/asked-edit.ts';
import type { AskedChange, ChangeAnswer } from '../../../../src/store/changes/asked-change.ts';
import { FolderChanges } from '../../../../src/store/changes/folder/folder-changes.ts';
import { changedTexts } from '../../../support/change-policy.ts';
import { createPolicyFolder, type PolicyFolder } from '../../../support/policy-folder.ts';

const file = 'policies/acme/support.yaml';
const title = (role: string, text: string): AskedEdit => ({
  edit: 'role.change',
  workspace: 'support',
  role,
  title: text,
});

describe('a file that somebody changes by hand while a change of it is judged', () => {
  let folder: PolicyFolder;
  let meanwhile: ((text: string) => string)[];
  let changes: FolderChanges;
  beforeEach(async () => {
    folder = await createPolicyFolder({ ...changedTexts });
    meanwhile = [];
    changes = new FolderChanges(folder.root, {
      onStep: async (step) => {
        const edit = step === 'begin' ? undefined : step === 'replace' ? meanwhile.shift() : undefined;
        if (edit) await writeFile(join(folder.root, file), edit(await text()));
      },
    });
  });
  afterEach(() => folder.dispose());
  const text = (): Promise<string> => readFile(join(folder.root, file), 'utf8');
  const ask = (...edits: AskedEdit[]): Promise<ChangeAnswer> =>
    changes.ask({
      ...{ what: { kind: 'edits', edits }, actor: { type: 'user', id: 'ana' }, reason: undefined },
      ...{
        caller: { name: 'x', organizations: undefined, mayProvision: false },
        idempotency: undefined,
        isPreview: false,
      },
    } satisfies AskedChange);

  it('keeps that: the change is judged and made again on what is there', async () => {
    meanwhile = [(now) => now.replace('cy: member', 'cy: writer')];
    assert.equal((await ask(title('writer', 'One'))).kind, 'written');
    assert.include(await text(), 'cy: writer');
    assert.include(await text(), 'title: One');
    // A comment of the very role is no other role.
    meanwhile = [(now) => now.replace('  lead:', '  # Leads.\n  lead:')];
    assert.equal((await ask(title('writer', 'Two'))).kind, 'written');
    assert.include(await text(), '# Leads.');
  });

  it('refuses it where the very role became another, and tells that', async () => {
    meanwhile = [(now) => now.replace('grants: [doc:edit] }', 'grants: [doc:edit, doc:sign] }')];
    const answer = await ask(title('writer', 'One'));
    assert.deepInclude(answer.kind === 'refused' && answer.refusal, {
      kind: 'conflict',
      code: 'changed-meanwhile',
      edit: 0,
    });
    assert.include(answer.kind === 'refused' ? answer.refusal.now?.text : '', 'doc:sign');
    assert.notInclude(await text(), 'One');
    assert.include(await text(), 'doc:sign');
  });

  it('refuses it where the file has errors by then, and where it had some before', async () => {
    meanwhile = [(now) => `${now}nonsense: true\n`];
    const answer = await ask(title('writer', 'One'));
    assert.deepInclude(answer.kind === 'refused' && answer.refusal, { kind: 'conflict', code: 'policy-at-fault' });
    const again = await ask(title('writer', 'One'));
    assert.deepInclude(again.kind === 'refused' && again.refusal, { kind: 'conflict', code: 'policy-at-fault' });
    assert.notInclude(await text(), 'One');
    await writeFile(join(folder.root, file), changedTexts[file] ?? '');
    assert.equal((await ask(title('writer', 'One'))).kind, 'written');
  });

  it('refuses it where its actor has no right any more', async () => {
    meanwhile = [(now) => now.replace('ana: admin', 'ana: member')];
    const answer = await ask(title('writer', 'One'));
    assert.deepInclude(answer.kind === 'refused' && answer.refusal, { kind: 'not-allowed', code: 'actor-not-allowed' });
    assert.isUndefined(answer.kind === 'refused' ? answer.data : undefined);
  });

  it('gives up after five times, and leaves nothing of its own', async () => {
    let count = 0;
    meanwhile = Array.from(
      { length: 9 },
      () => (now: string) => now.replace(/ {2}cy: .*/, `  cy: ${count++ % 2 === 0 ? 'writer' : 'member'}`),
    );
    const answer = await ask(title('writer', 'One'));
    assert.deepInclude(answer.kind === 'refused' && answer.refusal, { kind: 'conflict', code: 'changed-meanwhile' });
    assert.equal(count, 5);
    assert.notInclude(await text(), 'One');
    assert.deepEqual(
      (await readdir(folder.root, { recursive: true })).filter(
        (path) => path.endsWith('.json') || path.includes('.new') || path.includes('journal'),
      ),
      [],
    );
  });
});
