// Posts a text as the one comment of a pull request, and writes that comment anew the next time instead of another one.
//
// comment/action.yml says what INPUT_FILE and INPUT_TOKEN are; GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_EVENT_PATH
// are GitHub's. ROLEBOOK_TIMEOUT_MS is how long one request may take.
// A comment is an extra: whoever may not write one (a pull request from a fork) is told, and the check goes on.
//
// The file is data, whoever wrote it: it says what to post and not where. Which pull request it is says the event.
import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';

const marker = '<!-- rolebook -->';
/** Instead of the marker: nobody gains or loses anything, which is news only where an earlier comment says otherwise. */
const noNewsMarker = '<!-- rolebook: no news -->';
/** GitHub takes 65,536 characters. */
const mostCharacters = 65_000;
/** Ten times what is posted; what is longer was not written by rolebook. */
const mostBytes = 1024 * 1024;
const timeoutMs = Number(process.env.ROLEBOOK_TIMEOUT_MS ?? 15_000);
const pageSize = 100;
/** A pull request with more comments than this gets another one. */
const mostPages = 30;

const {
  INPUT_FILE: path = '',
  INPUT_TOKEN: token,
  GITHUB_API_URL: api,
  GITHUB_REPOSITORY: repository = '',
  GITHUB_EVENT_PATH: event,
} = process.env;

async function main() {
  const pullRequest = await readPullRequest();
  if (pullRequest === undefined) return 'no pull request, so no comment';
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error('`GITHUB_REPOSITORY` names no repository');
  const { text, isNews } = await readText();
  const body = fit(text);
  const comments = `/repos/${repository}/issues/${pullRequest}/comments`;
  const known = await findOwn(comments);
  if (known === undefined && !isNews) return 'nobody gains or loses anything, so no comment';
  if (known === undefined) {
    await call('POST', comments, { body });
    return 'the comment was posted';
  }
  if (known.body.trim() === body.trim()) return 'the comment is up to date';
  await call('PATCH', `/repos/${repository}/issues/comments/${known.id}`, { body });
  return 'the comment was brought up to date';
}

async function readPullRequest() {
  const { pull_request: pullRequest } = JSON.parse(await readFile(event, 'utf8'));
  const number = pullRequest?.number;
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

async function readText() {
  const whole = await readBounded(path);
  const end = whole.indexOf('\n');
  const first = end < 0 ? '' : whole.slice(0, end);
  if (first !== marker && first !== noNewsMarker) throw new Error('the file does not begin as a review does');
  return { text: withoutControls(whole.slice(end + 1)), isNews: first === marker };
}

// A link could lead to another file of the runner, and a pipe would never end.
async function readBounded(file) {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    ({ code }) => {
      throw new Error(`the file cannot be read (${code})`);
    },
  );
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error('the file is no file');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes + 1), 0, mostBytes + 1, 0);
    if (bytesRead > mostBytes) throw new Error(`the file is larger than ${mostBytes} bytes`);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

// Control characters, and the marks that turn the reading direction or cannot be seen, say nothing that a reviewer reads.
function withoutControls(text) {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '\ufffd');
}

/** The comment of an earlier run. Anybody can begin a comment with the marker; only our own is written over. */
async function findOwn(comments) {
  const author = await findAuthor();
  const isOwn = (user) => (author === undefined ? user?.type === 'Bot' : user?.login === author);
  for (let page = 1; page <= mostPages; page += 1) {
    const found = await call('GET', `${comments}?per_page=${pageSize}&page=${page}`);
    const own = found.find(({ body, user }) => isOwn(user) && body?.startsWith(marker));
    if (own !== undefined) return own;
    if (found.length < pageSize) return undefined;
  }
  return undefined;
}

/** Undefined for the token of a workflow or an app: it may not ask who it is. What it writes is by a bot. */
async function findAuthor() {
  try {
    return (await call('GET', '/user')).login;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}

class ApiError extends Error {
  constructor(status, what) {
    super(`${what} was answered with ${status}`);
    this.status = status;
  }
}

async function call(method, path, body) {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      Accept: 'application/vnd.github+json',
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'X-GitHub-Api-Version': '2022-11-28',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new ApiError(response.status, `${method} ${path}`);
  return response.json();
}

function fit(text) {
  const whole = `${marker}\n${text}`;
  if (whole.length <= mostCharacters) return whole;
  // Said first: the end may lie in something folded.
  const head = `${marker}\nThis is not all: the whole text is in the summary of the check.\n\n`;
  const end = text.lastIndexOf('\n', mostCharacters - head.length);
  return `${head}${text.slice(0, Math.max(end, 0))}\n`;
}

// One line, and without the token, which an error may quote: a line break could begin another workflow command.
function oneLine(error) {
  const text = String(error instanceof Error ? error.message : error);
  return (token ? text.replaceAll(token, '***') : text).replaceAll(/[\r\n%]/g, ' ');
}

try {
  console.log(`rolebook: ${await main()}`);
} catch (error) {
  console.log(`::warning title=rolebook::the comment could not be written: ${oneLine(error)}`);
}
