import { writeFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import type { AskedChange, ChangeAnswer } from '../../../../src/store/changes/asked-change.ts';
import { FolderChanges } from '../../../../src/store/changes/folder/folder-changes.ts';
import type { HeldRoleEntry } from '../../../../src/compile/edit/policy-edit.ts';
import type { AskedEdit } from '../../../../src/review/changes/asked-edit.ts';
import { createPolicyFolder, type PolicyFolder } from '../../../support/policy-folder.ts';

const rolesYaml = `permissions:
  Docs: { doc:read: Read, doc:edit: Edit }
  People:
    people:manage: { title: Manage people, controls: members }
    role:manage: { title: Manage roles, controls: roles }
roles:
  member: { grants: [doc:read] }
  admin: { grants: ["*"] }
defaultRole: member
`;
const support = `# Support.
workspace: support
roles:
  # Writes.
  writer: { extends: member, grants: [doc:edit] }   # for now
members:
  ana: admin
  bo: writer
  cy: member
`;
const texts = {
  'roles.yaml': rolesYaml,
  'policies/support.yaml': support,
  'policies/support.test.yaml': `tests:
  - name: everybody reads
    workspace: support
    as: [ana, bo, cy]
    can: [doc:read]
`,
};

describe('changes of a policy folder', () => {
  let folder: PolicyFolder;
  let changes: FolderChanges;
  const nowMs = Date.UTC(2026, 10, 20, 9);
  beforeEach(async () => {
    folder = await createPolicyFolder(texts);
    changes = new FolderChanges(folder.root, { now: () => nowMs });
  });
  afterEach(() => folder.dispose());

  const make = (edits: readonly AskedEdit[], more: Partial<AskedChange> = {}): AskedChange => ({
    what: { kind: 'edits', edits },
    actor: { type: 'user', id: 'ana' },
    reason: undefined,
    caller: { name: 'settings', organizations: undefined, mayProvision: false },
    idempotency: undefined,
    isPreview: false,
    ...more,
  });
  const read = (path = 'policies/support.yaml'): Promise<string> => readFile(join(folder.root, path), 'utf8');
  const undo = (change: string, more: Partial<AskedChange> = {}): AskedChange =>
    make([], { what: { kind: 'revert', change }, ...more });
  const idOf = (answer: ChangeAnswer): string =>
    answer.kind === 'written' ? answer.head.change : assert.fail(JSON.stringify(answer));
  const give: AskedEdit = { edit: 'member.set', workspace: 'support', subject: 'cy', roles: [{ role: 'writer' }] };
  const allow: AskedEdit = { edit: 'role.change', workspace: 'support', role: 'writer', allow: ['people:manage'] };

  it('are written with nothing else touched, told in people, and listed', async () => {
    const answer = await changes.ask(make([allow], { reason: 'they invite' }));
    assert.equal(await read(), support.replace('[doc:edit]', '[doc:edit, people:manage]'));
    const change = idOf(answer);
    assert.deepEqual(answer.kind === 'written' && answer.data?.effect?.gained[0]?.subjects, ['bo']);
    const { changes: listed, next } = await changes.list({ limit: 10, organizations: undefined });
    assert.isUndefined(next);
    assert.deepInclude(listed[0], { change, reason: 'they invite', caller: 'settings', people: 1 });
    assert.notProperty(listed[0], 'files');
  });

  it('are judged and not written by a preview, and nothing is left in the folder', async () => {
    const before = await readdir(folder.root);
    const answer = await changes.ask(make([allow], { isPreview: true }));
    assert.equal(answer.kind, 'judged');
    assert.equal(await read(), support);
    assert.deepEqual(await readdir(folder.root), before);
  });

  it('are judged anew where another file became another one while they were judged, as by a second sidecar', async () => {
    const sales = 'policies/sales.yaml';
    for (const [text, says] of [
      ['workspace: sales\nmembers: { ana: admin }\n', 'written'],
      ['workspace: sales\nroles: { odd: { extends: none } }\nmembers: { ana: admin }\n', 'policy-at-fault'],
    ] as const) {
      let turns = 0;
      const onWriting = (): void => {
        turns += 1;
        if (turns === 1) writeFileSync(join(folder.root, sales), text);
      };
      const racing = new FolderChanges(folder.root, { now: () => nowMs, onWriting });
      const before_ = await read();
      const answer = await racing.ask(make([{ ...allow, title: says }]));
      assert.equal(answer.kind === 'refused' ? answer.refusal.code : answer.kind, says);
      assert.equal(turns, says === 'written' ? 2 : 1);
      if (says !== 'written') assert.equal(await read(), before_);
    }
  });

  it('are undone to the byte, by whoever may, and around what others did since', async () => {
    const first = idOf(await changes.ask(make([allow])));
    idOf(await changes.ask(make([give])));
    const refused = await changes.ask(undo(first, { actor: { type: 'user', id: 'cy' } }));
    assert.deepInclude(refused.kind === 'refused' && refused.refusal, {
      kind: 'not-allowed',
      code: 'actor-not-allowed',
    });
    const undone = await changes.ask(undo(first));
    assert.equal(undone.kind === 'written' && undone.head.reverts, first);
    assert.equal(await read(), support.replace('cy: member', 'cy: writer'));
    // Undone again, it is made again.
    idOf(await changes.ask(undo(idOf(undone))));
    assert.include(await read(), '[doc:edit, people:manage]');
  });

  it('are not undone where the same lines were changed since, nor where nobody made them', async () => {
    const first = idOf(await changes.ask(make([give])));
    idOf(
      await changes.ask(
        make([{ edit: 'member.set', workspace: 'support', subject: 'cy', roles: [{ role: 'admin' }] }]),
      ),
    );
    const refused = await changes.ask(undo(first));
    assert.deepInclude(refused.kind === 'refused' && refused.refusal, { kind: 'conflict', code: 'changed-meanwhile' });
    const unknown = await changes.ask(undo('00000009-aaaaaaaa'));
    assert.deepInclude(unknown.kind === 'refused' && unknown.refusal, { kind: 'unknown', code: 'unknown-change' });
  });

  it('are made once for a key that is sent again, and another change with that key is refused', async () => {
    const idempotency = { key: 'k1', digest: 'd1' };
    const first = await changes.ask(make([give], { idempotency }));
    const text = await read();
    const again = await changes.ask(make([give], { idempotency }));
    assert.equal(idOf(again), idOf(first));
    assert.equal(await read(), text);
    const later = new FolderChanges(folder.root, { now: () => nowMs + 1000 });
    assert.equal(idOf(await later.ask(make([give], { idempotency }))), idOf(first));
    const other = await changes.ask(make([allow], { idempotency: { key: 'k1', digest: 'd2' } }));
    assert.equal(other.kind === 'refused' && other.refusal.code, 'idempotency-key-reused');
    assert.lengthOf((await changes.list({ limit: 10, organizations: undefined })).changes, 1);
  });

  it('delete a role when the list was agreed to, and not before', async () => {
    const remove: AskedEdit = { edit: 'role.delete', workspace: 'support', role: 'writer' };
    const asked = await changes.ask(make([remove]));
    assert.deepInclude(asked.kind === 'refused' && asked.refusal, { kind: 'conflict', code: 'unconfirmed' });
    assert.equal(await read(), support);
    const confirm = asked.kind === 'refused' ? asked.data?.confirm : undefined;
    assert.isString(confirm);
    await changes.ask(make([give]));
    const stale = await changes.ask(make([{ ...remove, confirm: confirm! }]));
    assert.equal(stale.kind === 'refused' && stale.refusal.code, 'stale-confirm');
    const fresh = stale.kind === 'refused' ? stale.data?.confirm : undefined;
    const removed = idOf(await changes.ask(make([{ ...remove, confirm: fresh! }])));
    assert.include(await read(), 'retired:');
    idOf(await changes.ask(undo(removed)));
    assert.equal(await read(), support.replace('cy: member', 'cy: writer'));
  });

  it('let whoever holds roles give up some of them and sooner, and nothing more, now and later', async () => {
    const until = '2027-01-01';
    const held: AskedEdit = { ...give, roles: [{ role: 'member' }, { role: 'writer', until }] };
    idOf(await changes.ask(make([held])));
    const cy = { actor: { type: 'user', id: 'cy' }, isPreview: true };
    const asked = async (roles: readonly HeldRoleEntry[], of = changes): Promise<string> => {
      const answer = await of.ask(make([{ edit: 'member.set', workspace: 'support', subject: 'cy', roles }], cy));
      return answer.kind === 'refused' ? answer.refusal.code : answer.kind;
    };
    const member = { role: 'member' };
    assert.equal(await asked([member]), 'judged');
    assert.equal(await asked([member, { role: 'writer', until: '2026-12-01' }]), 'judged');
    for (const more of [
      { role: 'writer' },
      { role: 'writer', until: '2027-06-01' },
      { role: 'admin' },
      { role: 'nothing' },
    ]) {
      assert.equal(await asked([member, more]), 'actor-not-allowed', JSON.stringify(more));
    }
    const later = new FolderChanges(folder.root, { now: () => Date.UTC(2027, 5, 1) });
    assert.equal(await asked([member], later), 'judged');
    assert.notEqual(await asked([member, { role: 'writer' }], later), 'judged');
    const others = await changes.ask(make([{ ...give, subject: 'bo', roles: [member] }], cy));
    assert.equal(others.kind === 'refused' && others.refusal.code, 'actor-not-allowed');
  });

  it('are refused with the test that fails, by its name', async () => {
    const take: AskedEdit = { edit: 'member.remove', workspace: 'support', subject: 'cy' };
    const answer = await changes.ask(make([take]));
    assert.equal(answer.kind, 'refused');
    assert.equal(await read(), support);
  });

  it('of places need a token that may provision, and are within its organizations', async () => {
    const open: AskedEdit = { edit: 'workspace.create', workspace: 'sales' };
    const refused = await changes.ask(make([open]));
    assert.deepInclude(refused.kind === 'refused' && refused.refusal, { kind: 'not-allowed', code: 'forbidden' });
    const foreign = await changes.ask(
      make([give], { caller: { name: 'x', organizations: ['acme'], mayProvision: true } }),
    );
    assert.deepInclude(foreign.kind === 'refused' && foreign.refusal, { kind: 'not-allowed', code: 'forbidden' });
    idOf(await changes.ask(make([open], { caller: { name: 'x', organizations: undefined, mayProvision: true } })));
    assert.include(await read('policies/sales.yaml'), 'workspace: sales');
  });
});
