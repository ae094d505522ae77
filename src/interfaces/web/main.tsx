import '@digdir/designsystemet-web';
import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/client.js';
import { router } from './router.js';
import { applyAppearance } from './shell/utseende.js';
import { firstLanguage, LanguageProvider } from './shell/sprak.js';

applyAppearance();
// A page that the browser kept as it was may be of a session that is over.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});
createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <LanguageProvider first={await firstLanguage()}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </LanguageProvider>
  </StrictMode>,
);
