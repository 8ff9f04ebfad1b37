import { inspect } from 'node:util';
import { assert } from 'chai';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';

const read = (text: string): DatabaseUrl => new DatabaseUrl(text, '--database');

describe('the URL of a database', () => {
  it('is shown without user, password and parameters', () => {
    const shown: Record<string, string> = {
      'postgres://ana:s3cret@db.example:6432/roles': 'postgres://db.example:6432/roles',
      'postgresql://ana@db.example/roles?sslmode=require&password=s3cret': 'postgres://db.example/roles',
      'postgres://ana:p%40ss%2Fw%3Ard@[::1]/roles': 'postgres://[::1]/roles',
      'postgres:///roles?host=/var/run/postgresql&user=ana': 'postgres:///var/run/postgresql/roles',
      'sqlite:releases.db': 'sqlite:releases.db',
      'sqlite:/var/lib/rolebook/releases.db': 'sqlite:/var/lib/rolebook/releases.db',
      'sqlite:///var/lib/releases.db': 'sqlite:/var/lib/releases.db',
    };
    for (const [text, expected] of Object.entries(shown)) assert.equal(read(text).shown, expected);
  });

  it('cannot be printed with its password, whoever prints it', () => {
    const url = read('postgres://anabel:s3cr3t@db.example/roles?password=other-s3cr3t');
    const printed = [url.toString(), String(url), JSON.stringify({ url }), inspect(url), inspect({ url }, true, 9)];
    for (const text of [...printed, inspect(Object.entries(url))]) {
      assert.notInclude(text, 's3cr3t');
      assert.notInclude(text, 'anabel');
    }
  });

  it('is whole for the driver alone', () => {
    const text = 'postgres://ana:s3cret@db.example/roles?sslmode=require';
    assert.equal(read(text).reveal(), text);
    assert.equal(read('sqlite:a b?.db').reveal(), 'a b?.db');
  });

  it('takes user and password out of what others say, written either way', () => {
    const url = read('postgres://anabel:p%40ss@db.example/roles');
    assert.equal(url.redact('no p%40ss, no p@ss, no user "anabel"'), 'no …, no …, no user "…"');
    assert.equal(read('sqlite:x').redact('as it is'), 'as it is');
    assert.equal(read('postgres://db.example/roles?password=100%25').redact('no 100%'), 'no …');
  });

  const wrong: Record<string, string> = {
    '': 'is not a database URL',
    'releases.db': 'is not a database URL',
    'mysql://ana:s3cret@host/roles': 'is not a database URL',
    'postgres:ana:s3cret@host/roles': 'is not a database URL',
    'ana:s3cret@host/roles': 'is not a database URL',
    'POSTGRES://ana:s3cret@host/roles': 'is not a database URL',
    'postgres://': 'names no database',
    'postgres://host': 'names no database',
    'postgres://host/': 'names no database',
    'postgres://ana:s3cret/x@host/roles': 'cannot be read as a URL',
    'postgres://ana:s3cret%@host/roles': 'cannot be read as a URL',
    'postgres://ana:s3cret@host:port/roles': 'cannot be read as a URL',
    'sqlite:': 'names no file',
    'sqlite://releases.db': 'names no file',
    'sqlite::memory:': 'cannot be a database in memory',
  };
  for (const [text, says] of Object.entries(wrong)) {
    it(`says what is wrong with \`${text}\`, and does not repeat it`, () => {
      try {
        read(text);
        assert.fail('it was taken');
      } catch (error) {
        assert.include(String(error), `\`--database\` ${says}`);
        assert.notInclude(inspect(error), 's3cret');
      }
    });
  }
});
