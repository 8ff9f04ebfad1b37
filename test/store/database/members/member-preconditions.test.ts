import { assert } from 'chai';
import { membershipTag } from '../../../../src/policy/text/history-token.ts';
import { MemberChangeRefused } from '../../../../src/store/database/members/member-change.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import {
  change,
  membersOf,
  onEachDatabase,
  publicationOf,
  request,
  stateOf,
} from '../../../support/opened-databases.ts';

const { policy } = publicationOf();

onEachDatabase('a membership that is to be as somebody saw it', (opened) => {
  beforeEach(() => publishRelease(opened().database, publicationOf()));

  it('is changed only where the precondition holds', async () => {
    const { database } = opened();
    const match = (...tags: string[]) => ({ precondition: { kind: 'match', tags } as const });
    const any = { precondition: { kind: 'match', tags: 'any' } as const };
    const none = { precondition: { kind: 'none' } as const };
    const asked = async (roles: string[], precondition: object): Promise<string> => {
      const result = await change(database, policy, request('dee', roles, precondition)).catch(
        (error: unknown) => error,
      );
      if (!(result instanceof MemberChangeRefused)) return 'done';
      assert.equal(result.fault, 'precondition-failed');
      return `${result.message} (${result.current?.sequence ?? 'none'})`;
    };
    const tagNow = async (): Promise<string> => membershipTag((await stateOf(database)).token);
    const published = await tagNow();
    assert.equal(await asked(['member'], match(published)), 'there is no such membership (none)');
    assert.equal(await asked(['member'], any), 'there is no such membership (none)');
    assert.equal(await asked(['member'], none), 'done');
    const second = await tagNow();
    assert.equal(await asked(['trainee'], none), 'the membership is there already (2)');
    const late = 'the membership was changed meanwhile, by change 2 (2)';
    const wrong = [published, '2', '', second.slice(1), `${second}0`, `0${second}`, `"${second}"`];
    for (const tag of wrong) assert.equal(await asked(['trainee'], match(tag)), late, tag);
    assert.equal(await asked(['trainee'], match(...wrong)), late);
    assert.equal(await asked(['trainee'], match(published, second)), 'done');
    const third = await tagNow();
    assert.equal(await asked(['team-lead'], any), 'done');
    assert.equal(await asked([], match(second, third)), 'the membership was changed meanwhile, by change 4 (4)');
    assert.deepEqual(await membersOf(database), ['dee at support: team-lead, 4']);
  });
});
