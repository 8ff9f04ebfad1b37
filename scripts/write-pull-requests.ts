/*
 * Writes the outputs in docs/pull-requests.md anew, by doing what the page does. A part of `npm run docs`; read the diff
 * before you commit it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { runPullRequestPage } from '../test/docs/pull-request-page.ts';

const file = new URL('../docs/pull-requests.md', import.meta.url);
writeFileSync(file, await runPullRequestPage(readFileSync(file, 'utf8')));
