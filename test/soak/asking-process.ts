import { connect, type Socket } from 'node:net';

/*
 * The process of `full-load.ts`: it asks the sidecar of the small policy on the port that it is given, as fast as it can over 64
 * connections, until its input ends. Then it says how many answers there were, and how many were wrong.
 */
const connections = 64;

interface Asked {
  readonly bytes: Buffer;
  readonly isAllowed: boolean;
}

function ask(subject: string, permission: string, isAllowed: boolean, resource?: object): Asked {
  const body = JSON.stringify({ subject: `${subject}@acme.example`, workspace: 'support', permission, resource });
  const head = `POST /v1/enforce HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return { bytes: Buffer.from(head + body), isAllowed };
}

const questions: readonly Asked[] = [
  ask('ana', 'tag:create', true),
  ask('ana', 'conversation:assign', true),
  ask('cy', 'comment:send', true),
  ask('cy', 'tag:create', false),
  ask('bo', 'message:send', false, { owner: 'ana@acme.example', channel: 17 }),
  ask('bo', 'message:send', true, { owner: 'bo@acme.example', channel: 17 }),
  ask('wim', 'analytics:view', true),
  ask('nobody', 'comment:send', false),
];

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.setNoDelay(true).once('error', reject);
  });
}

/** One question at a time for ever; each has to be answered, and rightly. */
function drive(socket: Socket, first: number, onAnswer: (isRight: boolean) => void): void {
  let at = first;
  const next = (): boolean => socket.write(questions[at % questions.length]?.bytes ?? '');
  socket.on('data', (bytes: Buffer) => {
    const text = bytes.toString('latin1');
    const isRight = text.includes(`"decision":${String(questions[at % questions.length]?.isAllowed)}`);
    onAnswer(isRight && text.startsWith('HTTP/1.1 200'));
    at += 1;
    next();
  });
  next();
}

async function askForEver(port: number): Promise<void> {
  let [answers, wrong] = [0, 0];
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  for (const [index, socket] of sockets.entries()) {
    drive(socket, index, (isRight) => {
      answers += 1;
      if (!isRight) wrong += 1;
    });
    socket.on('close', () => (wrong += 1));
  }
  await new Promise((resolve) => process.stdin.resume().once('end', resolve));
  console.log(JSON.stringify({ answers, wrong }));
  process.exit(0);
}

await askForEver(Number(process.argv[2]));
