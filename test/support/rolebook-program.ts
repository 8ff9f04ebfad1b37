import { fileURLToPath } from 'node:url';

/** The command line as people run it, which the tests build first. Loading TypeScript would take four times as long. */
export const rolebookProgram = fileURLToPath(new URL('../../bin/rolebook.js', import.meta.url));
