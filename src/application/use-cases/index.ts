import { AttachIntegrationHandler } from './attach-integration.js';
import { CreateIntegrationHandler } from './create-integration.js';
import { DeleteMeldingerHandler, ExpireMeldingerHandler } from './delete-meldinger.js';
import { GenerateIntegrationPasswordHandler } from './generate-integration-password.js';
import { IndexMeldingerHandler } from './index-meldinger.js';
import { ShowSvarUtAccountHandler } from './show-svar-ut-account.js';
import { FinishSigningHandler, StartSigningHandler } from './sign-tjenestevedlegg.js';

/** The commands that ask a port before the domain decides. */
export const useCases = [
  AttachIntegrationHandler,
  CreateIntegrationHandler,
  GenerateIntegrationPasswordHandler,
  ShowSvarUtAccountHandler,
  IndexMeldingerHandler,
  DeleteMeldingerHandler,
  ExpireMeldingerHandler,
  StartSigningHandler,
  FinishSigningHandler,
];
