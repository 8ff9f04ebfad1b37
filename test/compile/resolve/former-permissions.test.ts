import { assert } from 'chai';
import { formatCell } from '../../../src/policy/permission.ts';
import { policyOf } from '../../support/compile-yaml.ts';
import { files, held, problems } from './written-permissions.ts';

const renamed = `
  thread:send: { title: Send, was: message:send }
  thread:read: Read
  message:edit: Edit`;

describe('a permission that was renamed', () => {
  it('is granted by either name, and by the wildcards of the former one', () => {
    const roles = `
      plain: { grants: ["message:send"] }
      new: { grants: ["thread:send"] }
      wild: { grants: ["message:*"] }
      all: { grants: ["*"] }`;
    assert.deepEqual(held({ permissions: renamed, roles }, 'plain'), ['thread:send']);
    assert.deepEqual(held({ permissions: renamed, roles }, 'new'), ['thread:send']);
    assert.deepEqual(held({ permissions: renamed, roles }, 'wild'), ['thread:send', 'message:edit']);
    assert.deepEqual(held({ permissions: renamed, roles }, 'all'), ['thread:send', 'thread:read', 'message:edit']);
  });

  it('is no gain for who had a wildcard of its new resource, nor for what denies or takes out by one', () => {
    const roles = `
      plain: { grants: ["thread:*"] }
      denied: { grants: ["*"], denies: ["thread:*"] }
      less: { extends: denier, without: ["thread:*"] }
      denier: { grants: ["*"] }`;
    assert.deepEqual(held({ permissions: renamed, roles }, 'plain'), ['thread:read']);
    assert.deepEqual(held({ permissions: renamed, roles }, 'denied'), ['thread:send', 'message:edit']);
    assert.deepEqual(held({ permissions: renamed, roles }, 'less'), ['thread:send', 'message:edit']);
  });

  it('is denied and taken out by either name', () => {
    const roles = `
      plain: { grants: ["*"] }
      one: { extends: plain, denies: ["message:send"] }
      two: { extends: plain, denies: ["thread:send"] }
      three: { extends: plain, without: ["message:*"] }
      four: { extends: plain, without: ["message:send"] }`;
    for (const role of ['one', 'two', 'four']) {
      assert.deepEqual(held({ permissions: renamed, roles }, role), ['thread:read', 'message:edit'], role);
    }
    assert.deepEqual(held({ permissions: renamed, roles }, 'three'), ['thread:read']);
  });

  it('keeps its wildcard where the resource stays', () => {
    const permissions = 'message:post: { title: Send, was: message:send }\nmessage:edit: Edit';
    const roles = 'plain: { grants: ["message:*"] }';
    assert.deepEqual(held({ permissions, roles }, 'plain'), ['message:post', 'message:edit']);
    assert.deepEqual(problems({ permissions, roles }), []);
  });

  it('keeps its scopes by either name', () => {
    const top = 'scopes: { personal: { when: { resource.owner: $subject.id } }, shared: {} }\n';
    const permissions = 'thread:send: { title: Send, was: message:send, scopes: [personal, shared] }';
    const roles = 'plain: { grants: ["message:send@personal"] }\nother: { grants: ["*@shared"] }';
    assert.deepEqual(held({ top, permissions, roles }, 'plain'), ['thread:send@personal']);
    assert.deepEqual(held({ top, permissions, roles }, 'other'), ['thread:send@shared']);
  });

  it('is meant by its former id in `requires`, `exclusive` and the baseline', () => {
    const permissions = `
      thread:send: { title: Send, was: message:send }
      thread:read: { title: Read, requires: ["message:send"] }
      thread:drop: Drop`;
    const written = {
      top: 'baseline: ["message:send"]\nexclusive: [["message:send", "thread:drop"]]\n',
      permissions,
      roles: 'plain: {}',
    };
    const { catalog } = policyOf(files(written));
    assert.deepEqual([...catalog.baseline].map(formatCell), ['thread:send']);
    assert.deepEqual(catalog.permissions.get('thread:read')?.requires, ['thread:send']);
    assert.deepEqual(
      catalog.exclusive.map(({ first, second }) => [first.id, second.id]),
      [['thread:send', 'thread:drop']],
    );
    assert.deepEqual(problems(written), [
      '1: `message:send` is called `thread:send` now [former-id] (write `thread:send`)',
      '2: `message:send` is called `thread:send` now [former-id] (write `thread:send`)',
      '6: `message:send` is called `thread:send` now [former-id] (write `thread:send`)',
    ]);
  });
});

