import { setMaxListeners } from 'node:events';
import { connectionAttacks } from './connection-attacks.ts';
import { requestAttacks } from './request-attacks.ts';
import type { Attack, AttackReport } from './attack.ts';

/*
 * All attackers that need nothing but the port, in a process of their own: every one goes on until the parent says that it
 * is over, or until the time is up that it was given at the start.
 */

const [port, lastsMs] = process.argv.slice(2).map(Number);
const over = new AbortController();
// Hundreds of attackers wait for it.
setMaxListeners(0, over.signal);
process.on('disconnect', () => process.exit(0));
process.on('message', () => over.abort());
setTimeout(() => over.abort(), lastsMs).unref();

const attacks: readonly Attack[] = [...connectionAttacks, ...requestAttacks];
const reports = await Promise.all(
  attacks.map(async ({ name, run }): Promise<AttackReport> => {
    const seen = { tries: 0, breaches: [] as string[] };
    await run({ port: port ?? 0, over: over.signal, seen });
    return { name, tries: seen.tries, breaches: seen.breaches.slice(0, 5) };
  }),
);
process.send?.(reports, () => process.exit(0));
