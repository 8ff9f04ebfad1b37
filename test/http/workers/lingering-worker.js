import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

// A worker whose channel outlives it: the process it starts has the channel open, too, until it is killed itself.
const linger = () => spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', 3] }).pid;
const tell = (name, given) => process.send?.({ kind: 'tell', name, given });
const [manner] = process.argv.slice(2);
let taken = 0;
process.on('message', ({ kind, id, name, given }, connection) => {
  // One that keeps it to itself does not say what it was asked.
  if (name === 'tellRequests' && manner === 'keeps to itself') return;
  const asked = { subjectType: 'user', subjectId: String(process.pid), workspace: 'support', permission: 'tag:create' };
  const answer = name === 'tellRequests' ? Array.from({ length: Math.min(given, 3) }, () => asked) : undefined;
  if (kind === 'ask') process.send?.({ kind: 'answer', id, answer });
  // One that hangs says nothing of either.
  if (name === 'beat' && manner !== 'hangs') tell('noteBeat', { beat: given, taken });
  if (name !== 'takeConnection') return;
  // As if it had never come: the primary has it still.
  if (manner === 'loses') return void connection?.close();
  taken += 1;
  if (given && manner !== 'hangs') tell('noteTaken', taken);
  if (connection) new Socket({ handle: connection, readable: true, writable: true }).end('hello');
});
if (manner !== 'never joins') {
  tell('listens', { lingering: linger() });
  tell('join', undefined);
}
