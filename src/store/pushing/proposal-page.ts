import type { RemoteAddress } from '../remote/remote-address.ts';

/** The page on which somebody opens a request for a branch; undefined: nobody knows what the pages of that server are called. */
export function proposalPage({ url }: Pick<RemoteAddress, 'url'>, from: string, to: string): string | undefined {
  const site = siteOf(url);
  const [branch, base] = [from, to].map((ref) => ref.replace(/^refs\/heads\//, ''));
  const kind = site && kindOf(site.host);
  if (!site || kind === undefined || branch === undefined || base === undefined) return undefined;
  const repository = `${site.origin}/${site.path}`;
  // Slashes of a branch stand as they are in a path.
  const [inPath, ofPath] = [branch, base].map((name) => name.split('/').map(encodeURIComponent).join('/'));
  const [inQuery, ofQuery] = [branch, base].map(encodeURIComponent);
  switch (kind) {
    case 'github':
      return `${repository}/compare/${ofPath}...${inPath}?expand=1`;
    case 'gitea':
      return `${repository}/compare/${ofPath}...${inPath}`;
    case 'gitlab':
      return `${repository}/-/merge_requests/new?merge_request%5Bsource_branch%5D=${inQuery}&merge_request%5Btarget_branch%5D=${ofQuery}`;
    case 'bitbucket':
      return `${repository}/pull-requests/new?source=${inQuery}&dest=${ofQuery}`;
  }
}

type ForgeKind = 'github' | 'gitlab' | 'gitea' | 'bitbucket';

// The services, and servers of one's own that are called what they are.
function kindOf(host: string): ForgeKind | undefined {
  if (host === 'bitbucket.org') return 'bitbucket';
  if (host === 'codeberg.org') return 'gitea';
  const labels = host.split('.');
  if (labels.includes('github')) return 'github';
  if (labels.includes('gitlab')) return 'gitlab';
  return labels.includes('gitea') || labels.includes('forgejo') ? 'gitea' : undefined;
}

interface Site {
  readonly host: string;
  /** `https://github.com` */
  readonly origin: string;
  /** `acme/access` */
  readonly path: string;
}

function siteOf(address: string): Site | undefined {
  // `git@HOST:PATH`
  const [, host, path] = /^[\w.-]+@([\w.-]+):(?!\/\/)(.+)$/.exec(address) ?? [];
  if (host !== undefined && path !== undefined && !address.includes('://')) return siteAt(`https://${host}`, path);
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  if (url.protocol === 'https:' || url.protocol === 'http:') return siteAt(url.origin, url.pathname);
  return url.protocol === 'ssh:' ? siteAt(`https://${url.hostname}`, url.pathname) : undefined;
}

function siteAt(origin: string, path: string): Site | undefined {
  const { hostname, pathname } = new URL(`/${path.replace(/^\/+/, '')}`, origin);
  const plain = pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  return plain === '' ? undefined : { host: hostname.toLowerCase(), origin, path: plain };
}
