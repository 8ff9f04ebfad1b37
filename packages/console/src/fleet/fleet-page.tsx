import { useEffect } from 'react';
import { Link } from 'wouter';
import { hasCode } from '../api/call.ts';
import { useActorSession } from '../app/session.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { moment } from '../words/count.ts';
import { fleetWords as words } from '../words/fleet-words.ts';
import { words as common } from '../words/words.ts';
import { type Fleet, type Sidecar, useFleet, useLivePolicy } from './fleet-queries.ts';
import { ThisSidecar } from './this-sidecar.tsx';
import '../styles/fleet.css';

/** The sidecars, for who looks after them: what each decides by, how far behind it is, and what was wrong last. */
export function FleetPage() {
  const { isOperator } = useActorSession();
  useEffect(() => {
    document.title = words.title;
  }, []);
  return isOperator ? <Seen /> : <Forbidden />;
}

function Forbidden() {
  return (
    <Empty
      icon="lock"
      title={words.forbidden}
      isPage
      acts={
        <Link className="button" href="/">
          {common.failed.home}
        </Link>
      }
    >
      {words.forbiddenHint}
    </Empty>
  );
}

function Seen() {
  const policy = useLivePolicy();
  const fleet = useFleet();
  if (hasCode(policy.error, 'forbidden')) return <Forbidden />;
  return (
    <>
      <header>
        <h1>{words.title}</h1>
        <p className="quiet">{words.hint}</p>
        <p>
          <Link href="/">{common.failed.home}</Link>
        </p>
      </header>
      {fleet.isPending && <Loading what={words.title} rows={3} />}
      {fleet.error && !fleet.data && (
        <Failed what={words.sidecars} error={fleet.error} onRetry={() => void fleet.refetch()} />
      )}
      {fleet.data === null && (
        <div className="banner">
          <Icon name="server" />
          <div>
            <b>{words.none}</b>
            <p>{words.noneHint}</p>
          </div>
        </div>
      )}
      {fleet.data && <Sidecars fleet={fleet.data} />}
      {policy.isPending && <Loading what={words.itself} rows={4} />}
      {policy.error && !policy.data && (
        <Failed what={words.itself} error={policy.error} onRetry={() => void policy.refetch()} />
      )}
      {policy.data && <ThisSidecar policy={policy.data} />}
    </>
  );
}

function Sidecars({ fleet: { sidecars, unwritten } }: { readonly fleet: Fleet }) {
  const { head } = words;
  return (
    <section className="block">
      <h2>
        {words.sidecars} <span className="number">{sidecars.length}</span>
      </h2>
      {unwritten && (
        <div className="banner">
          <Icon name="caution" />
          <div>
            <b>{words.unwritten(moment(unwritten.since))}</b>
            <p>
              <bdi>{unwritten.reason}</bdi>
            </p>
          </div>
        </div>
      )}
      <div className="table-frame">
        <table className="table table-cards" role="table">
          <thead role="rowgroup">
            <tr role="row">
              {[head.sidecar, head.health, head.revision, head.seen].map((name) => (
                <th scope="col" role="columnheader" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {sidecars.map((sidecar) => (
              <SidecarRow key={sidecar.id} sidecar={sidecar} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function SidecarRow({ sidecar }: { readonly sidecar: Sidecar }) {
  const { host, pid, version, health, revision, lag, isSelf, seenAt, isFromCache, isBeyondMaxStaleness } = sidecar;
  const isWell = health === 'ok';
  const notes = [
    words.healthHint[health],
    ...(isFromCache ? [words.fromCache] : []),
    ...(isBeyondMaxStaleness ? [words.beyond] : []),
  ].filter((note) => note !== '');
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        <span className="role-name">
          <bdi>{words.process(host, pid)}</bdi>
          {isSelf && <span className="tag">{words.self}</span>}
        </span>
        <span className="role-description">{words.version(version)}</span>
      </th>
      <td role="cell">
        <span className="two">
          <span className={isWell ? 'tag' : 'tag tag-caution'}>
            <Icon name={isWell ? 'pass' : 'caution'} size="tiny" />
            {words.health[health]}
          </span>
          {notes.length > 0 && <span className="quiet">{notes.join(', ')}</span>}
        </span>
      </td>
      <td role="cell">
        <span className="two">
          <code>{revision?.slice(0, 12) ?? words.noPolicy}</code>
          {lag && lag.sequences > 0 && <span className="quiet">{words.behind(lag.sequences, lag.seconds)}</span>}
        </span>
      </td>
      <td role="cell">
        <time dateTime={seenAt}>{moment(seenAt)}</time>
      </td>
    </tr>
  );
}
