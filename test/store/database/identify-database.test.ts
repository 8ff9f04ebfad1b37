import { assert } from 'chai';
import { DatabaseUrl, identifyDatabase } from '../../../src/store/database/database-url.ts';

const identify = (text: string, cwd = '/srv/one'): string => identifyDatabase(new DatabaseUrl(text, '--database'), cwd);

describe('what tells one database from another', () => {
  it('stays the same when only the password changes', () => {
    const one = identify('postgres://ana:s3cret@db.example/roles?sslmode=require');
    assert.equal(one, identify('postgres://ana:an%2Fother@db.example/roles?sslmode=require'));
    assert.equal(one, identify('postgres://ana@db.example/roles?sslmode=require&password=s3cret'));
    assert.notInclude(one, 's3cret');
  });

  it('is another for another host, port, database, user or schema', () => {
    const texts = [
      'postgres://ana@db.example/roles',
      'postgres://ana@db2.example/roles',
      'postgres://ana@db.example:6432/roles',
      'postgres://ana@db.example/roles2',
      'postgres://bo@db.example/roles',
      'postgres://ana@db.example/roles?options=-c%20search_path%3Dstaging',
      'postgres:///roles?host=/run/postgresql',
    ];
    assert.lengthOf(new Set(texts.map((text) => identify(text))), texts.length);
  });

  it('is where the file is, not how it is called from a folder', () => {
    assert.equal(identify('sqlite:roles.db'), identify('sqlite:/srv/one/roles.db', '/srv/two'));
    assert.notEqual(identify('sqlite:roles.db'), identify('sqlite:roles.db', '/srv/two'));
  });
});
