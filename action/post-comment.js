// Posts a text as the one comment of a pull request, and writes that comment anew the next time instead of another one.
//
// node action/post-comment.js FILE [update], with GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH;
// ROLEBOOK_TIMEOUT_MS is how long one request may take. `update` writes over an earlier comment and posts no first one.
// A comment is an extra: whoever may not write one (a pull request from a fork) is told, and the check goes on.
import { readFile } from 'node:fs/promises';

const marker = '<!-- rolebook -->';
/** GitHub takes 65,536 characters. */
const mostCharacters = 65_000;
const timeoutMs = Number(process.env.ROLEBOOK_TIMEOUT_MS ?? 15_000);
const pageSize = 100;
/** A pull request with more comments than this gets another one. */
const mostPages = 30;

const {
  GITHUB_TOKEN: token,
  GITHUB_API_URL: api,
  GITHUB_REPOSITORY: repository,
  GITHUB_EVENT_PATH: event,
} = process.env;

async function main(file, mode) {
  const pullRequest = await readPullRequest();
  if (pullRequest === undefined) return 'no pull request, so no comment';
  const body = fit(await readFile(file, 'utf8'));
  const comments = `/repos/${repository}/issues/${pullRequest}/comments`;
  const known = await findOwn(comments);
  if (known === undefined && mode === 'update') return 'nobody gains or loses anything, so no comment';
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
  return pullRequest?.number;
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
  console.log(`rolebook: ${await main(process.argv[2], process.argv[3])}`);
} catch (error) {
  console.log(`::warning title=rolebook::the comment could not be written: ${oneLine(error)}`);
}
