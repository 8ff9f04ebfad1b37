import { assert } from 'chai';
import { problems } from './written-permissions.ts';

describe('`was` that cannot be', () => {
  const wrong: readonly (readonly [was: string, told: string])[] = [
    ['thread:send', '`thread:send` was itself [bad-value] (name its former id; merge into an id that is new)'],
    [
      '[thread:send, message:send]',
      '`thread:send` was itself [bad-value] (name its former id; merge into an id that is new)',
    ],
    [
      'thread:read',
      '`thread:send` cannot have been `thread:read`, which is a permission still [former-id-in-use] (finish one move before the next, or choose new ids: either name would mean both)',
    ],
    ['message', '`message` is not a permission [bad-id] (a permission is `resource:action`, as in `message:send`)'],
    [
      '"message:*"',
      '`message:*` is not a permission [bad-id] (a permission is `resource:action`, as in `message:send`)',
    ],
    [
      '"message:send@own"',
      '`message:send@own` is not a permission [bad-id] (a permission is `resource:action`, as in `message:send`)',
    ],
    ['""', 'an empty text is not a permission'],
    ['[]', 'must not be empty'],
    ['[message:send, message:send]', 'repeats item'],
    ['7', 'must be a permission, or a list of permissions, found the number `7`'],
    ['{ message: send }', 'must be a permission, or a list of permissions'],
    ['null', 'must be a permission, or a list of permissions'],
  ];
  for (const [was, told] of wrong) {
    it(`as ${was}`, () => {
      const permissions = `thread:send: { title: Send, was: ${was} }\nthread:read: Read`;
      const found = problems({ permissions, roles: 'plain: { grants: ["thread:send"] }' });
      assert.isTrue(
        found.some((line) => line.startsWith('3: ') && line.includes(told)),
        found.join('\n'),
      );
    });
  }

  it('as a circle, or as a chain of two moves', () => {
    const circle = 'a:a: { title: A, was: b:b }\nb:b: { title: B, was: a:a }';
    const chain = 'a:a: { title: A, was: b:b }\nb:b: { title: B, was: c:c }';
    assert.lengthOf(problems({ permissions: circle, roles: 'plain: {}' }), 2);
    assert.lengthOf(problems({ permissions: chain, roles: 'plain: {}' }), 1);
  });

  it('beside a permission that requires or excludes itself by its former id', () => {
    const permissions = 'a:a: { title: A, was: b:b, requires: ["b:b"] }';
    assert.include(problems({ permissions, roles: 'plain: {}' })[0], '`b:b` requires itself [bad-value]');
    const merged = 'a:a: { title: A, was: ["b:b", "c:c"] }';
    const top = 'exclusive: [["b:b", "c:c"]]\n';
    assert.include(problems({ top, permissions: merged, roles: 'plain: {}' })[0], '`a:a` excludes itself [bad-value]');
  });

  it('with a wildcard that nothing is under but what came there', () => {
    const permissions = 'thread:send: { title: Send, was: message:send }';
    assert.include(
      problems({ permissions, roles: 'plain: { grants: ["thread:*"] }' })[0],
      '`thread:*` matches no permission [unknown-permission] (while `thread:send` has `was`, the wildcards of its former id reach it; name it by its id)',
    );
  });
});
