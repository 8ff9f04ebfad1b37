import { assert } from 'chai';
import * as fc from 'fast-check';
import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { readEnforceRequest } from '../../src/http/decisions/enforce-request.ts';
import { parseJsonBody } from '../../src/http/messages/json-text.ts';
import { readPlainRequest } from '../../src/http/decisions/plain-request.ts';
import type { JsonObject, JsonValue } from '../../src/policy/text/json.ts';
import { engineOf, nowMs } from '../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../support/law-runs.ts';

const roles = `
scopes:
  team: { when: { resource.team: $subject.properties.team } }
  deep: { when: { resource.team: $subject.properties.org.team } }
  rest: {}
permissions:
  A:
    doc:read: { title: Read, scopes: [team, rest] }
    doc:edit: { title: Edit, scopes: [deep, rest] }
roles:
  reader: { title: Reader, grants: ["doc:read@team", "doc:edit@deep"] }
  spanning: { title: Spanning, spans: organization, grants: ["doc:read@team", "doc:edit@deep"] }
`;

interface Properties {
  readonly own?: JsonObject | undefined;
  readonly spanning?: JsonObject | undefined;
}

/** Ana, with these properties in her workspace and in her organization. */
function anaWith({ own, spanning }: Properties): Promise<CasbinEngine> {
  const members = { ana: own ? { roles: 'reader', properties: own } : 'reader' };
  const spans = spanning ? { ana: { roles: 'spanning', properties: spanning } } : { bo: 'spanning' };
  return engineOf({
    'roles.yaml': roles,
    'policies/organization.yaml': `organization: acme\nmembers: ${JSON.stringify(spans)}\n`,
    'policies/support.yaml': `workspace: support\nmembers: ${JSON.stringify(members)}\n`,
  });
}

/** Asks as an application does, through the reader of HTTP bodies. */
function allows(engine: CasbinEngine, permission: string, team: JsonValue, said: JsonObject | undefined): boolean {
  const subject = said ? { type: 'user', id: 'ana', properties: said } : 'ana';
  const body = JSON.stringify({ subject, workspace: 'support', permission, resource: { team } });
  return engine.decide(readEnforceRequest(parseJsonBody(Buffer.from(body)), 'user'), nowMs) === 'granted';
}

describe('a property that the policy gives a member', () => {
  const claim = { team: 'paris', org: { team: 'paris' } };

  it('is the request to fill in where the policy does not have it', async () => {
    for (const own of [undefined, {}, { mail: 'ana@acme.example' }, { Team: 'rome', Org: null }]) {
      const engine = await anaWith({ own });
      assert.strictEqual(allows(engine, 'doc:read', 'paris', claim), true, JSON.stringify(own));
      assert.strictEqual(allows(engine, 'doc:edit', 'paris', claim), true, JSON.stringify(own));
      assert.strictEqual(allows(engine, 'doc:read', 'paris', undefined), false, JSON.stringify(own));
      assert.strictEqual(allows(engine, 'doc:edit', 'rome', claim), false, JSON.stringify(own));
    }
  });

  it('stays what the policy says when it is null, a scalar, a list, or an object without what is looked up', async () => {
    const stored: JsonObject[] = [
      { team: null, org: { country: 'de' } },
      { team: 'berlin', org: 'none' },
      { team: false, org: null },
      { team: '', org: {} },
      { team: 0, org: 7 },
      { team: [], org: ['paris'] },
      { team: ['berlin'], org: { team: null } },
      { team: {}, org: { team: {} } },
      { team: { name: 'paris' }, org: { Team: 'paris' } },
    ];
    for (const own of stored) {
      for (const properties of [{ own }, { spanning: own }, { own, spanning: claim }]) {
        const engine = await anaWith(properties);
        const told = JSON.stringify(properties);
        assert.strictEqual(allows(engine, 'doc:read', 'paris', claim), false, told);
        assert.strictEqual(allows(engine, 'doc:edit', 'paris', claim), false, told);
      }
    }
  });

  it('still serves where it is what the resource has, whatever the request says', async () => {
    for (const own of [claim, { team: ['rome', 'paris'], org: { team: ['paris'] } }]) {
      const engine = await anaWith({ own });
      for (const said of [undefined, {}, { team: null, org: null }, { team: 'rome', org: { team: 'rome' } }]) {
        assert.strictEqual(allows(engine, 'doc:read', 'paris', said), true, JSON.stringify(said));
        assert.strictEqual(allows(engine, 'doc:edit', 'paris', said), true, JSON.stringify(said));
        assert.strictEqual(allows(engine, 'doc:read', 'lima', said), false, JSON.stringify(said));
      }
    }
  });

  it('decides alone for whatever the policy, the request and the resource say', async () => {
    const word = fc.constantFrom<JsonValue>('paris', 'paris', 'paris', 'rome', 0, true, null);
    const value: fc.Arbitrary<JsonValue> = fc.oneof(
      word,
      fc.array(word, { maxLength: 2 }),
      fc.record({ team: word }, { requiredKeys: [] }),
      fc.constantFrom<JsonValue>({ team: ['paris'] }, { country: 'de' }, { __proto__: null, team: 'paris' }),
    );
    const properties = fc.record({ team: value, org: value }, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
    const maybe = fc.option(properties, { nil: undefined, freq: 2 });
    let [ofPolicy, ofRequest] = [0, 0];
    await fc.assert(
      fc.asyncProperty(maybe, maybe, maybe, word, async (own, spanning, said, team) => {
        const engine = await anaWith({ own, spanning });
        const known: JsonObject = { ...said, ...spanning, ...own };
        const { team: knownTeam, org } = known;
        const deepTeam = typeof org === 'object' && org && !Array.isArray(org) ? (org as JsonObject)['team'] : null;
        const isOne = (found: JsonValue | undefined): boolean =>
          team !== null && (Array.isArray(found) ? found.includes(team) : found === team);
        assert.strictEqual(allows(engine, 'doc:read', team, said), isOne(knownTeam));
        assert.strictEqual(allows(engine, 'doc:edit', team, said), isOne(deepTeam));
        const isKnown = Object.hasOwn({ ...spanning, ...own }, 'team');
        if (isOne(knownTeam) && isKnown) ofPolicy += 1;
        else if (isOne(knownTeam)) ofRequest += 1;
      }),
      { numRuns: lawRuns(400) },
    );
    assertReached(Math.min(ofPolicy, ofRequest), 0, 'both came up');
  });

  it('is not asked about twice in two ways: a plain request decides as the full one without properties', async () => {
    const engine = await anaWith({ own: { team: null } });
    const body = Buffer.from('{"subject":"ana","workspace":"support","permission":"doc:read","scope":"team"}');
    const [plain, full] = [readPlainRequest(body, 'user'), readEnforceRequest(parseJsonBody(body), 'user')];
    assert.deepEqual(plain, full);
    assert.strictEqual(engine.decide(full, nowMs), 'granted', 'scopes that the application names are its word');
  });
});
