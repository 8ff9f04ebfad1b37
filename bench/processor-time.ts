import { readdir, readFile } from 'node:fs/promises';

/**
 * Microseconds of processor time of a process and of those that it started, all threads of theirs, by the system's own
 * count. Undefined where the system tells no such thing. Unlike a rate it hardly depends on who else is at work.
 */
export async function readProcessorUs(pid: number): Promise<number | undefined> {
  const processes = (await list('/proc')).filter((name) => /^\d+$/.test(name));
  const groups = await Promise.all(processes.map(readGroup));
  const own = processes.filter((_, index) => groups[index] === pid);
  const times = await Promise.all(own.map(readThreads));
  const total = times.flat().reduce((sum, ns) => sum + ns, 0);
  return total > 0 ? total / 1000 : undefined;
}

// PID (NAME) STATE PARENT GROUP …, and a name may hold anything.
async function readGroup(pid: string): Promise<number | undefined> {
  const stat = await read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[2] === undefined ? undefined : Number(fields[2]);
}

// The first number is how long it was on a processor, in nanoseconds.
async function readThreads(pid: string): Promise<number[]> {
  const threads = await list(`/proc/${pid}/task`);
  const texts = await Promise.all(threads.map((thread) => read(`/proc/${pid}/task/${thread}/schedstat`)));
  return texts.map((text) => Number(text.split(' ')[0]));
}

// What has just ended is nobody's any more.
const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
const list = (path: string): Promise<string[]> => readdir(path).catch(() => []);
