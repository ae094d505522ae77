import type { EventType } from '../../domain/index.js';
import { meldingIdOf } from '../commands/melding-id.js';
import { tjenestenavn } from '../views/ressurs.js';
import type { Revisjonslinje, Tilknyttet } from '../views/revisjon.js';
import { changed, listed, privilege, quoted, shown, theTilganger } from '../konfigurasjon/words.js';
import type { NameOf } from './aktornavn.js';

/** A line, with what its sentence is made of. */
interface Told extends Revisjonslinje {
  /** The name of the thing in quotes, or its id when it has none. */
  readonly ting: string;
  /** The name of the person that it concerns. */
  readonly hen: string;
  /** The name of the service. */
  readonly under: string;
}

/** A field's value, in the line's values before or after. */
const valueIn = (fields: Revisjonslinje['for'], name: string): unknown => fields?.[name];
const after = ({ etter }: Told, name: string): unknown => valueIn(etter, name);
const before = ({ for: fields }: Told, name: string): unknown => valueIn(fields, name);
const shownAfter = (told: Told, name: string): string => shown(name, after(told, name));

/** The sentences that are more than the action and the name of the thing or the person. */
const sentences: { readonly [T in EventType]?: (told: Told) => string } = {
  HovedavtaleRecorded: (told) => `Registrerte hovedavtalen, signert ${shownAfter(told, 'signeringsdato')}`,
  AdministratorAppointed: (told) => `Utnevnte ${told.hen} til administrator${until(told)}`,
  AdministratorDismissed: (told) => `Fjernet ${told.hen} som administrator${because(told)}`,
  RevisorAppointed: (told) => `Utnevnte ${told.hen} til revisor${until(told)}`,
  RevisorDismissed: (told) => `Fjernet ${told.hen} som revisor${because(told)}`,
  TilgangerReviewed: (told) => `Gjennomgikk tilgangene: beholdt ${numberOf(after(told, 'beholdt'))}, fjernet ${numberOf(after(told, 'fjernet'))}`,
  TjenesteadministratorAdded: (told) => `Gjorde ${told.hen} til tjenesteadministrator for ${told.under}${until(told)}`,
  TjenesteadministratorRemoved: (told) => `Fjernet ${told.hen} som tjenesteadministrator for ${told.under}${because(told)}`,
  TjenesteAdopted: () => 'Tok Min kommune i bruk',
  TjenestevedleggSigningStarted: (told) => `Startet signering av tjenestevedlegget, versjon ${text(after(told, 'versjon'))}`,
  TjenestevedleggSigned: (told) => {
    const [versjon, dato] = [text(after(told, 'versjon')), shownAfter(told, 'signeringsdato')];
    return told.person === undefined ? `Registrerte at tjenestevedlegget, versjon ${versjon}, er signert ${dato}` : `Registrerte at ${told.hen} signerte tjenestevedlegget, versjon ${versjon}, ${dato}`;
  },
  TjenestevedleggRejected: (told) => `Registrerte at tjenestevedlegget, versjon ${text(after(told, 'versjon'))}, ble avvist`,
  TjenestevedleggTerminated: (told) => `Sa opp tjenestevedlegget, som stenger undertjenestene ${shownAfter(told, 'nedkoblingsdato')}`,
  TjenestevedleggDateCorrected: (told) => `Rettet signeringsdatoen til tjenestevedlegget til ${shownAfter(told, 'signeringsdato')}`,
  TjenestevedleggDeleted: () => 'Slettet tjenestevedlegget',
  TjenesteConfigured: (told) => `Satte ${serviceName(text(after(told, 'kode')))} som konfigurert`,
  IntegrationPasswordGenerated: ({ ting }) => `Laget nytt passord for integrasjonen ${ting}`,
  AccessGranted: (told) => `Ga ${told.ting} tilgangen ${privilege(text(after(told, 'privilegium')))} under ${told.under}${until(told)}`,
  AccessRevoked: (told) => `Tok tilgangen ${privilege(text(before(told, 'privilegium')))} fra ${told.ting} under ${told.under}${because(told)}`,
  IntegrationAttached: (told) => `La til integrasjonen ${told.ting} under ${told.under}${withPrivileges(', med ', after(told, 'tilganger'))}`,
  IntegrationDetached: (told) => `Fjernet integrasjonen ${told.ting} fra ${told.under}${withPrivileges('. Den mistet ', Object.values(told.mistet ?? {}).flat())}`,
  DocumentStorageChosen: (told) => `Valgte at dokumentene til ${told.ting} er i ${after(told, 'lagring') === 'FAGSYSTEM' ? 'fagsystemet' : 'dokumentlageret'}`,
  IntegrationDeleted: (told) => `Slettet integrasjonen ${told.ting}${lost(told.mistet)}`,
  SvarUtAccountEnabled: (told) => `Gjorde post fra SvarUt-kontoen ${text(after(told, 'kontoId'))} synlig`,
  SvarUtAccountDisabled: (told) => `Skjulte post fra SvarUt-kontoen ${text(before(told, 'kontoId'))}`,
  InnsynsloggReviewed: (told) => {
    const funn = (after(told, 'funn') ?? []) as readonly unknown[];
    return `Gjennomgikk innsynsloggen fra ${shownAfter(told, 'fra')} til ${shownAfter(told, 'til')}, med ${funn.length} funn: ${shownAfter(told, 'konklusjon')}`;
  },
  MeldingDeleted: (told) => {
    const sender = told.gjelder.navn === undefined ? 'en slettet integrasjon' : told.ting;
    return `Slettet meldingen ${meldingIdOf({ tenant: told.fiksOrg, id: told.gjelder.id }).meldingId} fra ${sender}${before(told, 'grunn') === 'GLEMT' ? ', fordi innbyggeren er glemt' : ''}`;
  },
};