describe('a permission that was split', () => {
  const permissions = `
    thread:send: { title: Send, was: message:send }
    mail:send: { title: Send mail, was: message:send }
    mail:read: Read`;

  it('is granted, denied and taken out whole by its former id', () => {
    const roles = `
      plain: { grants: ["message:send"] }
      wild: { grants: ["message:*"] }
      part: { grants: ["mail:send"] }
      none: { extends: plain, denies: ["message:send"] }
      less: { extends: plain, without: ["message:*"], grants: ["mail:read"] }`;
    assert.deepEqual(held({ permissions, roles }, 'plain'), ['thread:send', 'mail:send']);
    assert.deepEqual(held({ permissions, roles }, 'wild'), ['thread:send', 'mail:send']);
    assert.deepEqual(held({ permissions, roles }, 'part'), ['mail:send']);
    assert.deepEqual(held({ permissions, roles }, 'none'), []);
    assert.deepEqual(held({ permissions, roles }, 'less'), ['mail:read']);
  });

  it('says what to write, part by part', () => {
    assert.deepEqual(problems({ permissions, roles: 'plain: { grants: ["message:send"] }' }), [
      '7: `message:send` was split [former-id] (write what of it is meant: `thread:send`, `mail:send`)',
    ]);
  });

  it('cannot be named in a scope that one of its parts has not', () => {
    const top = 'scopes: { personal: { when: { resource.owner: $subject.id } }, shared: {} }\n';
    const parts = `
      thread:send: { title: Send, was: message:send, scopes: [personal, shared] }
      mail:send: { title: Send mail, was: message:send }`;
    const [first] = problems({ top, permissions: parts, roles: 'plain: { denies: ["message:send@personal"] }' });
    assert.equal(first, '7: `mail:send` has no scope `personal` [unknown-scope] (it has no scopes; write `mail:send`)');
  });

  it('excludes and is required part by part', () => {
    const more = `${permissions}\nmail:drop: { title: Drop, requires: ["message:send"] }`;
    const top = 'exclusive: [["message:send", "mail:read"]]\n';
    const { catalog } = policyOf(files({ top, permissions: more, roles: 'plain: {}' }));
    assert.deepEqual(catalog.permissions.get('mail:drop')?.requires, ['thread:send', 'mail:send']);
    assert.deepEqual(
      catalog.exclusive.map(({ first, second }) => `${first.id} ${second.id}`),
      ['thread:send mail:read', 'mail:send mail:read'],
    );
  });
});

describe('a permission that was merged from several', () => {
  const permissions = `
    thread:write: { title: Write, was: ["message:send", "note:send"] }
    note:read: Read`;

  it('is held only with all of its former ids, or by its own', () => {
    const roles = `
      plain: { grants: ["message:send"] }
      both: { grants: ["message:send", "note:send"] }
      wild: { grants: ["message:*", "note:*"] }
      half: { grants: ["note:*"] }
      own: { grants: ["thread:write"] }
      all: { grants: ["*"] }
      rest: { extends: plain, grants: ["note:send"] }`;
    const write = ['thread:write'];
    assert.deepEqual(held({ permissions, roles }, 'plain'), []);
    assert.deepEqual(held({ permissions, roles }, 'both'), write);
    assert.deepEqual(held({ permissions, roles }, 'wild'), [...write, 'note:read']);
    assert.deepEqual(held({ permissions, roles }, 'half'), ['note:read']);
    assert.deepEqual(held({ permissions, roles }, 'own'), write);
    assert.deepEqual(held({ permissions, roles }, 'all'), [...write, 'note:read']);
    assert.deepEqual(held({ permissions, roles }, 'rest'), write);
  });

  it('is lost with any of them', () => {
    const roles = `
      plain: { grants: ["message:send", "note:send"] }
      denied: { extends: plain, denies: ["note:send"] }
      less: { extends: plain, without: ["message:*"] }
      own: { grants: ["thread:write"] }
      lost: { extends: own, without: ["note:send"] }`;
    for (const role of ['denied', 'less', 'lost']) assert.deepEqual(held({ permissions, roles }, role), [], role);
  });

  it('counts what the baseline has of it, which no deny reaches', () => {
    const top = 'baseline: ["note:send"]\n';
    const roles = `
      plain: { grants: ["note:read"] }
      some: { grants: ["message:send"] }
      denied: { grants: ["message:send"], denies: ["note:send", "note:read"] }
      gone: { grants: ["message:send"], denies: ["message:send"] }`;
    assert.deepEqual(held({ top, permissions, roles }, 'plain'), ['note:read']);
    assert.deepEqual(held({ top, permissions, roles }, 'some'), ['thread:write']);
    assert.deepEqual(held({ top, permissions, roles }, 'denied'), ['thread:write']);
    assert.deepEqual(held({ top, permissions, roles }, 'gone'), []);
    assert.deepEqual([...policyOf(files({ top, permissions, roles })).catalog.baseline], []);
  });

  it('says what is meant by its own id', () => {
    assert.deepEqual(problems({ permissions, roles: 'plain: { grants: ["message:send", "note:*"] }' }), [
      '6: `message:send` is merged into `thread:write` [former-id] (`thread:write` alone means all of `message:send`, `note:send`)',
    ]);
    assert.deepEqual(problems({ permissions, roles: 'plain: { grants: ["note:*"] }' }), [
      '6: `note:*` reaches a part of `thread:write` by a former id [former-id] (a grant of its id alone means all that was merged into it; without `was` the wildcard reaches nothing of it)',
    ]);
  });
});

describe('a move that is not finished', () => {
  it('is told at each wildcard that hangs on it, until the list names what is meant', () => {
    const one = problems({ permissions: renamed, roles: 'plain: { grants: ["message:*"] }' });
    assert.deepEqual(one, [
      '7: `message:*` reaches `thread:send` by a former id [former-id] (name `thread:send` beside it if it is meant: without `was` the wildcard does not reach it)',
    ]);
    const two = problems({ permissions: renamed, roles: 'plain: { grants: ["thread:*"] }' });
    assert.deepEqual(two, [
      '7: `thread:*` does not reach `thread:send`, which came there by a rename [former-id] (name `thread:send` beside it if it is meant, else spell the wildcard out: without `was` it reaches it)',
    ]);
    const roles = 'plain: { grants: ["message:*", "thread:send"] }\nother: { grants: ["thread:*", "thread:send"] }';
    assert.deepEqual(problems({ permissions: renamed, roles }), []);
  });
});
