import { readFile, readlink } from 'node:fs/promises';
import { errorCodeOf } from '../../folder/file-fault.ts';

/** The mark that tells one process from all others there ever were, as far as the system says it. */
export interface ProcessMark {
  readonly pid: number;
  /** The boot of the machine and the namespace of its processes; undefined: a pid says nothing here. */
  readonly world: string | undefined;
  /** When it began, in ticks since the boot; pids come again, and in containers soon. */
  readonly startedAt: string | undefined;
}

/** The mark of this process. */
export async function markOfThisProcess(): Promise<ProcessMark> {
  const [world, stat] = await Promise.all([readWorld(), readStat(process.pid)]);
  return { pid: process.pid, world, startedAt: stat?.startedAt };
}

/**
 * Whether a process has certainly ended. Of one on another machine, in another container, or where there is no /proc,
 * nothing is certain.
 */
export async function hasEnded({ pid, world, startedAt }: ProcessMark): Promise<boolean> {
  if (world === undefined || world !== (await readWorld())) return false;
  if (!answersToSignals(pid)) return true;
  const stat = await readStat(pid);
  // /proc may hide what belongs to others.
  if (stat === undefined) return false;
  return stat.isDead || (startedAt !== undefined && stat.startedAt !== startedAt);
}

/** What a line of /proc/PID/stat says; the name in it may hold blanks and brackets. */
export function parseStat(line: string): { readonly isDead: boolean; readonly startedAt: string } | undefined {
  const [state, ...rest] = line
    .slice(line.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  const startedAt = rest[startIndex];
  if (state === undefined || startedAt === undefined) return undefined;
  // A process that was killed and that nobody has waited for stays in the list.
  return { isDead: deadStates.includes(state), startedAt };
}

const deadStates = ['Z', 'X', 'x'];

/** Of field 22, once the pid, the name and the state are off. */
const startIndex = 18;

// Asking takes no signal; a process of another user answers that it may not be asked.
function answersToSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCodeOf(error) !== 'ESRCH';
  }
}

async function readWorld(): Promise<string | undefined> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
    return `${boot} ${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

async function readStat(pid: number): Promise<ReturnType<typeof parseStat>> {
  return parseStat(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
}
