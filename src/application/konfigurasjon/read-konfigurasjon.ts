import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { synlighetOf } from '../../domain/driftsmelding.js';
import { parsePrivilegium, type Privilegium } from '../../domain/privilegier.js';
import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { Integrasjonsbeskrivelse } from '../../domain/values/text.js';
import { undertjenester, type Undertjeneste } from '../../domain/values/undertjeneste.js';
import { parseUuid } from '../../domain/values/uuid.js';
import { refuseMissing } from '../commands/access.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import { SvarUtAccounts } from '../ports/svarut-accounts.js';
import type { Configured } from '../views/configured.js';
import { driftsmeldinger } from '../views/driftsmelding.js';
import { eiendomslenker } from '../views/eiendomslenke.js';
import { integrasjoner, synligeIntegrasjoner, type SynligIntegrasjon } from '../views/integrasjon.js';
import { kommunaleTjenester } from '../views/kommunal-tjeneste.js';
import { isOpen, organisasjoner } from '../views/organisasjon.js';
import { ressursId } from '../views/ressurs-ids.js';
import { svarUtKontoer, svarUtSwitches } from '../views/svarut.js';
import { inForceAt, tilganger, type TilgangView } from '../views/tilgang.js';
import type { Konfigurasjon, ThingOf } from './konfigurasjon.js';

/** The views that a configuration is read from. */
export const konfigurasjonsvisninger = [organisasjoner, integrasjoner, svarUtKontoer, kommunaleTjenester, eiendomslenker, driftsmeldinger, tilganger] as const;

/** The configuration of an organisation at a moment, and what a plan against it needs to know besides. */
export interface Konfigurasjonsstand {
  readonly konfigurasjon: Konfigurasjon;
  /** The revision of each stream that a change expects, by `<aggregate>/<id>`. Also of driftsmeldinger that are over. */
  readonly revisjoner: Readonly<Record<string, string>>;
  /** The global integrations of others, attached or not, and the tilganger that they ask for. */
  readonly globale: readonly { readonly id: string; readonly navn: string; readonly forespurt: readonly Privilegium[] }[];
}

/**
 * Reads the configuration of an organisation from the views. With other documents and another moment it is the configuration of
 * that time. Checks no access. Refuses (`missing`) an organisation that is not registered.
 * @param now decides which driftsmeldinger are active or to come, and which tilganger and roles hold. The others are left out.
 */
export async function readKonfigurasjon(
  { documents, accounts }: { readonly documents: Documents; readonly accounts: SvarUtAccounts },
  fiksOrgId: string,
  now: Instant,
  { medPersoner = false }: { readonly medPersoner?: boolean } = {},
): Promise<Konfigurasjonsstand> {
  const selection = { where: { fiksOrgId }, orderBy: 'opprettet' } as const;
  const [organisation, seen, svarUt, tjenester, lenker, meldinger, held] = await Promise.all([
    documents.get(organisasjoner, fiksOrgId),
    synligeIntegrasjoner(documents, fiksOrgId, now),
    svarUtSwitches(documents, accounts, fiksOrgId),
    documents.all(kommunaleTjenester, selection),
    documents.all(eiendomslenker, selection),
    documents.all(driftsmeldinger, selection),
    medPersoner ? documents.all(tilganger, { where: { fiksOrgId, aktorType: 'PERSON' } }) : [],
  ]);
  const org = organisation?.data ?? refuseMissing();
  return {
    konfigurasjon: {
      organisasjon: { fiksOrgId: parseUuid(fiksOrgId), navn: org.navn, ...(org.kommunenr !== undefined && { kommunenummer: org.kommunenr }) },
      tjeneste: { tattIBruk: org.tattIBruk !== undefined, signert: isOpen(org, now), konfigurert: [...org.konfigurert] },
      integrasjoner: seen.filter(({ eier, tilknyttet }) => eier === fiksOrgId || tilknyttet.length > 0).map((one) => integrasjonOf(one, fiksOrgId)),
      svarUtKontoer: svarUt.data.map(({ konto: { id, navn }, synlig }) => ({ id: parseUuid(id), navn, synlig })),
      kommunaleTjenester: tjenester.map(({ data }) => thingOf(data, 'tittel', 'lenke', 'rettetMot', 'favoritt')),
      eiendomslenker: lenker.map(({ data }) => thingOf(data, 'tittel', 'mal')),
      driftsmeldinger: meldinger
        .filter(({ data }) => synlighetOf(data, now) !== 'TIDLIGERE')
        .map(({ data }) => thingOf(data, 'innhold', 'kategori', 'meldingType', 'startDato', 'sluttDato', 'url', 'urlTekst')),
      ...(medPersoner && { roller: rollerOf(fiksOrgId, held.filter(inForceAt(now)).map(({ data }) => data)) }),
    },
    revisjoner: Object.fromEntries([
      ...(['organisasjon', 'tjeneste'] as const).map((aggregate) => [`${aggregate}/${fiksOrgId}`, org.revisjoner[aggregate] ?? '-1'] as const),
      ...seen.map(({ integrasjonId, revision }) => [`integration/${integrasjonId}`, `${revision}`] as const),
      [`svarUt/${fiksOrgId}`, `${svarUt.revision}`],
      ...tjenester.map(({ data, revision }) => [`kommunalTjeneste/${data.id}`, `${revision}`] as const),
      ...lenker.map(({ data, revision }) => [`eiendomslenke/${data.id}`, `${revision}`] as const),
      ...meldinger.map(({ data, revision }) => [`driftsmelding/${data.id}`, `${revision}`] as const),
    ]),
    globale: seen
      .filter(({ eier }) => eier !== fiksOrgId)
      .map(({ integrasjonId, definisjon: { navn, forespurtePrivilegier = [] } }) => ({ id: integrasjonId, navn, forespurt: forespurtePrivilegier.map(parsePrivilegium) })),
  };
}

