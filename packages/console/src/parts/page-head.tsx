import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { words } from '../words/words.ts';
import { toWorkspace } from '../route/route.ts';

interface Crumb {
  readonly label: string;
  readonly href?: string;
}

interface PageHeadProps {
  readonly workspace: string;
  readonly crumbs: readonly Crumb[];
  readonly title: ReactNode;
  readonly beside?: ReactNode;
  readonly hint?: ReactNode;
  readonly facts?: ReactNode;
  readonly acts?: ReactNode;
}

/** The head of a page: the way here, its one title, what it is about, and what can be done. */
export function PageHead({ workspace, crumbs, title, beside, hint, facts, acts }: PageHeadProps) {
  const way: readonly Crumb[] = [{ label: words.nav.product, href: toWorkspace(workspace, 'roles') }, ...crumbs];
  return (
    <header className="page-head">
      <nav className="crumbs" aria-label={words.nav.crumbs}>
        <ol>
          {way.map(({ label, href }, index) => (
            <li key={index}>
              {href !== undefined && index < way.length - 1 ? (
                <Link href={href}>
                  <bdi>{label}</bdi>
                </Link>
              ) : (
                <span aria-current="page">
                  <bdi>{label}</bdi>
                </span>
              )}
            </li>
          ))}
        </ol>
      </nav>
      <div className="page-title">
        <div className="title">
          <h1>{title}</h1>
          {beside}
        </div>
        {hint !== undefined && <p>{hint}</p>}
        {facts !== undefined && <div className="facts">{facts}</div>}
      </div>
      {acts !== undefined && <div className="acts">{acts}</div>}
    </header>
  );
}
