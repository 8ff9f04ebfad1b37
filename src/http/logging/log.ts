import { type DestinationStream, type Logger, pino } from 'pino';
import { DroppingOutput } from '../output/dropping-output.ts';

export type { Logger } from 'pino';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  readonly level: LogLevel;
  readonly stream: { write(lines: string): unknown };
  /** `lines` for a person at a terminal, `json` for whatever collects logs. */
  readonly format: 'json' | 'lines';
}

/** Request bodies and tokens are never given to it. */
export function createLog(options: LogOptions): Logger {
  const { level, stream, format } = options;
  const write = (line: string): void => void stream.write(format === 'json' ? line : formatLine(line));
  const destination: DestinationStream = { write };
  // The process id and host name are known to whatever collects the log.
  const log = pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination);
  if (stream instanceof DroppingOutput) {
    stream.onRoom = (dropped) => log.warn({ dropped }, 'lines of the log could not be written and are missing');
  }
  return log;
}

/** For a person: lines that another process logged as JSON. What is no such line is shown as it is. */
export function formatLogLines(lines: string): string {
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) =>
      line.startsWith('{"level":') ? formatLine(line) : `${line.replace(unprintablePattern, '\ufffd')}\n`,
    )
    .join('');
}

interface LogLine {
  readonly level: number;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string };
}

const levelNames: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

/** `20:14:05 warn  the decision log cannot be written  dropped=512` */
function formatLine(json: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(json) as LogLine;
  const clock = time.slice(11, 19);
  const name = (levelNames[level] ?? '').padEnd(5);
  const details = Object.entries(rest).map(([key, value]) => `  ${key}=${detail(value)}`);
  const line = `${clock} ${name} ${msg ?? ''}${details.join('')}`.replace(unprintablePattern, '\ufffd');
  return err?.stack === undefined ? `${line}\n` : `${line}\n${err.stack}\n`;
}

// A policy file's text stands in some messages; none of it may move the terminal's cursor or turn its direction.
const unprintablePattern = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function detail(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
}
