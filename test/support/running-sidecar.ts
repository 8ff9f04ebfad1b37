import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { AccessControl } from '../../src/http/access/access-control.ts';
import { parseListenAddress } from '../../src/http/access/listen-address.ts';
import { createLog } from '../../src/http/logging/log.ts';
import { type Sidecar, type SidecarOptions, startSidecar } from '../../src/http/sidecar.ts';
import { RememberedRequests } from '../../src/http/budget/remembered-requests.ts';
import { readMaxChanged } from '../../src/review/budget/max-changed.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import { ChangeBudget } from '../../src/store/live/change-budget.ts';
import { MissingRequests } from '../../src/review/budget/missing-requests.ts';
import { LivePolicy } from '../../src/store/live/live-policy.ts';
import type { ChangeWriting } from '../../src/store/changes/folder/change-keeper.ts';
import { PolicyDirectory } from '../../src/store/folder/policy-directory.ts';
import { adminToken, createAdminTokenFile } from '../support/admin-token.ts';
import { deskInThisProcess } from '../support/desks-here.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../support/policy-folder.ts';
import { MemoryStream } from './memory-stream.ts';

export interface SidecarSetup extends Partial<SidecarOptions> {
  /** What the policy folder holds; the small policy of test/support unless it says something else. */
  readonly files?: Record<string, string>;
  readonly listenText?: string;
  readonly tokenFile?: string;
  readonly adminTokenFile?: string;
  /** `own`, unless there are token files: it has an admin token, which calls that change something send. */
  readonly adminTokens?: 'own' | 'none';
  /** Whether the policy folder is changed over HTTP; judged in this process. */
  readonly isChanged?: boolean;
  /** How changes are written; as files unless it says something else. */
  readonly writing?: ChangeWriting;
  /** How much of what was asked last a new policy may change. */
  readonly maxChanged?: string;
  readonly silence?: Silence;
  /** The folder where it is another than one of its own. */
  readonly root?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Sent as it is; an object is sent as JSON. */
  readonly body?: string | Buffer | object;
}

/** A real sidecar on a real folder and a real port, with a plain HTTP client. */
export interface RunningSidecar {
  readonly sidecar: Sidecar;
  readonly address: string;
  readonly port: number;
  readonly live: LivePolicy;
  readonly folder: PolicyFolder;
  /** Everything that was logged. */
  readonly logged: MemoryStream;
  call(path: string, call?: Call): Promise<Reply>;
  enforce(body: unknown): Promise<Reply>;
  dispose(): Promise<void>;
}

const open = new Set<RunningSidecar>();

/** For `after`: stops what a failed test left running, so that the whole run ends. */
export async function disposeSidecars(): Promise<void> {
  for (const running of open) await running.dispose();
}

export async function runSidecar(setup: SidecarSetup = {}): Promise<RunningSidecar> {
  const { files = smallPolicy(), listenText = '127.0.0.1:0', tokenFile, adminTokens, isChanged, ...rest } = setup;
  const judging = setup.budget ?? judgingBy(setup.maxChanged, setup.silence);
  const { writing, root: given, ...options } = rest;
  const folder = await createPolicyFolder(given === undefined ? files : {});
  const root = given ?? folder.root;
  const live = new LivePolicy(new PolicyDirectory(root), { budget: judging?.budget });
  await live.reload('start');
  const listen = parseListenAddress(listenText);
  const hasNone = tokenFile === undefined && setup.adminTokenFile === undefined && adminTokens !== 'none';
  const own = hasNone ? await createAdminTokenFile() : undefined;
  const adminTokenFile = own?.path ?? setup.adminTokenFile;
  const access = await AccessControl.open({ listen, tokenFile, adminTokenFile, unauthenticated: 'refuse' });
  const logged = new MemoryStream();
  const log = createLog({ level: 'info', stream: logged, format: 'json' });
  const sidecar = await startSidecar({
    live,
    listen,
    access,
    log,
    ...(isChanged === true && { changes: deskInThisProcess(root, live, writing, judging?.budget) }),
    budget: judging,
    ...options,
  });
  const { address } = sidecar;
  const call = (path: string, what: Call = {}): Promise<Reply> => send(address, path, own ? withAdmin(what) : what);
  const running: RunningSidecar = {
    sidecar,
    address,
    port: Number(address.split(':').at(-1)),
    live,
    folder,
    logged,
    call,
    enforce: (body) => call('/v1/enforce', { method: 'POST', body: body as object }),
    dispose: async () => {
      open.delete(running);
      await sidecar.stop();
      await folder.dispose();
      await own?.dispose();
    },
  };
  open.add(running);
  return running;
}

/** Whether one of those who remember keeps silent: what is missing is as much as one of several workers has. */
export interface Silence {
  isKept: boolean;
}

/** A change budget as `--max-changed` makes it. */
export function judgingBy(maxChanged: string | undefined, silence?: Silence): SidecarOptions['budget'] {
  const share = maxChanged === undefined ? undefined : readMaxChanged(maxChanged);
  if (share === undefined) return undefined;
  const remembered = new RememberedRequests();
  const list = (): Promise<readonly EnforceRequest[]> => {
    const known = remembered.list();
    if (silence?.isKept !== true) return Promise.resolve(known);
    return Promise.reject(new MissingRequests('worker 7 does not say what it was asked', known, undefined));
  };
  const budget = new ChangeBudget({ maxChanged: share, remembered: list });
  return { budget, remembered };
}

/** The call with an admin token, if it may change something and says no other. */
export function withAdmin(call: Call, token = adminToken): Call {
  if ((call.method ?? 'GET') === 'GET') return call;
  return { ...call, headers: { Authorization: `Bearer ${token.trim()}`, ...call.headers } };
}

/** One request on a connection of its own. */
export function send(address: string, path: string, call: Call): Promise<Reply> {
  const { body } = call;
  const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const place = address.startsWith('unix:')
    ? { socketPath: address.slice('unix:'.length) }
    : { host: new URL(address).hostname.replace(/^\[|\]$/g, ''), port: new URL(address).port };
  const headers = {
    ...(raw === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(raw) }),
    ...call.headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...place, path, method: call.method ?? 'GET', headers, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = /json/.test(response.headers['content-type'] ?? '') && text !== '';
        const json: unknown = isJson ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
      // A connection that is cut after its answer is what some tests are about.
      response.on('error', reject);
    });
    request.end(raw);
  });
}
