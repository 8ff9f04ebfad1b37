/**
 * A failure of a call. No decision was made, so whoever asks treats it as a deny. No token and no body is in it.
 */
export class RolebookError extends Error {
  // Declared, for the constructor makes each member; a field would make it a first time.
  /** The problem's `code` where the sidecar answered one, else a word of the client. */
  declare readonly code: string;
  /** The status of the answer; undefined: there was none. */
  declare readonly status: number | undefined;

  constructor(code: string, message: string, options: RolebookErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.status = options.status;
  }
}

interface RolebookErrorOptions {
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/**
 * No answer within the time given: nothing listens, nothing comes (`timeout`), the connection broke (`unreachable`), or the
 * sidecar cannot answer now. To ask again later may help.
 */
export class UnavailableError extends RolebookError {}

/** The sidecar refused the call (RFC 9457): to ask the same again does not help. */
export class RefusedError extends RolebookError {
  /** RFC 6901, to the member of the body that is at fault. */
  declare readonly pointer: string | undefined;
  /** The whole problem, with what it tells beyond the standard's members. */
  declare readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    const { code, title, detail, pointer } = problem;
    const message = textOf(detail) ?? textOf(title) ?? `the sidecar refused the call with status ${status}`;
    super(textOf(code) ?? 'refused', message, { status });
    this.pointer = textOf(pointer);
    this.problem = problem;
  }
}

/** Something answered that is no sidecar, or speaks another version: what it says cannot be relied on. */
export class UnexpectedAnswerError extends RolebookError {
  constructor(message: string, status?: number) {
    super('unexpected-answer', message, { status });
  }
}

/** What a member of a problem says, where it is text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
