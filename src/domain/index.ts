import { driftsmelding } from './driftsmelding.js';
import { eiendomslenke } from './eiendomslenke.js';
import { integration } from './integration.js';
import type { EventOf } from './kernel/decider.js';
import { kommunalTjeneste } from './kommunal-tjeneste.js';
import { organisasjon } from './organisasjon.js';
import { svarUt } from './svar-ut.js';
import { tjeneste } from './tjeneste.js';

/** Every aggregate, in the order of the user guide. */
export const domain = {
  organisasjon,
  tjeneste,
  integration,
  svarUt,
  kommunalTjeneste,
  eiendomslenke,
  driftsmelding,
};

export type Domain = typeof domain;
export type AggregateName = keyof Domain;
/** Everything that can have happened. */
export type DomainEvent = { [A in AggregateName]: EventOf<Domain[A]> }[AggregateName];
export type EventType = DomainEvent['type'];
