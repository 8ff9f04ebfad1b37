import { RolebookError, messageOf } from '../../policy/errors.ts';
import { DroppingOutput } from './dropping-output.ts';
import { FileSink } from './file-sink.ts';
import type { LogSink } from './log-sink.ts';
import { StreamSink } from './stream-sink.ts';

/** `-` is standard output, anything else a file. Throws a RolebookError when it cannot be written. */
export async function openLogSink(
  target: string,
  stdout: NodeJS.WritableStream | DroppingOutput,
  name = 'decision log',
): Promise<LogSink> {
  if (target === '-') return stdout instanceof DroppingOutput ? stdout.sink : new StreamSink(stdout);
  try {
    return await FileSink.open(target);
  } catch (cause) {
    const message = `cannot write the ${name} \`${target}\`: ${messageOf(cause)}`;
    throw new RolebookError('configuration', message, { cause });
  }
}
