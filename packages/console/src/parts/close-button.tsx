import { words } from '../words/words.ts';
import { Icon } from './icon.tsx';

interface CloseButtonProps {
  readonly isSmall?: boolean;
  readonly onClose: () => void;
}

/** Closes a dialog or a message. */
export function CloseButton({ isSmall = false, onClose }: CloseButtonProps) {
  return (
    <button
      className={`button button-quiet button-icon${isSmall ? ' button-small' : ''}`}
      type="button"
      aria-label={words.common.close}
      onClick={onClose}
    >
      <Icon name="close" {...(isSmall && { size: 'small' })} />
    </button>
  );
}
