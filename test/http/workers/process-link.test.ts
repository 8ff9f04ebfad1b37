import { assert } from 'chai';
import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Port, ProcessLink, RefusedCall } from '../../../src/http/workers/process-link.ts';
import { RolebookError } from '../../../src/policy/errors.ts';

interface Calls {
  double(value: number): number;
  refuse(): void;
  never(): void;
  mutter(): void;
}

/** Two ends of one channel, as Node gives them to a process and its child. */
class End extends EventEmitter implements Port {
  connected = true;
  other: End | undefined;
  /** Of the system, which knows before Node does that nobody is there any more. */
  failure: Error | null = null;

  send(message: object, _handle: undefined, _options: undefined, onSent: (error: Error | null) => void): boolean {
    const copy: unknown = structuredClone(message);
    setImmediate(() => {
      onSent(this.failure);
      if (this.failure === null) this.other?.emit('message', copy);
    });
    return true;
  }

  disconnect(): void {
    for (const end of [this, this.other]) {
      if (end) end.connected = false;
      end?.emit('disconnect');
    }
  }
}

describe('the link between two processes', () => {
  let near: End;
  let asking: ProcessLink<Calls, Calls>;
  let answering: ProcessLink<Calls, Calls>;
  beforeEach(() => {
    near = new End();
    const far = new End();
    near.other = far;
    far.other = near;
    const handlers = {
      double: async (value: number): Promise<number> => {
        await Promise.resolve();
        return value * 2;
      },
      refuse: (): void => {
        throw new Error('not that');
      },
      never: () => new Promise<void>(() => undefined),
      mutter: (): void => undefined,
    };
    asking = new ProcessLink<Calls, Calls>(near, handlers);
    answering = new ProcessLink<Calls, Calls>(far, handlers);
  });

  const failureOf = async (answer: Promise<unknown>): Promise<Error> => {
    try {
      await answer;
    } catch (error) {
      return error as Error;
    }
    throw new Error('it did not fail');
  };

  it('gives each question its own answer, both ways at once', async () => {
    const asked = Array.from({ length: 50 }, (_, index) => asking.ask('double', index));
    const back = answering.ask('double', 21);
    assert.deepEqual(
      await Promise.all(asked),
      Array.from({ length: 50 }, (_, index) => index * 2),
    );
    assert.strictEqual(await back, 42);
  });

  it('passes on why the other side could not', async () => {
    const failure = await failureOf(asking.ask('refuse', undefined));
    assert.instanceOf(failure, RefusedCall);
    assert.strictEqual(failure.message, 'not that');
  });

  it('does not wait longer than it may', async () => {
    const failure = await failureOf(asking.ask('never', undefined, { withinMs: 20 }));
    assert.instanceOf(failure, RolebookError);
    assert.strictEqual(failure.message, '`never` was not answered within 20 ms');
    assert.strictEqual(await asking.ask('double', 4, { withinMs: 5000 }), 8);
  });

  it('waits for who goes on talking, and not for who falls silent', async () => {
    let failure: Error | undefined;
    const waiting = failureOf(asking.ask('never', undefined, { silenceMs: 500 })).then((error) => (failure = error));
    for (let turn = 0; turn < 10; turn += 1) {
      answering.tell('mutter', undefined);
      await pause(60);
    }
    assert.strictEqual(failure, undefined);
    await waiting;
    assert.strictEqual(failure?.message, 'nothing was heard for 500 ms');
  });

  it('says that the other side has ended when only the system knows it yet', async () => {
    near.failure = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const failure = await failureOf(asking.ask('double', 1));
    assert.instanceOf(failure, RolebookError);
    assert.deepInclude(failure, { code: 'unavailable', message: 'the process has ended' });
    assert.doesNotThrow(() => asking.tell('mutter', undefined));
  });

  it('tells who waits that the other side has ended, and who asks afterwards', async () => {
    const waiting = failureOf(asking.ask('never', undefined));
    near.disconnect();
    assert.strictEqual((await waiting).message, 'the process has ended');
    assert.strictEqual((await failureOf(asking.ask('double', 1))).message, 'the process has ended');
    assert.doesNotThrow(() => asking.tell('mutter', undefined));
  });
});