/** The sentence that tells what a line's actor did, to whom and what. */
export function sentenceOf(linje: Revisjonslinje, nameOf: NameOf): string {
  const { gjelder, person, tjeneste, hendelse, handling } = linje;
  const ting = gjelder.navn === undefined ? gjelder.id : quoted(gjelder.navn);
  const told = { ...linje, ting, hen: person === undefined ? '' : nameOf(`person:${person}`), under: serviceName(tjeneste) };
  const special = sentences[hendelse];
  return special ? special(told) : `${handling} ${person === undefined ? ting : told.hen}${changes(told)}`;
}

/** The service dismisses those who are forgotten, and takes back what has a last day. */
const because = ({ principal }: Told): string => reasons[principal] ?? '';
const reasons: Readonly<Record<string, string>> = { 'system:glemming': ', fordi personen er glemt', 'system:feiing': ', fordi utløpsdatoen er passert' };
/** The last day of a tilgang. */
const until = (told: Told): string => (after(told, 'utlop') === undefined ? '' : ` til og med ${shownAfter(told, 'utlop')}`);
const numberOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
const serviceName = (kode: string): string => (tjenestenavn as Readonly<Record<string, string>>)[kode] ?? kode;
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function withPrivileges(introduction: string, held: unknown): string {
  const names = Array.isArray(held) ? theTilganger(held.map(text)) : '';
  return names === '' ? '' : `${introduction}${names}`;
}

function lost(mistet: Tilknyttet = {}): string {
  const uses = Object.entries(mistet);
  const parts = uses.map(([kode, held]) => `under ${serviceName(kode)}${withPrivileges(', med ', held)}`);
  return parts.length === 0 ? '' : `. Den var i bruk ${listed(parts)}`;
}

/** The fields that have changed, from what to what. Empty unless the line has values before and after. */
function changes({ for: from, etter: to }: Told): string {
  if (!from || !to) return '';
  const differ = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]));
  return differ.length === 0 ? '' : `: ${differ.map((name) => changed(name, from[name], to[name])).join(', ')}`;
}
