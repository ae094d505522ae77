import { driftsmelding } from './driftsmelding.js';
import { eiendomslenke } from './eiendomslenke.js';
import { innbygger } from './innbygger.js';
import { innsynsmelding } from './innsynsmelding.js';
import { integration } from './integrasjon.js';
import type { EventOf } from './kernel/decider.js';
import { kommunalTjeneste } from './kommunal-tjeneste.js';
import { organisasjon } from './organisasjon.js';
import { svarUt } from './svarut.js';
import { tjeneste } from './tjeneste.js';

/** How organisations have set up Min kommune, in the order of the user guide: what an auditor looks into. */
export const configuration = {
  organisasjon,
  tjeneste,
  integration,
  svarUt,
  kommunalTjeneste,
  eiendomslenke,
  driftsmelding,
};

/** Every aggregate: the configuration, and what citizens find by it. */
export const domain = {
  ...configuration,
  innsynsmelding,
  innbygger,
};

export type Domain = typeof domain;
export type AggregateName = keyof Domain;
/** Everything that can have happened. */
export type DomainEvent = { [A in AggregateName]: EventOf<Domain[A]> }[AggregateName];
export type EventType = DomainEvent['type'];
type Configuration = typeof configuration;
/** What can have happened to the configuration. */
export type ConfigurationEventType = { [A in keyof Configuration]: keyof Configuration[A]['evolve'] }[keyof Configuration];
