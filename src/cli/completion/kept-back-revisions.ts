import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseHostText } from '../../http/access/host-text.ts';
import { isLoopbackHost } from '../../http/access/listen-address.ts';
import { inTime } from '../../http/endpoint/in-time.ts';
import { limits } from '../../policy/limits.ts';
import { readAdminToken } from '../accept/admin-token.ts';
import { callSidecar } from '../accept/call-sidecar.ts';
import { readBudgetStatus } from '../accept/kept-back.ts';
import { parseSidecarAddress, type SidecarAddress } from '../accept/sidecar-address.ts';
import type { CompletionRequest } from './completion-request.ts';

/** The revisions that the sidecar named before them keeps back, asked as `accept` asks. Throws where it does not answer soon. */
export async function findKeptBackRevisions(
  { server, tokenFile }: CompletionRequest,
  cwd: string,
): Promise<readonly string[]> {
  if (server === undefined || tokenFile === undefined) return [];
  const address = parseSidecarAddress(server);
  if (!isUnheard(address)) return [];
  const late = (): Error => new Error('no answer of the sidecar in time');
  return inTime(ask(address, resolve(cwd, tokenFile)), limits.completionAnswerMs, late);
}

// An admin token goes in clear to nobody because of a key that was pressed too early.
function isUnheard(address: SidecarAddress): boolean {
  return address.kind !== 'http' || isLoopbackHost(parseHostText(address.url.host) ?? '');
}

async function ask(address: SidecarAddress, tokenFile: string): Promise<readonly string[]> {
  // Whatever is no file could keep a reader waiting.
  if (!(await stat(tokenFile)).isFile()) return [];
  const token = await readAdminToken(tokenFile);
  const call = { method: 'GET', path: '/v1/policy', withinMs: limits.completionAnswerMs } as const;
  const { status, json } = await callSidecar(address, token, call);
  const budget = status === 200 ? readBudgetStatus(json) : undefined;
  return [budget?.waiting, ...(budget?.refused ?? [])].flatMap((kept) => kept?.revision ?? []);
}
