import { Component, type ReactNode } from 'react';
import { Empty } from '../parts/states.tsx';
import { words } from '../words/words.ts';

/** Stands in for a page whose script failed. What was not saved is kept by the browser. */
export class Broken extends Component<{ readonly children: ReactNode }, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { readonly isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    const { failed } = words;
    return (
      <main className="alone">
        <Empty
          icon="fail"
          title={failed.script}
          isPage
          acts={
            <button className="button button-primary" type="button" onClick={() => window.location.reload()}>
              {failed.reload}
            </button>
          }
        >
          {failed.scriptHint}
        </Empty>
      </main>
    );
  }
}
