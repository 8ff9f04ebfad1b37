import { assert } from 'chai';
import fc from 'fast-check';
import { listPermissions } from '../../src/engine/permission-listing.ts';
import { SteadyClock } from '../../src/policy/steady-clock.ts';
import { ask, engineOf } from '../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../support/law-runs.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 20, 9);

const files = {
  'roles.yaml': 'permissions:\n  A:\n    doc:read: Read\nroles:\n  reader: { title: Reader, grants: ["doc:read"] }\n',
  'policies/support.yaml': `workspace: support
members:
  ana: [{ role: reader, until: ${new Date(start + hour).toISOString()} }]
  bo: [{ role: reader, from: ${new Date(start + 2 * hour).toISOString()} }]
  cy: [{ role: reader, from: ${new Date(start + hour).toISOString()}, until: ${new Date(start + 3 * hour).toISOString()} }]
  dee: reader
`,
};

describe('a grant that has ended', () => {
  it('is never alive again in one process because of the time alone, whatever the clock says', async () => {
    const engine = await engineOf(files);
    let ended = 0;
    const leap = fc.record({
      wallMs: fc.integer({ min: -5 * hour, max: 5 * hour }),
      steadyMs: fc.nat(hour),
      isLookedAt: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(leap, { minLength: 1, maxLength: 20 }), (leaps) => {
        const at = { wallMs: start, steadyMs: 0 };
        const clock = new SteadyClock({ wall: () => at.wallMs, steady: () => at.steadyMs });
        const over = new Set<string>();
        const begun = new Set<string>();
        for (const { wallMs, steadyMs, isLookedAt } of leaps) {
          at.wallMs += wallMs;
          at.steadyMs += steadyMs;
          if (isLookedAt) clock.look();
          for (const subject of ['ana', 'bo', 'cy', 'dee']) {
            const code = engine.decide(ask(subject, 'doc:read'), clock.now());
            if (over.has(subject)) assert.strictEqual(code, 'grant-expired', `${subject}, who had it`);
            if (begun.has(subject)) assert.notStrictEqual(code, 'grant-not-started', `${subject}, who has it`);
            if (code === 'grant-expired') over.add(subject);
            else if (code === 'granted') begun.add(subject);
          }
          assert.strictEqual(engine.decide(ask('dee', 'doc:read'), clock.now()), 'granted');
        }
        if (over.size > 0) ended += 1;
      }),
      { numRuns: lawRuns(500) },
    );
    assertReached(ended, 50, 'some ended');
  });

  it('is listed as one in the same time', async () => {
    const engine = await engineOf(files);
    const at = { wallMs: start };
    const clock = new SteadyClock({ wall: () => at.wallMs, steady: () => 0 });
    const listed = (): boolean => {
      const workspace = engine.policy.workspaces.get('support') ?? assert.fail('no workspace');
      const listing = listPermissions(engine, workspace, { type: 'user', id: 'ana' }, clock.now());
      return listing.permissions.some(({ decision }) => decision);
    };
    assert.strictEqual(listed(), true);
    at.wallMs += 2 * hour;
    assert.strictEqual(listed(), false);
    at.wallMs -= 2 * hour;
    assert.strictEqual(listed(), false);
  });
});
