import { assert } from 'chai';
import { RolebookError } from '../../../../src/policy/errors.ts';
import { DatabaseConnection } from '../../../../src/store/database/connection/database-connection.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { postgresServer } from '../../../support/postgres-server.ts';
import { Gateway } from '../../../support/gateway.ts';

describe('the way to a PostgreSQL that falls silent', () => {
  let gateway: Gateway;
  let connection: DatabaseConnection;
  beforeEach(async () => {
    const server = await postgresServer();
    const url = await server.createDatabase();
    gateway = await Gateway.open(server.port);
    const through = url.replace(`:${server.port}/`, `:${gateway.port}/`);
    connection = new DatabaseConnection(new DatabaseUrl(through, '--database'), '/');
    assert.equal(await connection.read(() => Promise.resolve('opened')), 'opened');
  });
  afterEach(async () => {
    gateway.close();
    await connection.close();
  });

  // The test's own time limit is far below that of a single statement.
  for (const [when, isAnswered] of [
    ['before the first answer', false],
    ['when all but the end was answered', true],
  ] as const) {
    it(`is given up soon, ${when}`, async () => {
      const failure: unknown = await connection
        .read(async (manager, onAnswer) => {
          if (!isAnswered) gateway.fallSilent();
          await manager.query('SELECT 1');
          onAnswer();
          gateway.fallSilent();
        })
        .catch((error: unknown) => error);
      assert.instanceOf(failure, RolebookError);
      assert.equal(failure.code, 'unavailable');
      gateway.speakAgain();
      assert.equal(await connection.read(() => Promise.resolve('again')), 'again');
    });
  }
});
