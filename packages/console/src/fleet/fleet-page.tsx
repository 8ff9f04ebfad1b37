import { useEffect } from 'react';
import { Link } from 'wouter';
import { hasCode } from '../api/call.ts';
import { useActorSession } from '../session/session.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { moment } from '../words/forms/count.ts';
import { fleetWords } from '../words/fleet-words.ts';
import { words } from '../words/words.ts';
import { type Fleet, type Sidecar, useFleet, useLivePolicy } from './fleet-queries.ts';
import { ThisSidecar } from './this-sidecar.tsx';

/** The sidecars, for who looks after them: what each decides by, how far behind it is, and what was wrong last. */
export function FleetPage() {
  const { isOperator } = useActorSession();
  useEffect(() => {
    document.title = fleetWords.title;
  }, []);
  return isOperator ? <Seen /> : <Forbidden />;
}

function Forbidden() {
  return (
    <Empty
      icon="lock"
      title={fleetWords.forbidden}
      isPage
      acts={
        <Link className="button" href="/">
          {words.failed.home}
        </Link>
      }
    >
      {fleetWords.forbiddenHint}
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
        <h1>{fleetWords.title}</h1>
        <p className="quiet">{fleetWords.hint}</p>
        <p>
          <Link href="/">{words.failed.home}</Link>
        </p>
      </header>
      {fleet.isPending && <Loading what={fleetWords.title} rows={3} />}
      {fleet.error && !fleet.data && (
        <Failed what={fleetWords.sidecars} error={fleet.error} onRetry={() => void fleet.refetch()} />
      )}
      {fleet.data === null && (
        <div className="banner">
          <Icon name="server" />
          <div>
            <b>{fleetWords.none}</b>
            <p>{fleetWords.noneHint}</p>
          </div>
        </div>
      )}
      {fleet.data && <Sidecars fleet={fleet.data} />}
      {policy.isPending && <Loading what={fleetWords.itself} rows={4} />}
      {policy.error && !policy.data && (
        <Failed what={fleetWords.itself} error={policy.error} onRetry={() => void policy.refetch()} />
      )}
      {policy.data && <ThisSidecar policy={policy.data} />}
    </>
  );
}

function Sidecars({ fleet: { sidecars, unwritten } }: { readonly fleet: Fleet }) {
  const { head } = fleetWords;
  return (
    <section className="block">
      <h2>
        {fleetWords.sidecars} <span className="number">{sidecars.length}</span>
      </h2>
      {unwritten && (
        <div className="banner">
          <Icon name="caution" />
          <div>
            <b>{fleetWords.unwritten(moment(unwritten.since))}</b>
            <p>
              <bdi>{unwritten.reason}</bdi>
            </p>
          </div>
        </div>
      )}
      <div className="table-frame">
        <table className="table table-cards" role="table">
          <TableHead heads={[head.sidecar, head.health, head.revision, head.seen]} />
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
  const { head } = fleetWords;
  const isWell = health === 'ok';
  const notes = [
    fleetWords.healthHint[health],
    ...(isFromCache ? [fleetWords.fromCache] : []),
    ...(isBeyondMaxStaleness ? [fleetWords.beyond] : []),
  ].filter((note) => note !== '');
  return (
    <tr className="role-row" role="row">
      <th scope="row" role="rowheader">
        <span className="role-name">
          <bdi>{fleetWords.process(host, pid)}</bdi>
          {isSelf && <span className="tag">{fleetWords.self}</span>}
        </span>
        <span className="role-description">{fleetWords.version(version)}</span>
      </th>
      <td role="cell">
        <span className="two">
          <span className={isWell ? 'tag' : 'tag tag-caution'}>
            <Icon name={isWell ? 'pass' : 'caution'} size="tiny" />
            {fleetWords.health[health]}
          </span>
          {notes.length > 0 && <span className="quiet">{notes.join(', ')}</span>}
        </span>
      </td>
      <td role="cell" data-head={head.revision}>
        <span className="two">
          <code>{revision?.slice(0, 12) ?? fleetWords.noPolicy}</code>
          {lag && lag.sequences > 0 && <span className="quiet">{fleetWords.behind(lag.sequences, lag.seconds)}</span>}
        </span>
      </td>
      <td role="cell" data-head={head.seen}>
        <time dateTime={seenAt}>{moment(seenAt)}</time>
      </td>
    </tr>
  );
}
