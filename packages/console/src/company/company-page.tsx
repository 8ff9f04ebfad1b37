import { useState } from 'react';
import { Link } from 'wouter';
import { companyOf } from '../api/place.ts';
import { usePlan, useWorkspaces } from '../api/queries.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { toWorkspace } from '../route/route.ts';
import { Search } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { planName } from '../words/forms/count.ts';
import { companyWords } from '../words/company-words.ts';

const words = companyWords.workspaces;

/** So many are asked for; who has more finds them by their address. */
const mostListed = 1000;

/** The workspaces of a company. */
export function CompanyPage({ workspace, title }: PageProps) {
  const { data, error, refetch } = useWorkspaces();
  const plan = usePlan(workspace).data?.plan;
  const [search, setSearch] = useState('');
  const company = companyOf(workspace);
  const all = data?.filter(({ organization }) => organization === company) ?? [];
  const text = search.trim().toLowerCase();
  const found = all.filter((one) => [one.title, one.workspace].some((word) => word.toLowerCase().includes(text)));
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={[{ label: words.title }]}
        title={words.title}
        hint={<bdi>{words.hint(title)}</bdi>}
        facts={
          plan !== undefined && (
            <span>
              <Icon name="key" size="small" />
              <bdi>{words.plan(planName(plan))}</bdi>
            </span>
          )
        }
      />
      {!data && !error && <Loading what={words.title} />}
      {!data && error && <Failed what={words.title} error={error} onRetry={() => void refetch()} />}
      {all.length > 7 && (
        <div className="tools">
          <Search label={words.find} value={search} onChange={setSearch} />
        </div>
      )}
      {data && found.length === 0 && (
        <div className="card">
          {all.length === 0 ? (
            <Empty icon="company" title={words.none}>
              {words.noneHint}
            </Empty>
          ) : (
            <Empty icon="search" title={words.nothing(search)} />
          )}
        </div>
      )}
      {found.length > 0 && (
        <ul className="card choices">
          {found.map((one) => (
            <li key={one.workspace}>
              <Link href={toWorkspace(one.workspace, 'roles')}>
                <b>
                  <bdi>{one.title}</bdi>
                </b>
                <span className="quiet">
                  <bdi>{one.workspace}</bdi>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {data && data.length >= mostListed && <p className="hint">{words.first(mostListed)}</p>}
    </div>
  );
}
