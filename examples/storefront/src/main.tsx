import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { App } from './app.tsx';
import { client } from './client.ts';
import { startNavigation } from './navigation.ts';
import './styles/base.css';
import './styles/header.css';
import './styles/photo.css';
import './styles/filters.css';
import './styles/results.css';
import './styles/how-found.css';
import './styles/product.css';

startNavigation();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Provider value={client}>
        <App />
      </Provider>
    </StrictMode>,
  );
}
