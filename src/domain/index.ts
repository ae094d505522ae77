import { driftsmelding } from './driftsmelding.js';
import { eiendomslenke } from './eiendomslenke.js';
import { innbygger } from './innbygger.js';
import { innsynsgjennomgang } from './innsynsgjennomgang.js';
import { innsynsmelding } from './innsynsmelding.js';
import { integration } from './integrasjon.js';
import type { EventOf } from './kernel/decider.js';
import { kommunalTjeneste } from './kommunal-tjeneste.js';
import { organisasjon } from './organisasjon.js';
import { reservation } from './reservation.js';
import { svarUt } from './svarut.js';
import { tjeneste } from './tjeneste.js';

/**
 * The aggregates that hold the setup of Min kommune, in the order of the user guide, and the auditor's reviews. The audit trail has a
 * line for every event of these, and for some deletions of messages.
 */
export const configuration = {
  organisasjon,
  tjeneste,
  integration,
  svarUt,
  kommunalTjeneste,
  eiendomslenke,
  driftsmelding,
  innsynsgjennomgang,
};

/**
 * Every aggregate: the configuration, messages to citizens (`innsynsmelding`), persons (`innbygger`), and the values that only
 * one organisation may have (`reservation`).
 */
export const domain = {
  ...configuration,
  innsynsmelding,
  innbygger,
  reservation,
};

export type Domain = typeof domain;
export type AggregateName = keyof Domain;
/** Every event of every aggregate. */
export type DomainEvent = { [A in AggregateName]: EventOf<Domain[A]> }[AggregateName];
export type EventType = DomainEvent['type'];
type Configuration = typeof configuration;
/** The event types of the configuration aggregates. */
export type ConfigurationEventType = { [A in keyof Configuration]: keyof Configuration[A]['evolve'] }[keyof Configuration];
