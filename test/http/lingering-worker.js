import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

// A worker whose channel outlives it: the process it starts has the channel open, too, until it is killed itself.
const { pid } = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', 3] });
const server = createServer((socket) => socket.end('hello'));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ kind: 'tell', name: 'listens', given: { port: server.address().port, lingering: pid } });
});
