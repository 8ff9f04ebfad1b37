import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/controls.css';
import './styles/lists.css';
import './styles/role.css';
import './styles/pages.css';
import './styles/narrow.css';
import './styles/embedded.css';
import './styles/forced.css';

const root = document.getElementById('console');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
