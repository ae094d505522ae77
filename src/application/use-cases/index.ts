import { AttachIntegrationHandler } from './attach-integrasjon.js';
import { GrantTilgangerHandler, GrantTilgangHandler, RevokeTilgangHandler } from './change-tilgang.js';
import { DeleteIntegrasjonHandler } from './delete-integrasjon.js';
import { DeleteMeldingerHandler, ExpireMeldingerHandler } from './delete-meldinger.js';
import { DeleteAvtaleHandler, TerminateAvtaleHandler } from './end-avtale.js';
import { ForgetPersonHandler } from './forget-person.js';
import { GenerateIntegrationPasswordHandler } from './generate-integrasjon-password.js';
import { IndexMeldingerHandler } from './index-meldinger.js';
import { RegisterAvtaleHandler } from './register-avtale.js';
import { ShowSvarUtAccountHandler } from './show-svarut-account.js';
import { FinishSigningHandler, StartSigningHandler } from './sign-tjenestevedlegg.js';
import { TakeInForsendelserHandler } from './take-in-forsendelser.js';
import { WriteRevisjonslinjeHandler } from './write-revisjonslinje.js';

/** The handlers of commands that call a port before the domain decides, or that send several commands to the domain. */
export const useCases = [
  AttachIntegrationHandler,
  DeleteIntegrasjonHandler,
  GenerateIntegrationPasswordHandler,
  GrantTilgangHandler,
  GrantTilgangerHandler,
  RevokeTilgangHandler,
  ShowSvarUtAccountHandler,
  IndexMeldingerHandler,
  DeleteMeldingerHandler,
  ExpireMeldingerHandler,
  ForgetPersonHandler,
  StartSigningHandler,
  FinishSigningHandler,
  RegisterAvtaleHandler,
  TerminateAvtaleHandler,
  DeleteAvtaleHandler,
  TakeInForsendelserHandler,
  WriteRevisjonslinjeHandler,
];
