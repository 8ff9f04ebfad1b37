export interface SinkResult {
  /** Of whole lines: one that was only begun is ended before anything else is written, and counts. */
  readonly bytesWritten: number;
  /** Undefined: everything was written. */
  readonly error: unknown;
}

/**
 * The place where lines go. A write never rejects: what fails is told in the result. The next one begins when it is
 * through.
 */
export interface LogSink {
  write(lines: Buffer): Promise<SinkResult>;
  /** Ends a write that a reader holds up; its result says how far it came. */
  giveUp(): void;
  reopen(): Promise<void>;
  close(): Promise<void>;
}
