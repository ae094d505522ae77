import '@digdir/designsystemet-web/clickdelegatefor';
import '@digdir/designsystemet-web/dialog';
import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/client.js';
import { router } from './router.js';
import { applyAppearance, printInLight } from './shell/utseende.js';
import { firstLanguage, LanguageProvider } from './shell/sprak.js';

applyAppearance();
printInLight();
// The button that closes a dialog has a command, which older browsers do not know.
if (!('command' in HTMLButtonElement.prototype)) void import('@digdir/designsystemet-web/invokers');
// A page that the browser kept as it was may be of a session that is over.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});
// Not awaited: the file of a language could then not import from the one that this is bundled in.
void firstLanguage().then((language) => {
  createRoot(document.getElementById('app')!).render(
    <StrictMode>
      <LanguageProvider first={language}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LanguageProvider>
    </StrictMode>,
  );
});