function integrasjonOf({ integrasjonId, eier, definisjon, lagring, tilknyttet, tilganger }: SynligIntegrasjon, fiksOrgId: string): ThingOf<'integrasjoner'> {
  const { navn, beskrivelse, autorisertOrgnr } = definisjon;
  return {
    id: parseUuid(integrasjonId),
    navn,
    ...(eier === fiksOrgId
      ? { ...(beskrivelse !== undefined && { beskrivelse: beskrivelse as Integrasjonsbeskrivelse }), autorisertOrgnr: autorisertOrgnr as Organisasjonsnummer }
      : { global: true as const }),
    ...(lagring !== undefined && { lagring }),
    undertjenester: undertjenester.filter((one) => tilknyttet.includes(one)),
    tilganger: tilganger.map(({ privilegium }) => parsePrivilegium(privilegium)).sort(),
    utlop: lastDaysOf(tilganger, ({ privilegium }) => privilegium),
  };
}

/** The last days of those that have one, in the order of their keys. */
const lastDaysOf = <T extends { readonly utlop?: string }>(held: readonly T[], keyOf: (one: T) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(held.flatMap((one) => (one.utlop === undefined ? [] : [[keyOf(one), one.utlop] as const])).sort());

/** The fields of a thing in this order, whatever the order in which the store keeps them. */
const thingOf = <D extends Configured, F extends keyof D>(thing: D, ...fields: readonly F[]) => ({
  id: parseUuid(thing.id),
  ...(Object.fromEntries(fields.flatMap((field) => (thing[field] === undefined ? [] : [[field, thing[field]]]))) as Pick<D, F>),
});

/** The roles by the tilganger that persons hold. */
function rollerOf(fiksOrgId: string, held: readonly TilgangView[]): NonNullable<Konfigurasjon['roller']> {
  const holders = (privilegium: 'ADMIN' | 'REVISOR', ressurs = fiksOrgId) => held.filter((one) => one.privilegium === privilegium && one.ressurs === ressurs);
  const under = (undertjeneste: Undertjeneste) => holders('ADMIN', ressursId(fiksOrgId, undertjeneste));
  const references = (role: readonly TilgangView[]) => role.map(({ aktor }) => aktor as PersonId).sort();
  const lastDays = (role: readonly TilgangView[]) => lastDaysOf(role, ({ aktor }) => aktor);
  return {
    administratorer: references(holders('ADMIN')),
    revisorer: references(holders('REVISOR')),
    tjenesteadministratorer: { INNSYN: references(under('INNSYN')), KOMMUNALE_TJENESTER: references(under('KOMMUNALE_TJENESTER')), MINE_EIENDOMMER: references(under('MINE_EIENDOMMER')) },
    utlop: {
      administratorer: lastDays(holders('ADMIN')),
      revisorer: lastDays(holders('REVISOR')),
      tjenesteadministratorer: { INNSYN: lastDays(under('INNSYN')), KOMMUNALE_TJENESTER: lastDays(under('KOMMUNALE_TJENESTER')), MINE_EIENDOMMER: lastDays(under('MINE_EIENDOMMER')) },
    },
  };
}

/** The present configuration of an organisation. Refused unless the actor may read it. */
export class GetKonfigurasjonsstand extends Query<Konfigurasjonsstand & { readonly posisjon: bigint; readonly tidspunkt: Instant }> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
    readonly medPersoner: boolean,
  ) {
    super();
  }
}

@QueryHandler(GetKonfigurasjonsstand)
export class GetKonfigurasjonsstandHandler implements IQueryHandler<GetKonfigurasjonsstand> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly accounts: SvarUtAccounts,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, fiksOrgId, medPersoner }: GetKonfigurasjonsstand) {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    // Positions before documents, so that the documents are at least as new.
    const positions = await Promise.all(konfigurasjonsvisninger.map((view) => this.documents.position(view)));
    const tidspunkt = this.clock.now();
    const stand = await readKonfigurasjon({ documents: this.documents, accounts: this.accounts }, fiksOrgId, tidspunkt, { medPersoner });
    return { ...stand, posisjon: positions.reduce((least, one) => (one < least ? one : least)), tidspunkt };
  }
}
