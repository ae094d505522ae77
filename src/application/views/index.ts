import type { AnyProjection } from '../ports/projection.js';
import {
  CheckAutorisasjonHandler,
  CountTilgangerHandler,
  ListSynligeRessurserHandler,
  SearchAutorisasjonerHandler,
  SearchRessurserHandler,
  SearchTilgangerHandler,
} from './autorisasjon.js';
import { GetConfiguredHandler, ListConfiguredHandler } from './configured.js';
import { driftsmeldinger } from './driftsmelding.js';
import { eiendomslenker, PreviewEiendomslenkeHandler } from './eiendomslenke.js';
import { GetInnbyggersideHandler, innbyggersider, PreviewInnbyggersideHandler } from './innbyggerside.js';
import { innsynsgjennomganger } from './innsynsgjennomgang.js';
import { CountMeldingerHandler, innsynsmeldinger, ListMeldingerHandler } from './innsynsmelding.js';
import {
  GetIntegrasjonHandler,
  integrasjoner,
  ListIntegrasjonerHandler,
  ListIntegrasjonsvalgHandler,
  LocateIntegrasjonHandler,
} from './integrasjon.js';
import { kommunaleTjenester } from './kommunal-tjeneste.js';
import {
  FindHovedavtaleHandler,
  FindSignertAvtaleHandler,
  FindOrganisasjonerHandler,
  GetOrganisasjonHandler,
  ListKunderHandler,
  ListOrganisasjonerHandler,
  ListSynligeOrganisasjonerHandler,
  organisasjoner,
} from './organisasjon.js';
import { ListPersonerHandler } from './personer.js';
import { ressurser } from './ressurs.js';
import { revisjon, SearchRevisjonHandler } from './revisjon.js';
import { GetSvarUtAccountHandler, GetSvarUtOrganisationHandler, ListSvarUtAccountsHandler, ListSvarUtSwitchesHandler, svarUtKontoer } from './svarut.js';
import { GetRessursHandler, tilganger } from './tilgang.js';

/** All views that the pump updates from the log. */
export const projections: readonly AnyProjection[] = [
  organisasjoner,
  ressurser,
  tilganger,
  integrasjoner,
  svarUtKontoer,
  kommunaleTjenester,
  eiendomslenker,
  driftsmeldinger,
  innbyggersider,
  innsynsgjennomganger,
  innsynsmeldinger,
  revisjon,
];

/** The handlers of all queries on the views. */
export const queryHandlers = [
  GetConfiguredHandler,
  ListConfiguredHandler,
  GetOrganisasjonHandler,
  FindHovedavtaleHandler,
  FindSignertAvtaleHandler,
  FindOrganisasjonerHandler,
  ListKunderHandler,
  ListOrganisasjonerHandler,
  ListSynligeOrganisasjonerHandler,
  GetRessursHandler,
  SearchRessurserHandler,
  ListSynligeRessurserHandler,
  CountTilgangerHandler,
  CheckAutorisasjonHandler,
  SearchAutorisasjonerHandler,
  SearchTilgangerHandler,
  ListIntegrasjonerHandler,
  ListIntegrasjonsvalgHandler,
  LocateIntegrasjonHandler,
  GetIntegrasjonHandler,
  ListPersonerHandler,
  ListSvarUtSwitchesHandler,
  ListSvarUtAccountsHandler,
  GetSvarUtAccountHandler,
  GetSvarUtOrganisationHandler,
  PreviewEiendomslenkeHandler,
  GetInnbyggersideHandler,
  PreviewInnbyggersideHandler,
  CountMeldingerHandler,
  ListMeldingerHandler,
  SearchRevisjonHandler,
];
