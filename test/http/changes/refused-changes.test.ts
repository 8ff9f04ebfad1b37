import { join } from 'node:path';
import { assert } from 'chai';
import { changedTexts } from '../../support/change-policy.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { runChangedSidecar, type ChangedPlace, type ChangedSidecar } from '../../support/changed-sidecar.ts';
import type { Reply } from '../../support/running-sidecar.ts';
import {
  againstTheRules,
  byToken,
  change,
  create,
  give,
  notAllowed,
  support,
  tokens,
  type Row,
} from './refused-change-rows.ts';

const defineRefusals = (place: ChangedPlace): void => {
  let running: ChangedSidecar;
  let secrets: PolicyFolder;
  let untouched: unknown;
  before(async () => {
    secrets = await createPolicyFolder({
      tokens: `${tokens.plain}\n`,
      admins: [
        tokens.all,
        `${tokens.acme} organizations=acme`,
        `${tokens.change} scopes=change,read`,
        `${tokens.read} scopes=read`,
        '',
      ].join('\n'),
    });
    running = await runChangedSidecar(place, { ...changedTexts }, { adminTokenFile: join(secrets.root, 'admins') });
    untouched = await running.everything();
  });
  after(async () => {
    await running.dispose();
    await secrets.dispose();
  });

  const post = ({ actor = 'ana', edits, ...row }: Row, query = ''): Promise<Reply> => {
    const token = 'token' in row ? row.token : 'all';
    const headers: Record<string, string> = token ? { authorization: `Bearer ${tokens[token]}` } : {};
    return running.call(`/v1/changes${query}`, { method: 'POST', headers, body: { actor, edits } });
  };
  const judgement = ['patch', 'tests', 'effect', 'affected', 'escalations', 'confirm', 'etags', 'problems', 'now'];

  // A release has no policy tests, so none fails there.
  const isSaid = ({ says: [, code] }: Row): boolean => place !== 'sqlite' || code !== 'failing-tests';
  for (const row of [...notAllowed, ...byToken, ...againstTheRules].filter(isSaid)) {
    const [status, code, pointer] = row.says;
    it(`is refused for ${row.what}, previewed or not, and nothing is written`, async () => {
      for (const query of ['', '?preview']) {
        if (query !== '' && code === 'unconfirmed') continue;
        const problem = expectProblem(await post(row, query), status, code);
        if (pointer !== undefined) assert.equal(problem['pointer'], pointer);
        assert.isNotEmpty(problem['detail']);
        const tellsNothing = code === 'actor-not-allowed' || code === 'forbidden' || code === 'in-git-only';
        if (tellsNothing) assert.doesNotHaveAnyKeys(problem, judgement);
        assert.deepEqual(await running.everything(), untouched);
      }
    });
  }

  it('tells a stranger nothing of what there is: one word for what is there and what is not', async () => {
    const told = async (edit: object, actor: string): Promise<string> =>
      (await post({ what: '', actor, edits: [edit], says: [403, ''] }, '?preview')).text;
    for (const [there, missing] of [
      [change('writer', { title: 'X' }), change('wrter', { title: 'X' })],
      [give('cy', 'owner'), give('cy', 'nothing')],
      [give('cy', 'writer', 'writer'), give('cy', 'nothing', 'nothing')],
      [give('group:night', 'writer'), give('group:none', 'writer')],
      [
        { edit: 'group.remove', organization: 'acme', group: 'night' },
        { edit: 'group.remove', organization: 'acme', group: 'none' },
      ],
      [
        { edit: 'group.set', organization: 'acme', group: 'night', subjects: ['bo'] },
        { edit: 'group.set', organization: 'acme', group: 'none', subjects: ['zed'] },
      ],
      [create('writer'), create('other')],
      [give('cy', 'writer'), give('nobody', 'wrter')],
      [
        { edit: 'role.delete', ...support, role: 'writer' },
        { edit: 'role.delete', ...support, role: 'nothing' },
      ],
      [
        { edit: 'member.remove', ...support, subject: 'bo' },
        { edit: 'member.remove', ...support, subject: 'zed' },
      ],
      [
        { edit: 'role.duplicate', ...support, from: 'writer', role: 'z', as: 'copy' },
        { edit: 'role.duplicate', ...support, from: 'none', role: 'z', as: 'copy' },
      ],
      [
        { ...change('writer', { title: 'X' }), etag: 'abcdef' },
        { ...change('none', { title: 'X' }), etag: 'abcdef' },
      ],
      [
        { edit: 'role.rename', ...support, role: 'writer', to: 'lead' },
        { edit: 'role.rename', ...support, role: 'none', to: 'some' },
      ],
    ] as const) {
      for (const actor of ['cy', 'sam', 'gail', 'nobody'])
        assert.equal(await told(there, actor), await told(missing, actor), JSON.stringify(there));
    }
    assert.deepEqual(await running.everything(), untouched);
  });

  it('is made all the same by who leaves a group, and by nobody else there', async () => {
    const leave = { edit: 'group.set', organization: 'acme', group: 'night', subjects: [] };
    const reply = await post({ what: '', actor: 'cy', edits: [leave], says: [200, ''] }, '?preview');
    assert.equal(reply.status, 200, reply.text);
    for (const subjects of [['cy', 'bo'], ['bo']]) {
      expectProblem(
        await post({ what: '', actor: 'cy', edits: [{ ...leave, subjects }], says: [403, ''] }),
        403,
        'actor-not-allowed',
      );
    }
  });

  it('tells who may make one edit of two nothing of what the other would come to', async () => {
    const edits = [change('writer', { allow: ['doc:sign'] }), { ...give('bo', 'admin'), workspace: 'sales' }];
    for (const query of ['', '?preview']) {
      const problem = expectProblem(
        await post({ what: '', actor: 'lea', edits, says: [403, ''] }, query),
        403,
        'actor-not-allowed',
      );
      assert.equal(problem['pointer'], '/edits/1');
      assert.doesNotHaveAnyKeys(problem, judgement);
    }
  });

  it('says of a workspace that is not there only that it is not, and guesses none', async () => {
    for (const workspace of ['suport', 'labb', 'x', '__proto__', 'constructor']) {
      const problem = expectProblem(
        await post({ what: '', edits: [{ ...create('x'), workspace }], says: [404, ''] }),
        404,
        'unknown-workspace',
      );
      assert.notMatch(String(problem['detail']), /support|lab\b|did you mean/);
    }
  });
};

for (const place of ['files', 'push', 'sqlite', 'push beside sqlite'] as const)
  describe(`a change over HTTP that is not made, ${place}`, () => defineRefusals(place));
