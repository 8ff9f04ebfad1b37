import { assert } from 'chai';
import type { FollowedPolicy, PolicySource } from '../../../src/store/live/policy-source.ts';
import { ask } from '../../support/compile-yaml.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Files of a policy that differ from the small one. */
export type Edits = Readonly<Record<string, string>>;

/** A source with who follows it, and all that may happen to it. */
export interface TestedSource {
  /** Of the process that runs now. */
  readonly live: PolicySource;
  /** What is told of the looks at the source, by the process that looks. */
  readonly followed: FollowedPolicy;
  /** Follows it, and resolves after the first look. */
  readonly start: () => Promise<void>;
  /** Ends the process, and starts another one. */
  readonly restart: () => Promise<void>;
  /** Puts the small policy there, with these edits. */
  readonly publish: (edits: Edits) => Promise<void>;
  /** Puts something there that is no policy. */
  readonly break: () => Promise<void>;
  /** Takes it away as a whole. */
  readonly vanish: () => Promise<void>;
  /** Leaves it where it is, with nothing in it. */
  readonly empty: () => Promise<void>;
  /** Has it accept questions and answer none. */
  readonly silence: () => Promise<void>;
  /** Makes it well again, as it was before. */
  readonly heal: () => Promise<void>;
  /** Puts another one in its place, with the small policy and these edits. */
  readonly replace: (edits: Edits) => Promise<void>;
  /** Begins to put the small policy with these edits there; it is not all there before what this answers was called. */
  readonly slow: (edits: Edits) => Promise<() => Promise<void>>;
  readonly dispose: () => Promise<void>;
}

const supportText = smallPolicy()['policies/support.yaml'] ?? '';
const withEve: Edits = { 'policies/support.yaml': `${supportText}  eve: team-lead\n` };
const withoutAna: Edits = {
  'policies/support.yaml': supportText.replace('ana@acme.example: team-lead', 'eve: team-lead'),
};

const troubles = [
  ['is broken', 'break'],
  ['has vanished', 'vanish'],
  ['is empty', 'empty'],
  ['is silent', 'silence'],
] as const;

export type Trouble = (typeof troubles)[number][1];

/** What holds for whatever a policy comes from; `never` happens to sources of this kind. */
export function describeSource(
  kind: string,
  newSource: () => Promise<TestedSource>,
  never: readonly Trouble[] = [],
): void {
  describe(`a policy from ${kind}`, function () {
    this.timeout(120_000);
    let source: TestedSource;
    beforeEach(async () => (source = await newSource()));
    afterEach(() => source.dispose());

    const may = (id: string): boolean => {
      const engine = source.live.current?.engine;
      return engine?.decide(ask(id, 'conversation:assign'), Date.now()) === 'granted';
    };
    /** Who may assign conversations: of three people, one of whom never may. */
    const who = (): string => ['ana@acme.example', 'bo@acme.example', 'eve'].filter(may).join();
    const comesTo = (what: string, isThere: () => boolean): Promise<void> => waitFor(what, isThere, 30_000);
    const comesToDecide = async (expected: string): Promise<void> => {
      await comesTo(`${expected} to be allowed`, () => who() === expected).catch((error: unknown) => {
        throw new Error(`${String(error)}; allowed is ${who()}: ${JSON.stringify(source.followed.lastReload)}`);
      });
    };
    /** That it goes on as it was, and follows what comes next. */
    const isFollowedAgain = async (): Promise<void> => {
      await comesTo('it to be well', () => !source.live.isStale && source.followed.looks.failing === undefined);
      assert.equal(who(), 'ana@acme.example');
      await source.publish(withEve);
      await comesToDecide('ana@acme.example,eve');
    };

    it('decides as it says, allows one and denies another, and tells that it was reached', async () => {
      assert.isUndefined(source.live.current);
      await source.start();
      assert.equal(who(), 'ana@acme.example');
      assert.isFalse(source.live.isStale);
      const { lastReachedMs, lastNewsMs, failing } = source.followed.looks;
      assert.isNumber(lastReachedMs);
      assert.isNumber(lastNewsMs);
      assert.isUndefined(failing);
      assert.equal(source.followed.lastReload?.outcome, 'loaded');
    });

    it('is swapped whole when it changes, and tells when it had news', async () => {
      await source.start();
      const { current } = source.live;
      const { lastNewsMs = Infinity } = source.followed.looks;
      await source.publish(withEve);
      await comesToDecide('ana@acme.example,eve');
      assert.notEqual(source.live.current?.engine, current?.engine);
      assert.notEqual(source.live.current?.revision, current?.revision);
      assert.isAtLeast(source.followed.looks.lastNewsMs ?? 0, lastNewsMs);
    });

    for (const [what, trouble] of troubles.filter(([, name]) => !never.includes(name))) {
      it(`goes on as it was while its source ${what}, says so, and is followed again when that is over`, async () => {
        await source.start();
        const { current } = source.live;
        await source[trouble]();
        await comesTo('a look that fails', () => source.live.isStale && source.followed.looks.failing !== undefined);
        const { lastReachedMs, failing } = source.followed.looks;
        assert.equal(who(), 'ana@acme.example');
        assert.equal(source.live.current?.engine, current?.engine);
        const { outcome, problems = [], error } = source.followed.lastReload ?? {};
        assert.equal(outcome, 'failed');
        assert.isTrue(error !== undefined || problems.length > 0, 'it says why');
        assert.isAtLeast(failing?.sinceMs ?? 0, lastReachedMs ?? Infinity);
        await source.heal();
        await isFollowedAgain();
      });

      it(`decides nothing when it starts while its source ${what}, and begins by itself when that is over`, async () => {
        await source.start();
        await source[trouble]();
        await source.restart();
        assert.isUndefined(source.live.current);
        assert.equal(who(), '');
        assert.isFalse(source.live.isStale);
        assert.isDefined(source.followed.looks.failing);
        assert.isUndefined(source.followed.looks.lastReachedMs);
        await source.heal();
        await comesToDecide('ana@acme.example');
        await isFollowedAgain();
      });
    }

    it('is another one, whole, when its source is replaced', async () => {
      await source.start();
      await source.replace(withoutAna);
      await comesToDecide('eve');
      assert.isFalse(source.live.isStale);
    });

    it('goes on as it was while a change is slow to come, and is changed as a whole then', async () => {
      await source.start();
      const finish = await source.slow(withoutAna);
      assert.equal(who(), 'ana@acme.example');
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(who(), 'ana@acme.example');
      assert.isFalse(source.live.isStale);
      await finish();
      await comesToDecide('eve');
    });

    it('is the same again after a restart', async () => {
      await source.start();
      const revision = source.live.current?.revision;
      await source.restart();
      assert.equal(source.live.current?.revision, revision);
      assert.equal(who(), 'ana@acme.example');
      await isFollowedAgain();
    });
  });
}
