import { assert } from 'chai';
import type { ReviewKind } from '../../../src/policy/review/review-kinds.ts';
import { reviewTexts, row, wordsOf } from './small-world.ts';
import { asked, catalog, lead, usageCases, world } from './usage-cases.ts';

describe('a review', () => {
  for (const { name, texts, rows, finds } of usageCases) {
    it(`finds ${name}`, async () => {
      const { findings } = await reviewTexts(texts, [...asked, ...rows]);
      assert.sameMembers(findings.map(wordsOf), [...finds]);
      const ids = findings.map(({ id }) => id);
      assert.lengthOf(new Set(ids), ids.length);
    });
  }

  it('finds permissions of built-in roles that few of many holders use', async () => {
    const people = Array.from({ length: 30 }, (_, index) => `p${index}`);
    const texts = world(`members: { ${people.map((one) => `${one}: member`).join(', ')} }`);
    const seen = people.map((one) => `${one} w draft:write`);
    const found = async (users: number): Promise<readonly string[]> => {
      const { findings } = await reviewTexts(texts, [
        ...asked,
        ...seen,
        ...people.slice(0, users).map((one) => `${one} w tag:see`),
      ]);
      return findings.map(({ message }) => message);
    };
    assert.deepEqual(await found(0), ['`tag:see` of built-in role `member` was used by none of its 30 holders']);
    assert.deepEqual(await found(1), ['`tag:see` of built-in role `member` was used by 1 of its 30 holders']);
    assert.deepEqual(await found(2), []);
  });

  it('says once what the application never asks, and judges nobody by it', async () => {
    const review = await reviewTexts(world(lead('[tag:see, tag:drop, note:edit]')), [
      'ana w tag:see',
      '- x w note:edit@rest',
    ]);
    assert.deepEqual(review.findings.map(wordsOf), ['unused-permission w/lead note:edit@rest']);
    assert.deepEqual(review.neverAsked, [
      'tag:edit',
      'tag:drop',
      'note:see@rest',
      'note:edit@own',
      'bill:see',
      'draft:write',
      'purse:open',
    ]);
  });

  it('tells how often and when last each of the others was used', async () => {
    const rows = [
      row('ana w tag:see 3', { first: '2026-09-02T00:00:00Z', last: '2026-10-01T00:00:00Z' }),
      row('bo w tag:see 4', { first: '2026-09-01T00:00:00Z', last: '2026-09-30T00:00:00Z' }),
    ];
    const texts = world('roles: { lead: { grants: [tag:see, tag:drop] } }\nmembers: { ana: lead, bo: lead }');
    const { roles } = await reviewTexts(texts, [...asked, ...rows]);
    assert.deepEqual(roles, [
      {
        about: { workspace: 'w', role: 'lead' },
        holders: 2,
        used: [
          { permission: 'tag:see', use: { count: 7, firstMs: Date.UTC(2026, 8, 1), lastMs: Date.UTC(2026, 9, 1) } },
        ],
      },
    ]);
  });

  const short: readonly (readonly [log: object, why: string])[] = [
    [{ lines: 0, days: 0, from: undefined, to: undefined }, 'the log has no decisions'],
    [{ from: '2026-11-01T00:00:00Z', days: 20 }, 'the log covers 29 days, and 30 are needed'],
    [{ from: '2026-11-29T23:00:00Z', days: 1 }, 'the log covers 1 day, and 30 are needed'],
    [{ days: 44 }, 'the log has decisions of 44 of its 90 days, and 45 are needed'],
  ];
  for (const [log, why] of short) {
    it(`judges no use where ${why}, and tells what is over all the same`, async () => {
      const texts = world(
        `${lead('[tag:see, tag:drop]')}\n`.replace('ana: lead', 'ana: [lead, { role: member, until: 2026-01-31 }]'),
      );
      const review = await reviewTexts(texts, [...asked, 'ana w tag:see'], { log });
      assert.equal(review.refused, why);
      assert.deepEqual(review.findings.map(wordsOf), ['expired-membership w/ana/member']);
      assert.deepEqual(review.neverAsked, []);
    });
  }

  it('judges a log of just enough days', async () => {
    for (const log of [{ from: '2026-10-31T00:00:00Z', days: 20 }, { days: 45 }]) {
      assert.isUndefined((await reviewTexts(world(''), asked, { log })).refused);
    }
  });

  it('tells what these files do not know', async () => {
    const rows = ['ana w tag:fly 3', 'ana w tag:fly', 'ana nowhere tag:see 2', 'ana acme: tag:see', 'x w tag:see 5'];
    const { unknown } = await reviewTexts(world('members: { ana: member }'), rows);
    assert.deepEqual([...unknown.permissions], [['tag:fly', 4]]);
    assert.deepEqual(
      [...unknown.places],
      [
        ['nowhere', 2],
        ['organization:acme', 1],
      ],
    );
    assert.equal(unknown.strangers, 5);
  });

  it('tells an old log', async () => {
    assert.isUndefined((await reviewTexts(world(''), asked)).endedDaysAgo);
    assert.equal(
      (await reviewTexts(world(''), asked, { log: { from: '2026-06-01T00:00:00Z', to: '2026-09-01T00:00:00Z' } }))
        .endedDaysAgo,
      90,
    );
  });

  it('is of some kinds and of some things, when asked', async () => {
    const texts = world('roles: { lead: { grants: [tag:see, tag:drop] } }\nmembers: { ana: lead, bo: member }');
    const found = async (only: readonly ReviewKind[] | undefined, about?: object): Promise<string[]> => {
      const more = { ...(only ? { only: new Set(only) } : {}), ...(about ? { about } : {}) };
      return (await reviewTexts(texts, [...asked, 'ana w tag:see'], more)).findings.map(wordsOf);
    };
    const [permission, member] = ['unused-permission w/lead tag:drop', 'unseen-member w/bo'];
    assert.deepEqual(await found(undefined), [permission, member]);
    assert.deepEqual(await found(['unseen-member']), [member]);
    assert.deepEqual(await found(undefined, { role: 'lead' }), [permission]);
    assert.deepEqual(await found(undefined, { workspace: 'v' }), []);
  });

  it('leaves out what was accepted, until that is over', async () => {
    const found = async (waiver: string): Promise<unknown> => {
      const texts = { ...world(lead('[tag:see, tag:drop]')), 'roles.yaml': catalog(`waive: [{ ${waiver} }]`) };
      const { findings, waived, waivers } = await reviewTexts(texts, [...asked, 'ana w tag:see']);
      return [findings.length, waived.map(({ waiver: { reason } }) => reason), waivers.map(({ why }) => why)];
    };
    const words = 'check: unused-permission, workspace: w, role: lead, permission: tag:drop, reason: at new year';
    assert.deepEqual(await found(`${words}, until: 2027-01-31`), [0, ['at new year'], []]);
    assert.deepEqual(await found(`${words}, until: 2026-11-29`), [1, [], ['over']]);
    assert.deepEqual(await found(`${words.replace('tag:drop', 'tag:see')}, until: 2027-01-31`), [
      1,
      [],
      ['finds-nothing'],
    ]);
    assert.deepEqual(await found('check: unused-role, role: lead, reason: r, until: 2027-01-31'), [1, [], []]);
  });
});
