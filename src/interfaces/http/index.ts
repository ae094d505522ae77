import { AuditController } from './audit.controller.js';
import { AutorisasjonController } from './autorisasjon.controller.js';
import { AvtaleController } from './avtale.controller.js';
import { DevelopmentController } from './development.controller.js';
import { DriftsmeldingerController } from './driftsmeldinger.controller.js';
import { EiendomslenkerController } from './eiendomslenker.controller.js';
import { HealthController } from './health.controller.js';
import { InnbyggerController } from './innbygger.controller.js';
import { InnsynOppslagController } from './innsyn-oppslag.controller.js';
import { InnsynSokController } from './innsyn-sok.controller.js';
import { InnsynsloggController } from './innsynslogg.controller.js';
import { InnbyggereController } from './innbyggere.controller.js';
import { InnsynIndexController, InnsynsmeldingerController } from './innsyn-index.controller.js';
import { IntegrasjonerController, KonfigurerteIntegrasjonerController } from './integrasjoner.controller.js';
import { KommunaleTjenesterController } from './kommunale-tjenester.controller.js';
import { KonfigurasjonssideController } from './konfigurasjon.controller.js';
import { KonfigurasjonController, OrganisasjonerController } from './organisasjoner.controller.js';
import { SvarUtKonfigurasjonController } from './svarut-konfigurasjon.controller.js';
import { SvarUtKontoerController } from './svarut-kontoer.controller.js';

/** Every controller, in the order of the user guide. */
export const controllers = [
  KonfigurasjonController,
  OrganisasjonerController,
  AvtaleController,
  AutorisasjonController,
  KonfigurasjonssideController,
  IntegrasjonerController,
  KonfigurerteIntegrasjonerController,
  SvarUtKonfigurasjonController,
  SvarUtKontoerController,
  KommunaleTjenesterController,
  EiendomslenkerController,
  DriftsmeldingerController,
  InnbyggerController,
  InnsynsloggController,
  InnsynSokController,
  InnsynOppslagController,
  InnbyggereController,
  InnsynIndexController,
  InnsynsmeldingerController,
  AuditController,
  HealthController,
  DevelopmentController,
];
