/** The kind of an error that stops a call. A problem in somebody's policy file is a `Problem`, not one of these. */
export type ErrorCode = 'usage' | 'configuration' | 'unavailable';

export class RolebookError extends Error {
  readonly code: ErrorCode;
  readonly help: string | undefined;

  constructor(code: ErrorCode, message: string, options: { help?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'RolebookError';
    this.code = code;
    this.help = options.help;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
