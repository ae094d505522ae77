import { DriftController } from './drift/drift.controller.js';
import { HealthController } from './drift/health.controller.js';
import { AutorisasjonController } from './forvaltning/autorisasjon.controller.js';
import { AvtaleController, SigneringerController } from './forvaltning/avtale.controller.js';
import { DriftsmeldingerController } from './forvaltning/driftsmelding.controller.js';
import { EiendomslenkerController } from './forvaltning/eiendomslenke.controller.js';
import { HendelsesstromController } from './forvaltning/hendelsesstrom.controller.js';
import { IntegrasjonerController, KonfigurerteIntegrasjonerController } from './forvaltning/integrasjon.controller.js';
import { KommunaleTjenesterController } from './forvaltning/kommunal-tjeneste.controller.js';
import { KonfigurasjonController } from './forvaltning/konfigurasjon.controller.js';
import { KonfigurasjonsfilController, KonfigurasjonssideController } from './forvaltning/konfigurasjonsside.controller.js';
import { LenkekontrollController } from './forvaltning/lenkekontroll.controller.js';
import { OrganisasjonerController } from './forvaltning/organisasjon.controller.js';
import { SvarUtKonfigurasjonController, SvarUtKontoerController } from './forvaltning/svarut-konto.controller.js';
import { InnbyggereController } from './innbygger/glem.controller.js';
import { ForhandsvisningController, InnbyggerController } from './innbygger/innbyggerside.controller.js';
import { EgenIntegrasjonController } from './innsyn/egen-integrasjon.controller.js';
import { InnloggingController } from './innlogging/innlogging.controller.js';
import { InnsynIndexController } from './innsyn/innsyn-index.controller.js';
import { InnsynOppslagController } from './innsyn/innsyn-oppslag.controller.js';
import { InnsynSokController } from './innsyn/innsyn-sok.controller.js';
import { InnsynsloggController } from './innsyn/innsynslogg.controller.js';
import { InnsynsmeldingerController } from './innsyn/innsynsmelding.controller.js';
import { InnsynStatsController } from './innsyn/innsyn-stats.controller.js';
import { MatrikkelController } from './matrikkel/matrikkel.controller.js';
import { MegController } from './innlogging/meg.controller.js';
import { OpplysningerController } from './innlogging/opplysninger.controller.js';
import { AuditIndexController } from './revisjon/audit-index.controller.js';
import { AuditController } from './revisjon/audit.controller.js';
import { BevisController } from './revisjon/bevis.controller.js';
import { RevisjonHendelserController } from './revisjon/hendelser.controller.js';
import { InnsynsrevisjonController } from './revisjon/innsynsrevisjon.controller.js';
import { TidsreiseController } from './revisjon/tidsreise.controller.js';
import { SokTokenController } from './sok/sok-token.controller.js';
import { SokController } from './sok/sok.controller.js';
import { TilgangerController } from './tilgang/tilgang.controller.js';

/** All controllers, in the order of the user guide; the OpenAPI document lists them in this order. */
export const controllers = [
  MegController,
  OpplysningerController,
  KonfigurasjonController,
  OrganisasjonerController,
  AvtaleController,
  SigneringerController,
  AutorisasjonController,
  TilgangerController,
  KonfigurasjonssideController,
  KonfigurasjonsfilController,
  HendelsesstromController,
  IntegrasjonerController,
  KonfigurerteIntegrasjonerController,
  EgenIntegrasjonController,
  SvarUtKonfigurasjonController,
  SvarUtKontoerController,
  KommunaleTjenesterController,
  EiendomslenkerController,
  DriftsmeldingerController,
  ForhandsvisningController,
  LenkekontrollController,
  InnbyggerController,
  InnsynsloggController,
  InnsynSokController,
  InnsynOppslagController,
  SokTokenController,
  SokController,
  InnbyggereController,
  InnsynIndexController,
  InnsynStatsController,
  InnsynsmeldingerController,
  MatrikkelController,
  AuditController,
  AuditIndexController,
  RevisjonHendelserController,
  InnsynsrevisjonController,
  BevisController,
  TidsreiseController,
  HealthController,
  DriftController,
  InnloggingController,
];
