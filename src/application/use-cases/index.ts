import { AttachIntegrationHandler } from './attach-integration.js';
import { CreateIntegrationHandler } from './create-integration.js';
import { GenerateIntegrationPasswordHandler } from './generate-integration-password.js';
import { ShowSvarUtAccountHandler } from './show-svar-ut-account.js';
import { FinishSigningHandler, StartSigningHandler } from './sign-tjenestevedlegg.js';

/** The commands that ask a port before the domain decides. */
export const useCases = [
  AttachIntegrationHandler,
  CreateIntegrationHandler,
  GenerateIntegrationPasswordHandler,
  ShowSvarUtAccountHandler,
  StartSigningHandler,
  FinishSigningHandler,
];
