import { AuditController } from './audit.controller.js';
import { AutorisasjonController } from './autorisasjon.controller.js';
import { AvtaleController } from './avtale.controller.js';
import { DevelopmentController } from './development.controller.js';
import { DriftsmeldingerController } from './driftsmeldinger.controller.js';
import { EiendomslenkerController } from './eiendomslenker.controller.js';
import { HealthController } from './health.controller.js';
import { InnbyggerController } from './innbygger.controller.js';
import { IntegrasjonerController, KonfigurerteIntegrasjonerController } from './integrasjoner.controller.js';
import { KommunaleTjenesterController } from './kommunale-tjenester.controller.js';
import { KonfigurasjonssideController } from './konfigurasjon.controller.js';
import { KonfigurasjonController, OrganisasjonerController } from './organisasjoner.controller.js';
import { SokController } from './sok.controller.js';
import { SokTokenController } from './sok-token.controller.js';
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
  SokTokenController,
  SokController,
  AuditController,
  HealthController,
  DevelopmentController,
];
