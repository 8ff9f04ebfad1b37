import { type ReactNode, useId, useRef, useState } from 'react';
import { Icon } from './icon.tsx';

interface MenuProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** More that can be done with something, in a native popover: Esc or a click elsewhere closes it. */
export function Menu({ label, children }: MenuProps) {
  const id = useId();
  // A list has many of them, of which hardly one is opened.
  const [isOpened, setOpened] = useState(false);
  const popover = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const place = (): void => {
    const [menu, at] = [popover.current, opener.current?.getBoundingClientRect()];
    if (!menu || !at) return;
    const { width, height } = menu.getBoundingClientRect();
    const isBelow = at.bottom + height + 8 < innerHeight;
    menu.style.setProperty('left', `${Math.max(8, at.right - width)}px`);
    menu.style.setProperty('top', `${isBelow ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`);
  };
  return (
    <>
      <button
        ref={opener}
        className="button button-quiet button-icon"
        type="button"
        aria-label={label}
        popoverTarget={id}
      >
        <Icon name="dots" />
      </button>
      <div
        ref={popover}
        className="menu"
        id={id}
        popover="auto"
        role="group"
        aria-label={label}
        onBeforeToggle={(event) => {
          if (event.newState === 'open') setOpened(true);
        }}
        onToggle={(event) => {
          if (event.newState === 'open') place();
        }}
        onClick={() => popover.current?.hidePopover()}
      >
        {isOpened && children}
      </div>
    </>
  );
}
