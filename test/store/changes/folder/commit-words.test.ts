import { assert } from 'chai';
import type { AskedEdit } from '../../../../src/review/changes/asked-edit.ts';
import type { ChangeToWrite } from '../../../../src/store/changes/folder/change-keeper.ts';
import { authorOf } from '../../../../src/store/changes/folder/commit-author.ts';
import { formatCommitMessage } from '../../../../src/store/changes/folder/commit-message.ts';
import { wordsOfEdit } from '../../../../src/store/changes/folder/edit-words.ts';
import { formatTrailer, parseTrailers } from '../../../../src/store/changes/folder/trailers.ts';
import { parseGitPerson } from '../../../../src/store/committing/git-person.ts';
import { ask, give } from './committed-policy.ts';

describe('the words of a commit', () => {
  const data = {
    problems: [],
    refused: [],
    tests: undefined,
    effect: { people: 0, gained: [], lost: [] },
    escalations: [],
    affected: [],
    confirm: undefined,
    etags: [],
    patch: '',
  };
  const written = (more: Partial<ChangeToWrite>): ChangeToWrite => ({
    asked: ask([give]),
    atMs: 0,
    edits: [give],
    data,
    revision: 'abc',
    replacements: [],
    ...more,
  });

  const texts = [
    'they write',
    'two\nlines',
    'a\r\nRolebook-Change: forged',
    '\n\nRolebook-Change: forged\nRolebook-Actor: user:root',
    'a\u2028Rolebook-Change: forged',
    'a\u0085b',
    '"quoted"',
    '"',
    ' blank ',
    '',
    '\u202edlrow',
    'zero\u200bwidth',
    'half \ud800 of a pair',
    'tab\tand nul\0',
    'emoji 🙂, ключ, 鍵',
    '\u{e0041}tag',
  ];

  it('give every text back as it was, in one line, whatever it is', () => {
    for (const text of texts) {
      const line = formatTrailer('Reason', text);
      assert.notMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, JSON.stringify(text));
      assert.deepEqual(parseTrailers(`A\n\nRolebook-Change: 1\n${line}\n`)?.get('Reason'), [text]);
    }
  });

  it('are no other change than it is, whatever its reason, actor, key, caller or edits say', () => {
    for (const text of texts) {
      const roles = [{ role: 'writer', reason: text }];
      const edit: AskedEdit = { edit: 'member.set', workspace: 'support', subject: `cy${text}`, roles };
      const asked = ask([edit], {
        reason: text,
        actor: { type: 'user', id: `ana${text}` },
        caller: { name: text, organizations: undefined, mayProvision: false },
        idempotency: { key: text, digest: text },
      });
      const effect = { people: 1, gained: [{ workspace: text, subjects: [text], permissions: [text] }], lost: [] };
      const message = formatCommitMessage('c0ffee', written({ asked, edits: [edit], data: { ...data, effect } }));
      const found = parseTrailers(message) ?? assert.fail();
      assert.deepEqual(found.get('Change'), ['c0ffee']);
      assert.deepEqual(found.get('Actor'), [`user:ana${text}`]);
      assert.deepEqual(found.get('Request'), [text]);
      assert.deepEqual(
        found.get('Edit')?.map((one) => JSON.parse(one) as unknown),
        [edit],
      );
      assert.notMatch(message, /[^\n\P{C}]/u);
      assert.strictEqual(message.match(/^Rolebook-Change/gm)?.length, 1);
    }
  });

  it('of a person are no change, though they speak of one', () => {
    for (const message of [
      'Rolebook-Change',
      'A\n\nRolebook-Change:1',
      'A\n\n Rolebook-Change: 1',
      'A\n\nAs it was:\nRolebook-Change: 1',
      'A\n\nRolebook-Actor: user:ana',
      '',
    ]) {
      assert.isUndefined(parseTrailers(message), message);
    }
    const signed =
      'A\n\nRolebook-Change: 1\nSigned-off-by: Bo <bo@acme.example>\n\nCo-authored-by: Cy <cy@acme.example>\n';
    assert.deepEqual(parseTrailers(signed)?.get('Change'), ['1']);
  });

  it('say in one short line what is done, and how much more', () => {
    const long: AskedEdit = { edit: 'role.create', workspace: 'w'.repeat(64), role: 'r'.repeat(64) };
    const [line = ''] = formatCommitMessage('1', written({ edits: [long, give, give] })).split('\n');
    assert.strictEqual(Array.from(line).length, 72);
    assert.match(line, /^Create role r+… and 2 more$/);
    const none = formatCommitMessage('1', written({ edits: [] }));
    assert.match(none, /^Change policy tests\n\nNobody gains or loses anything\.\n\nRolebook-Change: 1\n/);
  });

  it('name as many people and permissions as one reads, and tell how many more there are', () => {
    const subjects = Array.from({ length: 9 }, (_, at) => `p${at}`);
    const share = { workspace: 'w', subjects, permissions: subjects.map((one) => `x:${one}`), until: '2027-01-01' };
    const effect = { people: 9, gained: Array.from({ length: 30 }, () => share), lost: [] };
    const message = formatCommitMessage('1', written({ data: { ...data, effect } }));
    assert.include(message, '+ p0, p1, p2, p3, p4 and 4 more in workspace w: x:p0, ');
    assert.include(message, 'x:p7 and 1 more until 2027-01-01\n');
    assert.include(message, '\nand 10 lines more\n');
  });

  it('are there for every edit', () => {
    const words = [
      { edit: 'role.duplicate', workspace: 'w', from: 'a', role: 'b', as: 'copy' },
      { edit: 'role.rename', organization: 'o', role: 'a', to: 'b' },
      { edit: 'role.delete', workspace: 'w', role: 'a' },
      { edit: 'member.set', workspace: 'w', subject: 'bo', roles: [{ role: 'a' }, { role: 'b' }] },
      { edit: 'member.remove', organization: 'o', subject: 'bo' },
      { edit: 'group.set', organization: 'o', group: 'g', subjects: [] },
      { edit: 'group.rename', organization: 'o', group: 'g', to: 'h' },
      { edit: 'group.remove', organization: 'o', group: 'g' },
      { edit: 'workspace.create', workspace: 'w', organization: 'o' },
      { edit: 'workspace.rename', workspace: 'w', to: 'v' },
      { edit: 'organization.create', organization: 'o' },
      { edit: 'organization.change', organization: 'o' },
      { edit: 'permission.rename', permission: 'a:b', to: 'a:c', keeps: 'was' },
      { edit: 'test.expect', file: 'f', test: 't', permission: 'a:b', expect: 'can' },
      { edit: 'test.leave', workspace: 'w', file: 'f', subject: 'bo' },
    ] as const;
    assert.deepEqual(words.map(wordsOfEdit), [
      'create role b from a in workspace w',
      'rename role a to b in organization o',
      'delete role a in workspace w',
      'make bo a, b in workspace w',
      'remove bo from organization o',
      'set group g of organization o',
      'rename group g to h in organization o',
      'remove group g of organization o',
      'create workspace w',
      'rename workspace w to v',
      'create organization o',
      'change organization o',
      'rename permission a:b to a:c',
      'expect otherwise in f',
      'take bo out of f',
    ]);
  });

  it('name the committer that is given, and one that is nobody is refused', () => {
    assert.deepEqual(parseGitPerson('Role Bot <bot@acme.example>', '--git-committer'), {
      name: 'Role Bot',
      mail: 'bot@acme.example',
    });
    const wrong = [
      '',
      'Bot',
      'bot@acme.example',
      '<bot@acme.example>',
      'Bot <>',
      'Bot <a b>',
      'Bot <a> <b>',
      '... <a@b>',
    ];
    for (const text of [...wrong, 'Bot <@>', 'A\nB <a@b>', 'Bot <a@b> x', 'Bot<a@b>']) {
      assert.throws(() => parseGitPerson(text, '--git-committer'), /^`--git-committer` names nobody/, text);
    }
  });

  it('name the actor as author, by an address of their own or one that is nobody’s', () => {
    const authors: readonly (readonly [id: string, name: RegExp, mail: RegExp])[] = [
      ['ana@acme.example', /^ana@acme\.example$/, /^ana@acme\.example$/],
      ['ana', /^ana$/, /^ana@noreply\.invalid$/],
      ['ana <root@acme.example>', /^ana root@acme\.example$/, /^ana-root-acme\.example-[0-9a-f]{8}@noreply\.invalid$/],
      ['@acme.example', /^@acme\.example$/, /^acme\.example-[0-9a-f]{8}@noreply\.invalid$/],
      ['a@b@c', /^a@b@c$/, /^a-b-c-[0-9a-f]{8}@noreply\.invalid$/],
      ['张伟', /^张伟$/, /^[0-9a-f]{8}@noreply\.invalid$/],
      ['...', /^[0-9a-f]{8}@noreply\.invalid$/, /^[0-9a-f]{8}@noreply\.invalid$/],
      ['ana\nauthor x', /^anaauthor x$/, /^ana-author-x-[0-9a-f]{8}@noreply\.invalid$/],
    ];
    for (const [id, name, mail] of authors) {
      const found = authorOf({ type: 'user', id });
      assert.match(found.name, name);
      assert.match(found.mail, mail);
      assert.notMatch(`${found.name}${found.mail}`, /[<>\n]/);
    }
    assert.strictEqual(authorOf({ type: 'bot', id: 'deploy' }).mail, 'bot.deploy@noreply.invalid');
    // No two ids are one address.
    const ids = ['张伟', '王芳', 'a b', 'a-b', 'a  b', '-a b', 'a b-'];
    assert.strictEqual(new Set(ids.map((id) => authorOf({ type: 'user', id }).mail)).size, ids.length);
  });
});
