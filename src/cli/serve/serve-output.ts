import { DroppingOutput } from '../../http/output/dropping-output.ts';
import type { Logger } from '../../http/logging/log.ts';
import { StandardSink } from '../../http/output/standard-sink.ts';
import { limits } from '../../policy/limits.ts';
import type { CommandIo } from '../command/command-io.ts';

/** The outputs of `serve`: what nobody takes is dropped and counted, and holds nothing up. */
export interface ServeIo extends Omit<CommandIo, 'stdout' | 'stderr'> {
  readonly stdout: CommandIo['stdout'] | DroppingOutput;
  readonly stderr: CommandIo['stderr'] | DroppingOutput;
}

/** Only where the process is ours: streams that somebody passes are written as they are. */
export function openServeIo(io: CommandIo): ServeIo {
  if (!io.ownsProcess) return io;
  const { stdout, stderr } = io.isTerminal;
  return {
    ...io,
    stdout: new DroppingOutput(new StandardSink(1, stdout)),
    stderr: new DroppingOutput(new StandardSink(2, stderr)),
  };
}

/** Writes out what waits, as far as its readers take it. */
export async function closeServeIo({ stdout, stderr }: ServeIo): Promise<void> {
  const outputs = [stdout, stderr].filter((output) => output instanceof DroppingOutput);
  await Promise.all(outputs.map((output) => output.close(limits.logDrainMs)));
}

export function droppedLogLines({ stderr }: ServeIo): () => number {
  return () => (stderr instanceof DroppingOutput ? stderr.droppedCount : 0);
}

/** Node writes its warnings to stderr and waits for that; the log does not. */
export function logWarnings(log: Logger): void {
  if (process.listenerCount('warning') === 0) return;
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => log.warn({ name }, message));
}
