import { assert } from 'chai';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { LineReplay } from '../../../src/review/usage/replay-line.ts';
import { readDecisionLine } from '../../../src/review/usage/read-decision-line.ts';
import { ReplayTally } from '../../../src/review/usage/replay-tally.ts';
import { compileRight } from '../../support/policy-texts.ts';

const nowMs = Date.UTC(2026, 10, 30);

const texts = {
  'roles.yaml': 'permissions: { C: { a:b: { title: t, was: a:x } } }\nroles: { member: { grants: [a:b] } }\n',
  'policies/organization.yaml': 'organization: acme\n',
  'policies/w.yaml': 'workspace: w\nformerly: v\nmembers: { ana: member }\n',
};

describe('names in a log that is replayed', () => {
  const rows: readonly (readonly [of: object, counted: 'own' | 'renamed' | 'unknownNames'])[] = [
    [{ workspace: 'w', permission: 'a:b' }, 'own'],
    [{ organization: 'acme', permission: 'a:b' }, 'own'],
    [{ workspace: null, organization: 'acme', permission: 'a:b' }, 'own'],
    [{ workspace: 'w', permission: 'a:x' }, 'renamed'],
    [{ workspace: 'v', permission: 'a:b' }, 'renamed'],
    [{ workspace: 'v', permission: 'a:x' }, 'renamed'],
    [{ workspace: 'w', permission: 'a:c' }, 'unknownNames'],
    [{ workspace: 'w', permission: 'A:b' }, 'unknownNames'],
    [{ workspace: 'w', permission: 'toString' }, 'unknownNames'],
    [{ workspace: 'u', permission: 'a:b' }, 'unknownNames'],
    [{ workspace: '__proto__', permission: 'a:x' }, 'unknownNames'],
    [{ workspace: 'v', permission: 'a:c' }, 'unknownNames'],
    [{ organization: 'acne', permission: 'a:b' }, 'unknownNames'],
    [{ organization: 'w', permission: 'a:b' }, 'unknownNames'],
  ];
  for (const [of, counted] of rows) {
    it(`are ${counted}: ${JSON.stringify(of)}`, async () => {
      const engine = await CasbinEngine.create(compileRight(texts, nowMs));
      const tally = new ReplayTally(engine, new LineReplay(engine), nowMs);
      const line = {
        time: '2026-11-20T09:00:00Z',
        id: 'x',
        revision: 'aaaaaaaaaaaa',
        subject: { type: 'user', id: 'ana' },
      };
      tally.take(readDecisionLine(JSON.stringify({ ...line, ...of, decision: false, reason: 'error' })), 'log', 1);
      const { renamed, unknownNames, lines } = tally.report;
      assert.deepEqual(
        [lines, renamed, unknownNames],
        [1, Number(counted === 'renamed'), Number(counted === 'unknownNames')],
      );
    });
  }
});
