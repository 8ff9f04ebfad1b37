import { assert } from 'chai';
import { membershipTag } from '../../../../src/policy/text/history-token.ts';
import type { RuntimeMember } from '../../../../src/policy/runtime-member.ts';
import { events } from '../../../../src/store/database/tables/entities.ts';
import type { MissedChanges } from '../../../../src/store/database/members/member-change.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { readMembers } from '../../../../src/store/database/members/read-changes.ts';
import {
  acme,
  addedRulesOf,
  change,
  historyOf,
  membersOf,
  onEachDatabase,
  publicationOf,
  request,
  stateOf,
} from '../../../support/opened-databases.ts';

const { policy } = publicationOf();

async function refusalOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => assert.fail('it was done'),
    (error: unknown) => error as Error,
  );
}

onEachDatabase('a membership at run time', (opened) => {
  beforeEach(() => publishRelease(opened().database, publicationOf()));

  it('is there with its event, its rows for Casbin and the next sequence', async () => {
    const { database } = opened();
    const reason = 'on call this week';
    const asked = request('dee', ['team-lead', { role: 'member', until: '2026-12-31', reason }], { reason: 'asked' });
    const { before, after, state, outcome } = await change(database, policy, asked);
    assert.equal(outcome, 'changed');
    assert.isUndefined(before);
    assert.deepEqual(after, {
      place: { kind: 'workspace', id: 'support' },
      subject: { type: 'user', id: 'dee' },
      assignments: [{ role: 'member', until: '2026-12-31', reason }, { role: 'team-lead' }],
      ...state,
    });
    assert.equal(state.sequence, 2);
    assert.deepEqual(await stateOf(database), state);
    assert.equal(state.sequence, 2);
    assert.match(state.token, /^[0-9a-f]{32}$/);
    assert.deepEqual(await database.read(readMembers), [after as RuntimeMember]);
    assert.deepEqual(await addedRulesOf(database), [
      'g user:dee role:member support',
      'g user:dee role:support/team-lead support',
    ]);
    const row = await database.read((manager) => manager.findOneByOrFail(events, { sequence: 2 }));
    assert.deepInclude(row, {
      kind: 'member',
      release: null,
      actorType: 'user',
      actorId: 'ana@acme.example',
      reason: 'asked',
      heldBefore: null,
      heldAfter: '[{"role":"member","until":"2026-12-31","reason":"on call this week"},{"role":"team-lead"}]',
    });
  });

  it('is replaced as a whole, and ended when nothing is to be held', async () => {
    const { database } = opened();
    await change(database, policy, request('dee', ['team-lead', 'member']));
    const replaced = await change(database, policy, request('dee', ['member', 'trainee']));
    assert.deepEqual(replaced.before?.assignments, [{ role: 'member' }, { role: 'team-lead' }]);
    assert.deepEqual(await membersOf(database), ['dee at support: member and trainee, 3']);
    assert.deepEqual(await addedRulesOf(database), [
      'g user:dee role:member support',
      'g user:dee role:support/trainee support',
    ]);
    const ended = await change(database, policy, request('dee', []));
    assert.isUndefined(ended.after);
    assert.deepEqual(await membersOf(database), []);
    assert.deepEqual(await addedRulesOf(database), []);
    assert.deepEqual(await historyOf(database), [
      '1 release 1, by ana',
      '2 dee at support: nothing to member and team-lead, by user ana@acme.example',
      '3 dee at support: member and team-lead to member and trainee, by user ana@acme.example',
      '4 dee at support: member and trainee to nothing, by user ana@acme.example',
    ]);
  });

  it('of a whole organization has a row for each of its workspaces', async () => {
    const { database } = opened();
    await change(database, policy, request('dee', ['company-admin'], { place: acme }));
    assert.deepEqual(await addedRulesOf(database), ['g user:dee role:company-admin support']);
    assert.deepEqual(await membersOf(database), ['dee at acme: company-admin, 2']);
  });

  it('makes no event when it is as asked already, and no row for a role that does not hold now', async () => {
    const { database } = opened();
    const later = { role: 'team-lead', from: '2027-01-01' };
    await change(database, policy, request('dee', [later, 'member']));
    assert.deepEqual(await addedRulesOf(database), ['g user:dee role:member support']);
    const again = await change(database, policy, request('dee', ['member', later]));
    assert.deepInclude(again, { outcome: 'unchanged', before: again.after });
    assert.equal(again.state.sequence, 2);
    assert.equal((await change(database, policy, request('eve', []))).outcome, 'unchanged');
    assert.lengthOf(await historyOf(database), 2);
    // The same request next year finds that the role has begun.
    await change(database, policy, request('dee', ['member', later], { atMs: Date.UTC(2027, 5) }));
    assert.lengthOf(await addedRulesOf(database), 2);
    assert.lengthOf(await historyOf(database), 2);
  });

  it('is not written when the judge refuses, and the refusal is the one that the judge made', async () => {
    const { database } = opened();
    const refusal = new TypeError('not you');
    const judge = (): never => {
      throw refusal;
    };
    assert.equal(await refusalOf(change(database, policy, request('dee', ['member']), { judge })), refusal);
    assert.deepEqual(await membersOf(database), []);
    assert.lengthOf(await historyOf(database), 1);
    await change(database, policy, request('dee', ['member']));
    assert.lengthOf(await membersOf(database), 1);
  });

  it('is judged by the membership that is there in that moment', async () => {
    const { database } = opened();
    const seen: (RuntimeMember | undefined)[] = [];
    const judge = (before: RuntimeMember | undefined) => {
      seen.push(before);
      return { gRows: [] };
    };
    await change(database, policy, request('dee', ['member']), { judge });
    await change(database, policy, request('dee', ['trainee']), { judge });
    assert.isUndefined(seen[0]);
    assert.deepInclude(seen[1], { assignments: [{ role: 'member' }], sequence: 2 });
  });

  it('is changed once for one idempotency key, and not at all for another request with that key', async () => {
    const { database } = opened();
    const idempotency = { key: 'k1', digest: 'd1' };
    const first = await change(database, policy, request('dee', ['member'], { idempotency }));
    await change(database, policy, request('dee', ['trainee']));
    const judge = (): never => assert.fail('it was judged again');
    const again = await change(database, policy, request('dee', ['member'], { idempotency }), { judge });
    assert.deepEqual(again, { ...first, outcome: 'repeated' });
    const other = request('dee', ['team-lead'], { idempotency: { key: 'k1', digest: 'd2' } });
    const refusal = await refusalOf(change(database, policy, other));
    assert.deepInclude(refusal as object, { name: 'MemberChangeRefused', fault: 'idempotency-key-reused' });
    assert.deepEqual(await membersOf(database), ['dee at support: trainee, 3']);
    // A day later the key is free again.
    const dayAgo = new Date(Date.now() - 25 * 60 * 60 * 1000).toISOString();
    await database.write((manager) => manager.query(`UPDATE rolebook_idempotency SET kept_at = '${dayAgo}'`));
    const fresh = await change(database, policy, request('dee', ['team-lead'], { idempotency }));
    assert.equal(fresh.outcome, 'changed');
  });

  it('tells what happened since, before it asks the judge', async () => {
    const { database, connect } = opened();
    const since = await stateOf(database);
    const other = await connect('write');
    await change(other, policy, request('eve', ['member']));
    await change(other, policy, request('eve', ['trainee']));
    await change(other, policy, request('fay', ['member']));
    await change(other, policy, request('fay', []));
    const order: string[] = [];
    let missed: MissedChanges | 'unknown' | undefined;
    await change(database, policy, request('dee', ['member']), {
      since,
      onMissed: (changes) => {
        order.push('told');
        missed = changes;
      },
      judge: () => {
        order.push('asked');
        return { gRows: [] };
      },
    });
    assert.deepEqual(order, ['told', 'asked']);
    if (!missed || missed === 'unknown') assert.fail('nothing was told');
    assert.isFalse(missed.hasRelease);
    assert.equal(missed.state.sequence, 5);
    assert.deepEqual(
      missed.members.map(({ subject, assignments, sequence }) => [subject.id, assignments.length, sequence]),
      [
        ['eve', 1, 3],
        ['fay', 0, 5],
      ],
    );
  });

  it('is not judged by a policy that is not the published one, nor by the history of another database', async () => {
    const { database } = opened();
    const since = await stateOf(database);
    const judge = (): never => assert.fail('it was judged');
    await publishRelease(
      database,
      publicationOf({ 'policies/support.yaml': (text) => text.replace(/ {2}bo@.*\n/, '') }),
    );
    const asked = request('dee', ['member']);
    assert.include(String(await refusalOf(change(database, policy, asked, { since, judge }))), 'another policy');
    const giveUp = new Error('read it first');
    const onMissed = (changes: MissedChanges | 'unknown'): void => {
      assert.isTrue(changes !== 'unknown' && changes.hasRelease);
      throw giveUp;
    };
    assert.equal(await refusalOf(change(database, policy, asked, { since, judge, onMissed })), giveUp);
    const forged = { sequence: 2, token: since.token };
    for (const strange of [forged, { sequence: 3, token: 'x' }, { sequence: 0, token: '' }]) {
      let told: unknown;
      const remember = (changes: unknown): void => void (told = changes);
      const refused = await refusalOf(change(database, policy, asked, { since: strange, judge, onMissed: remember }));
      assert.include(String(refused), 'another policy');
      assert.equal(told, 'unknown');
    }
    assert.deepEqual(await membersOf(database), []);
  });

  it('is changed by one after the other when many ask at once, over several connections', async () => {
    const { database, connect } = opened();
    const connections = [database, await connect('write'), await connect('write'), await connect('write')];
    const names = Array.from({ length: 60 }, (_none, index) => `u${index % 20}`);
    const results = await Promise.all(
      names.map((name, index) => {
        const connection = connections[index % connections.length] ?? database;
        return change(connection, policy, request(name, index % 2 === 0 ? ['member'] : ['trainee']), {
          judge: () => ({ gRows: [] }),
        });
      }),
    );
    const sequences = results.flatMap(({ outcome, state }) => (outcome === 'changed' ? [state.sequence] : []));
    assert.equal(new Set(sequences).size, sequences.length);
    const history = await historyOf(database);
    assert.deepEqual(
      history.map((event) => Number.parseInt(event, 10)),
      history.map((_event, index) => index + 1),
    );
    assert.lengthOf(history, sequences.length + 1);
    assert.lengthOf(await membersOf(database), 20);
  });

  it('lets one of two win who both change what they have read', async () => {
    const { database, connect } = opened();
    const { state } = await change(database, policy, request('dee', ['member']));
    const other = await connect('write');
    const precondition = { kind: 'match', tags: [membershipTag(state.token)] } as const;
    const outcomes = await Promise.allSettled([
      change(database, policy, request('dee', ['team-lead'], { precondition })),
      change(other, policy, request('dee', ['trainee'], { precondition })),
    ]);
    assert.sameMembers(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    assert.lengthOf(await historyOf(database), 3);
  });

  it('loses no event: nobody changes, deletes or replaces one', async () => {
    const { database, connect } = opened();
    await change(database, policy, request('dee', ['member']));
    const history = await historyOf(database);
    const statements = [
      "UPDATE rolebook_event SET actor_id = 'nobody'",
      'DELETE FROM rolebook_event',
      'DELETE FROM rolebook_event WHERE sequence = 2',
      database.url.kind === 'postgres'
        ? 'TRUNCATE rolebook_event CASCADE'
        : `INSERT OR REPLACE INTO rolebook_event (sequence, token, happened_at, kind, actor_id)
            VALUES (2, 'x', 'now', 'member', 'nobody')`,
    ];
    for (const statement of statements) {
      const refusal = await refusalOf((await connect('write')).write((manager) => manager.query(statement)));
      assert.include(refusal.message, '_event is append-only', statement);
    }
    assert.deepEqual(await historyOf(database), history);
  });
});
