import { assert } from 'chai';
import { smallPolicy } from '../../../support/policy-folder.ts';
import { compare, edited, linesOf, noticesOf, support, type Files } from '../../../support/edited-policy.ts';

describe('what else is told of a change', () => {
  it('is a role that was renamed, with nobody gaining or losing', async () => {
    const files = edited({
      [support]: [
        ['  trainee:\n', '  newcomer:\n'],
        ['bo@acme.example: trainee', 'bo@acme.example: newcomer'],
      ],
    });
    const { changes, notices } = await compare(smallPolicy(), files);
    assert.deepEqual(changes, []);
    assert.deepEqual(
      notices.map(({ kind, text }) => `${kind}: ${text}`),
      ['role-renamed: role `trainee` of `support` is now called `newcomer`, held by 1'],
    );
  });

  it('is a role that `retired` says was renamed, with what it gained beside it', async () => {
    const files = edited({
      [support]: [
        ['  trainee:\n', '  newcomer:\n'],
        ['bo@acme.example: trainee', 'bo@acme.example: newcomer'],
        ['    without: ["message:send@shared"]\n', ''],
        ['members:\n', 'retired: { trainee: newcomer }\nmembers:\n'],
      ],
    });
    const difference = await compare(smallPolicy(), files);
    assert.deepEqual(linesOf(difference), [
      '+ bo in support: message:send@shared: without-removed, role `newcomer` no longer takes it away, before policies/support.yaml:11',
    ]);
    assert.deepEqual(
      difference.notices.map(({ kind }) => kind),
      ['role-renamed'],
    );
  });

  it('is a role that is gone, where its holders went, and what that gave them', async () => {
    const files = edited({
      [support]: [
        [
          '  trainee:\n    title: Trainee\n    extends: member\n    without: ["message:send@shared"]\n',
          'retired: { trainee: member }\n',
        ],
        ['bo@acme.example: trainee', 'bo@acme.example: member'],
      ],
    });
    const difference = await compare(smallPolicy(), files);
    assert.deepEqual(
      difference.notices.map(({ text }) => text),
      [
        'role `trainee` of `support` is gone, 1 held it; its holders go to `member`',
        '`bo@acme.example` moved from role `trainee` to `member` in `support`',
      ],
    );
    assert.deepEqual(linesOf(difference), [
      '+ bo in support: message:send@shared: role-given, role `member` is given, after policies/support.yaml:11',
    ]);
  });

  it('is a role that grew while nobody holds it', async () => {
    const unheld = (grants: string): Files =>
      edited({ [support]: [['members:\n', `  guest:\n    grants: [${grants}]\nmembers:\n`]] });
    const { changes, notices } = await compare(unheld('comment:send'), unheld('comment:send, tag:create'));
    assert.deepEqual(changes, []);
    assert.deepEqual(
      notices.map(({ text }) => text),
      ['role `guest` of `support`, held by nobody, now allows `tag:create`'],
    );
  });

  it('is a member who moved to another workspace', async () => {
    const sales = 'policies/sales.yaml';
    const files = { ...smallPolicy(), [sales]: 'workspace: sales\nmembers: { ed@acme.example: member }\n' };
    const after = {
      ...edited({ [support]: [['  cy@acme.example: member\n', '']] }),
      [sales]: 'workspace: sales\nmembers: { ed@acme.example: member, cy@acme.example: member }\n',
    };
    const { notices } = await compare(files, after);
    assert.deepEqual(
      notices.map(({ text }) => text),
      ['`cy@acme.example` moved from workspace `support` to `sales`'],
    );
  });

  it('is a property that a scope looks at, and no other', async () => {
    const roles =
      smallPolicy()['roles.yaml']?.replace('resource.owner: $subject.id', 'resource.team: $subject.properties.team') ??
      '';
    const withTeam = (text: string): Files => ({
      ...edited({
        [support]: [['cy@acme.example: member', `cy@acme.example: { roles: member, properties: ${text} }`]],
      }),
      'roles.yaml': roles,
    });
    const { changes, notices } = await compare(
      withTeam('{ team: lisbon, desk: 1 }'),
      withTeam('{ team: porto, desk: 1 }'),
    );
    assert.deepEqual(changes, []);
    assert.lengthOf(notices, 1);
    assert.strictEqual(
      notices[0]?.text,
      'properties of `cy@acme.example` in `support` changed, so scope `personal` may decide otherwise',
    );
    assert.deepEqual(notices[0]?.mayDecideOtherwise, ['message:send@personal', 'message:send@shared']);
    const desk = await compare(withTeam('{ team: lisbon, desk: 1 }'), withTeam('{ team: lisbon, desk: 2 }'));
    assert.deepEqual(desk.notices, []);
  });

  it('is what `roles.yaml` says of the product, by name', async () => {
    const notices = await noticesOf({
      'roles.yaml': [
        ['resource.owner: $subject.id', 'resource.author: $subject.id'],
        [
          '    comment:send: Send comments\n',
          '    comment:send: { title: Send comments, scopes: [personal, shared] }\n',
        ],
        [
          '    conversation:assign: Assign conversations\n',
          '    conversation:assign: { title: Assign conversations, controls: members, requires: [comment:send] }\n',
        ],
        ['defaultRole: member\n', 'escalation: prevent\ncustomRoles: { plans: [scale] }\n'],
      ],
      'policies/organization.yaml': [['organization: acme\n', 'organization: acme\nplan: scale\n']],
    });
    assert.deepEqual(notices, [
      'permission-changed: permission `comment:send` had the scopes none and has `personal`, `shared`',
      'permission-changed: permission `conversation:assign` required none and requires `comment:send`',
      'permission-changed: permission `conversation:assign` controlled `nothing` and controls `members`',
      'scope-changed: scope `personal` holds for other requests: its `when` changed',
      'escalation-changed: nobody may hand out more than they hold any more: `escalation` is `prevent`',
      'catalog-changed: `defaultRole` was `member` and is none',
      'catalog-changed: `customRoles` was every plan and is `scale`',
      'plan-changed: the plan of `acme` was none and is `scale`',
    ]);
  });
});
