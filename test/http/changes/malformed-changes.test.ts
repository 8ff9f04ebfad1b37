import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { textsBelow, type Texts } from '../../store/writing/policy-writer.ts';
import { changedTexts } from '../../support/change-policy.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { disposeSidecars, runSidecar, type Reply, type RunningSidecar } from '../../support/running-sidecar.ts';

const edit = { edit: 'role.change', workspace: 'support', role: 'writer', title: 'Writer' };
const good = { actor: 'ana', edits: [edit] };

describe('a change over HTTP that is not well formed', () => {
  let running: RunningSidecar;
  let untouched: Texts;
  before(async () => {
    running = await runSidecar({ files: { ...changedTexts }, isChanged: true });
    untouched = textsBelow(running.folder.root);
  });
  afterEach(() => {
    assert.deepEqual(textsBelow(running.folder.root), untouched);
    assert.notInclude(running.logged.text, 'a request failed');
  });
  after(async () => {
    await disposeSidecars();
  });

  const post = (body: string | Buffer | object, query = '', headers: Record<string, string> = {}): Promise<Reply> =>
    running.call(`/v1/changes${query}`, { method: 'POST', body, headers });
  const refuse = async (body: unknown, pointer?: string, code = 'invalid-request', status = 400): Promise<void> => {
    const sent = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    for (const query of ['', '?preview']) {
      const problem = expectProblem(await post(sent, query), status, code);
      if (pointer !== undefined) assert.equal(problem['pointer'], pointer, sent.toString().slice(0, 200));
      assert.isNotEmpty(problem['detail']);
    }
  };
  const refuseEdit = (more: object, pointer: string): Promise<void> => refuse({ ...good, edits: [more] }, pointer);

  it('is JSON that can be read in one way only', async () => {
    for (const text of [
      '',
      ' ',
      '{',
      '{"actor":"ana"',
      '{"actor":"ana",}',
      "{'actor':'ana'}",
      'edits: []',
      '{} {}',
      'NaN',
    ])
      await refuse(text, undefined, 'malformed-json');
    await refuse(Buffer.from('{"actor":"\xff","edits":[]}', 'latin1'), undefined, 'not-utf8');
    const text = JSON.stringify(good);
    await refuse(text.replace('{"actor"', '{"actor":"cy","actor"'), undefined, 'duplicate-key');
    await refuse(text.replace('"role":', '"role":"lead","role":'), undefined, 'duplicate-key');
    await refuse(text.replace('"Writer"', '['.repeat(64) + ']'.repeat(64)), undefined, 'too-deep');
    await refuse(text.replace('"Writer"', '9007199254740993'), undefined, 'inexact-number');
    await refuse(' '.repeat(limits.changeBodyBytes + 1), undefined, 'body-too-large', 413);
    for (const type of [
      'text/plain',
      'application/yaml',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
    ])
      expectProblem(await post(text, '', { 'Content-Type': type }), 415, 'unsupported-media-type');
  });

  it('is an object of edits, an actor and a reason, and of nothing else', async () => {
    for (const body of [[], null, 7, 'x', true, [good]]) await refuse(JSON.stringify(body), '');
    await refuse({}, '');
    await refuse({ actor: 'ana' }, '');
    await refuse({ edits: [edit] }, '');
    for (const name of ['write', 'Edits', 'preview', 'confirm', 'workspace'])
      await refuse({ ...good, [name]: 'x' }, `/${name}`);
    await refuse(JSON.stringify(good).replace('{', '{"__proto__":{"actor":"ana"},'), '/__proto__');
    await refuse(JSON.stringify(good).replace('{', '{"constructor":1,'), '/constructor');
    const crowd = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`a${index}`, index]));
    await refuse({ ...good, ...crowd }, '');
    await refuseEdit({ ...edit, ...crowd }, '/edits/0');
  });

  it('has at least one edit and not too many, each an object', async () => {
    for (const edits of [null, {}, 'role.change', 7, true]) await refuse({ ...good, edits }, '/edits');
    await refuse({ ...good, edits: [] }, '/edits');
    await refuse({ ...good, edits: Array.from({ length: limits.editsOfChange + 1 }, () => edit) }, '/edits');
    for (const one of [null, 7, 'role.change', [], true]) await refuse({ ...good, edits: [edit, one] }, '/edits/1');
  });

  it('names edits that there are, and that are made here', async () => {
    for (const name of [
      undefined,
      null,
      7,
      '',
      'role',
      'role.',
      'Role.change',
      'role.change ',
      'role.destroy',
      '__proto__',
      'constructor',
      'toString',
    ])
      await refuseEdit({ ...edit, edit: name }, '/edits/0/edit');
    for (const name of ['permission.rename', 'test.leave']) await refuseEdit({ edit: name }, '/edits/0/edit');
    const expect = { edit: 'test.expect', file: 'x.test.yaml', test: 'x', permission: 'doc:read', expect: 'can' };
    await refuseEdit(expect, '/edits/0/edit');
    for (const part of ['file', 'test', 'permission', 'expect']) {
      await refuseEdit({ ...expect, [part]: '' }, `/edits/0/${part}`);
    }
    await refuseEdit({ workspace: 'support', role: 'x' }, '/edits/0/edit');
  });

  it('says where: a workspace or an organization, and not both', async () => {
    for (const one of [
      edit,
      { edit: 'role.create', role: 'x' },
      { edit: 'role.delete', role: 'x' },
      { edit: 'member.set', subject: 'cy', roles: ['member'] },
      { edit: 'member.remove', subject: 'cy' },
      { edit: 'role.rename', role: 'writer', to: 'x' },
      { edit: 'role.duplicate', from: 'member', role: 'x', as: 'copy' },
    ]) {
      await refuseEdit({ ...one, workspace: 'support', organization: 'acme' }, '/edits/0');
      await refuseEdit({ ...one, workspace: undefined }, '/edits/0');
    }
    for (const workspace of [null, 7, [], {}, true, '', 'x'.repeat(limits.idCharacters + 1)])
      await refuseEdit({ ...edit, workspace }, '/edits/0/workspace');
  });

  it('has of each edit the members that it has, of their types and lengths', async () => {
    for (const title of [null, 7, [], {}, '', 'x'.repeat(limits.titleCharacters + 1)])
      await refuseEdit({ ...edit, title }, '/edits/0/title');
    for (const description of [null, 7, '', 'x'.repeat(limits.descriptionCharacters + 1)])
      await refuseEdit({ ...edit, description }, '/edits/0/description');
    for (const role of [null, 7, [], '', 'x'.repeat(limits.idCharacters + 1)])
      await refuseEdit({ ...edit, role }, '/edits/0/role');
    for (const list of ['allow', 'extends', 'always', 'spelled']) {
      for (const words of [null, 7, 'doc:read', {}]) await refuseEdit({ ...edit, [list]: words }, `/edits/0/${list}`);
      for (const word of [null, 7, '', []])
        await refuseEdit({ ...edit, [list]: ['doc:*', word] }, `/edits/0/${list}/1`);
    }
    for (const word of [null, 7, '', [], 'x'.repeat(2 * limits.idCharacters + 1)])
      await refuseEdit({ ...edit, disallow: ['doc:read', word] }, '/edits/0/disallow/1');
    await refuseEdit(
      { ...edit, allow: Array.from({ length: limits.wordsOfEdit + 1 }, () => 'doc:read') },
      '/edits/0/allow',
    );
    for (const name of ['grants', 'to', 'confirm', 'titel', 'within', 'roles'])
      await refuseEdit({ ...edit, [name]: 'x' }, `/edits/0/${name}`);
    await refuse(JSON.stringify(good).replace('{"edit"', '{"__proto__":{},"edit"'), '/edits/0/__proto__');
    for (const etag of [null, 7, '', 'x'.repeat(65)]) await refuseEdit({ ...edit, etag }, '/edits/0/etag');
    const copy = { edit: 'role.duplicate', workspace: 'support', from: 'member', role: 'x', as: 'copy' };
    for (const as of [null, 'Copy', '', 7]) await refuseEdit({ ...copy, as }, '/edits/0/as');
    await refuseEdit({ ...copy, as: undefined }, '/edits/0');
    await refuseEdit({ ...copy, from: undefined }, '/edits/0');
  });

  it('gives roles with times, and says to whom', async () => {
    const set = { edit: 'member.set', workspace: 'support', subject: 'cy', roles: ['member'] };
    for (const roles of [null, 7, 'member', {}, [], Array.from({ length: limits.rolesOfMember + 1 }, () => 'member')])
      await refuseEdit({ ...set, roles }, '/edits/0/roles');
    for (const role of [null, 7, [], '']) await refuseEdit({ ...set, roles: [role] }, '/edits/0/roles/0');
    await refuseEdit({ ...set, roles: [{}] }, '/edits/0/roles/0');
    await refuseEdit({ ...set, roles: [{ role: 'member', til: '2999-01-01' }] }, '/edits/0/roles/0/til');
    for (const until of [null, 7, '', 'x'.repeat(65)])
      await refuseEdit({ ...set, roles: [{ role: 'member', until }] }, '/edits/0/roles/0/until');
    for (const subject of [null, 7, [], '', 'x'.repeat(limits.subjectIdCharacters + 1)])
      await refuseEdit({ ...set, subject }, '/edits/0/subject');
    const group = { edit: 'group.set', organization: 'acme', group: 'night', subjects: [] };
    for (const subjects of [null, 'cy', {}]) await refuseEdit({ ...group, subjects }, '/edits/0/subjects');
    await refuseEdit({ ...group, subjects: ['cy', 7] }, '/edits/0/subjects/1');
    await refuseEdit({ ...group, workspace: 'support' }, '/edits/0/workspace');
  });

  it('names an actor whom everybody reads alike, of a type that there is', async () => {
    for (const actor of [null, 7, [], true, '']) await refuse({ ...good, actor }, '/actor');
    for (const actor of [{}, { id: 'ana' }, { type: 'user' }]) await refuse({ ...good, actor }, '/actor');
    for (const type of ['robot', 'User', 'group', '__proto__'])
      await refuse({ ...good, actor: { type, id: 'ana' } }, '/actor/type');
    await refuse({ ...good, actor: { type: 'user', id: 'ana', name: 'Ana' } }, '/actor/name');
    for (const id of ['ana\u0000', ' ana', 'ana ', 'a"na', 'ana(1)', 'ana\u200b', '\u202eana', 'ana\ud800']) {
      await refuse({ ...good, actor: id }, '/actor');
      await refuse({ ...good, actor: { type: 'user', id } }, '/actor/id');
    }
    await refuse({ ...good, actor: 'x'.repeat(limits.subjectIdCharacters + 1) }, '/actor');
  });

  it('gives its reason in one line', async () => {
    for (const reason of [null, 7, [], '', 'x'.repeat(limits.reasonCharacters + 1)])
      await refuse({ ...good, reason }, '/reason');
    for (const reason of ['a\nb', 'a\u0000', '\u001b[31mred', 'a\u0085b', 'a\tb', 'a\ud800'])
      await refuse({ ...good, reason }, '/reason');
  });

  it('writes no text that a file cannot have, or that would be another one there', async () => {
    const odd = [
      'a\u0000b',
      'a\ud800',
      '\ufeff',
      'a\u2028b',
      'a: b\n  c: d',
      '*anchor',
      '# none',
      '"',
      '{',
      '- a',
      '!!js/function x',
      '~',
      '2026-01-01',
      '__proto__',
      'a ',
      '\u202e',
    ];
    for (const text of odd) {
      for (const one of [
        { ...edit, title: text },
        { ...edit, description: text },
        { edit: 'role.create', workspace: 'support', role: text },
        { edit: 'role.rename', workspace: 'support', role: 'writer', to: text },
        { edit: 'member.set', workspace: 'support', subject: text, roles: ['member'] },
        { edit: 'member.set', workspace: 'support', subject: 'new', roles: [{ role: 'member', reason: text }] },
        { edit: 'member.set', workspace: 'support', subject: 'new', roles: [{ role: 'member', until: text }] },
        { edit: 'group.set', organization: 'acme', group: text, subjects: [] },
        { edit: 'workspace.create', workspace: text, organization: 'acme', title: 'X' },
        { edit: 'workspace.create', workspace: 'fresh', organization: 'acme', title: text },
        { edit: 'organization.change', organization: 'acme', plan: text },
        { edit: 'organization.create', organization: text },
        { ...edit, allow: [text] },
      ]) {
        const actor = 'group' in one ? 'olu' : 'ana';
        const { status, text: said } = await post({ actor, edits: [one] }, '?preview');
        assert.oneOf(status, [200, 400, 404, 409, 422], `${JSON.stringify(one)}: ${said}`);
      }
    }
  }).timeout(60_000);

  it('asks in a query that the endpoint knows', async () => {
    for (const query of [
      '?preview=no',
      '?preview=false',
      '?preview=1',
      '?Preview',
      '?explain',
      '?preview&preview',
      '?dry-run',
      '?%00',
    ])
      expectProblem(await post(good, query), 400, 'unknown-parameter');
    for (const query of ['?preview=no', '?x=1'])
      expectProblem(
        await running.call(`/v1/changes/00000001-aaaaaaaa/revert${query}`, { method: 'POST', body: { actor: 'ana' } }),
        400,
        'unknown-parameter',
      );
    for (const query of ['?limit=0', '?limit=x', '?limit=101', '?limit=-1', '?limit=1e1'])
      expectProblem(await running.call(`/v1/changes${query}`), 400, 'invalid-request');
    for (const query of ['?actor=ana', '?limit=1&limit=2', '?before=x'])
      expectProblem(await running.call(`/v1/changes${query}`), 400, 'unknown-parameter');
  });

  it('has a key of printable characters, once', async () => {
    for (const key of ['', 'x'.repeat(limits.idempotencyKeyCharacters + 1), 'a\tb', '\u00e9'])
      expectProblem(await post(good, '', { 'Idempotency-Key': key }), 400, 'invalid-request');
  });

  it('undoes one that there is', async () => {
    const revert = (id: string, body: object = { actor: 'ana' }): Promise<Reply> =>
      running.call(`/v1/changes/${id}/revert`, { method: 'POST', body });
    for (const id of [
      '00000001-aaaaaaaa',
      'x',
      '..%2f..%2froles',
      '%2e%2e',
      '__proto__',
      '00000001-aaaaaaaa.json',
      '%00',
      'x'.repeat(2000),
    ])
      assert.oneOf((await revert(id)).status, [404], id);
    for (const body of [{}, { actor: 7 }, { actor: 'ana', edits: [] }, { actor: 'ana', reason: 'a\nb' }])
      expectProblem(await revert('00000001-aaaaaaaa', body), 400, 'invalid-request');
  });

  it('is another method than these', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expectProblem(await running.call('/v1/changes', { method }), 405, 'method-not-allowed');
  });
});
