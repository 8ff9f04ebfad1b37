// Makes a change and kills itself in the middle, as `kill -9` would: before one of its statements, before its end is kept,
// or when it is kept and nobody was told.
import { DatabaseChanges } from '../../dist/store/database/changes/database-changes.js';
import { DatabaseConnection } from '../../dist/store/database/connection/database-connection.js';
import { DatabaseUrl } from '../../dist/store/database/database-url.js';

const [url = '', moment = '', asked = ''] = process.argv.slice(2);
const die = () => process.kill(process.pid, 'SIGKILL');
let left = Number(moment);

// Whatever is asked of the database in the transaction counts.
const dying = (manager) =>
  new Proxy(manager, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args) => {
        left -= 1;
        if (left === 0) die();
        return value.apply(target, args);
      };
    },
  });
const connection = new DatabaseConnection(new DatabaseUrl(url, 'argv'), '/');
const changes = new DatabaseChanges({
  url: connection.url,
  read: (work) => connection.read(work),
  writer: async () => {
    const database = await connection.writer();
    const write = (work, queueMs) =>
      database.write(async (manager) => {
        const result = await work(dying(manager));
        if (moment === 'commit') die();
        return result;
      }, queueMs);
    return { url: database.url, write };
  },
});
const answer = await changes.ask(JSON.parse(asked));
if (moment === 'answer') die();
process.stdout.write(`${answer.kind}, ${Number(moment) - left} statements\n`);
await connection.close();
