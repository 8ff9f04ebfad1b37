import type { Reason } from '../../policy/decision.ts';
import { formatPosition } from '../../policy/position.ts';

/**
 * A reason with its file as it is opened from where the command was started. Its sentence ends in the YAML line behind
 * it, in every case that has one.
 */
export function displayReason(reason: Reason, display: (file: string) => string): Reason {
  const { file, line, column = 1 } = reason;
  if (file === undefined || line === undefined) return reason;
  const written = ` (${formatPosition({ file, line, column })})`;
  const sentence = reason.message.endsWith(written) ? reason.message.slice(0, -written.length) : reason.message;
  const shown = display(file);
  return { ...reason, message: `${sentence} (${formatPosition({ file: shown, line, column })})`, file: shown };
}
