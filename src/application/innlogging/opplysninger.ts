import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import pLimit from 'p-limit';
import { undertjenester } from '../../domain/values/undertjeneste.js';
import { refuseMissing } from '../commands/access.js';
import { exposure } from '../commands/exposure.js';
import { SisteBruk } from '../commands/last-use.js';
import { requireLevelFor, requireOwnLogin } from '../commands/login-level.js';
import { meldingStream } from '../commands/melding-id.js';
import { ListEgenInnsynslogg } from '../innsyn/egen-innsynslogg.js';
import { Oversikter, type Oversikt } from '../innsyn/oversikt.js';
import { openMetadata } from '../innsyn/sealing.js';
import { actorReference, type Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents, type Document, type Selection } from '../ports/documents.js';
import { EventStore } from '../ports/event-store.js';
import { Persons } from '../ports/persons.js';
import { Lesinger, type Lesing } from '../revisjon/lesinger.js';
import { Sessions } from './sessions.js';
import type { Projection, Recorded } from '../ports/projection.js';
import { SubjectKeys, type SubjectKey } from '../ports/subject-keys.js';
import { innsynsmeldinger, type InnsynsmeldingView } from '../views/innsynsmelding.js';
import { ressursId } from '../views/ressurs-ids.js';
import { revisjon, type RevisjonView } from '../views/revisjon.js';
import { tilganger } from '../views/tilgang.js';

/** One part of what is held about a person. Its entries are read as they are asked for. */
export interface Opplysningsdel {
  readonly navn: 'meg' | 'tilganger' | 'meldinger' | 'innsynslogg' | 'hendelser' | 'lesinger' | 'innlogginger';
  /** The heading, in Norwegian. */
  readonly tittel: string;
  readonly poster: () => AsyncIterable<object>;
}

type Person = Extract<Actor, { kind: 'person' }>;

/** The entries that are in memory at a time. */
const pageSize = 100;
const maxConcurrentReads = 8;

/** A copy of all that the database holds about a person, for her alone (GDPR 15 and 20). Reads in parts, so that memory does not grow with it. */
@Injectable()
export class Opplysninger {
  constructor(
    private readonly persons: Persons,
    private readonly documents: Documents,
    private readonly store: EventStore,
    private readonly keys: SubjectKeys,
    private readonly sisteBruk: SisteBruk,
    private readonly readings: Lesinger,
    private readonly sessions: Sessions,
    private readonly oversikter: Oversikter,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  /**
   * The parts, in the order of the copy. Refused (`missing`) for others than persons, and (`forbidden`) on a lower level than 4,
   * because a message may need that, and to a virksomhet's system.
   */
  async about(actor: Actor): Promise<{ readonly laget: string; readonly deler: readonly Opplysningsdel[] }> {
    if (actor.kind !== 'person') return refuseMissing();
    requireLevelFor(actor, 'command');
    requireOwnLogin(actor);
    const oversikt = await this.oversikter.now();
    return {
      laget: this.clock.now(),
      deler: [
        { navn: 'meg', tittel: 'Deg', poster: () => this.herself(actor) },
        { navn: 'tilganger', tittel: 'Rollene dine', poster: () => this.roles(actor, oversikt) },
        { navn: 'meldinger', tittel: 'Meldinger til deg', poster: () => this.messages(actor, oversikt) },
        { navn: 'innsynslogg', tittel: 'Søk og oppslag andre har gjort om deg', poster: () => this.lookups(actor) },
        { navn: 'hendelser', tittel: 'Det du har gjort i en rolle, og det andre har gjort med rollene dine', poster: () => this.deeds(actor, oversikt) },
        { navn: 'lesinger', tittel: 'Det du har lest i revisjonen av organisasjoner', poster: () => this.read(actor, oversikt) },
        { navn: 'innlogginger', tittel: 'Innloggingene dine i nettlesere', poster: () => this.logins(actor) },
      ],
    };
  }

  private async *herself({ id, fnr }: Person): AsyncIterable<object> {
    const [names, kommunenummer, visits] = await Promise.all([this.persons.names([id]), this.persons.chosenKommune(id), this.persons.visits(id)]);
    const navn = names.get(id);
    yield {
      referanse: id,
      ...(fnr !== undefined && { fodselsnummer: fnr }),
      ...(navn !== undefined && { navn }),
      ...(kommunenummer !== undefined && { valgtKommune: kommunenummer }),
      ...(visits.length > 0 && { sisteBesok: visits }),
    };
  }

  private async *roles({ id }: Person, oversikt: Oversikt): AsyncIterable<object> {
    for (const { data } of await this.documents.all(tilganger, { where: { aktor: id } })) {
      const { fiksOrgId, privilegium, ressurs, gitt, utlop, gjennomgatt } = data;
      const undertjeneste = undertjenester.find((one) => ressursId(fiksOrgId, one) === ressurs);
      const brukt = (await this.sisteBruk.of(fiksOrgId)).find((one) => one.aktor === id && one.privilegium === privilegium && one.omrade === (undertjeneste ?? 'ORGANISASJON'));
      yield {
        organisasjon: oversikt.organisasjon(fiksOrgId).visningsnavn,
        rolle: privilegium,
        ...(undertjeneste !== undefined && { undertjeneste }),
        ...(gitt !== undefined && { gitt }),
        ...(utlop !== undefined && { sisteDag: utlop }),
        ...(gjennomgatt && { sistGjennomgatt: gjennomgatt.dag }),
        ...(brukt && { sistBrukt: brukt.dag }),
      };
    }
  }

  private async *messages({ id }: Person, oversikt: Oversikt): AsyncIterable<object> {
    const subject = exposure.person(id);
    const key = (await this.keys.find([subject])).get(subject);
    if (!key) return;
    const atOnce = pLimit(maxConcurrentReads);
    for await (const page of this.inPages<InnsynsmeldingView>(innsynsmeldinger, { eksponertFor: subject })) {
      const shown = await atOnce.map(page, ({ data }) => this.message(data, key, oversikt));
      yield* shown.filter((one) => one !== undefined);
    }
  }

  /** A message with its content; undefined when it has been deleted meanwhile. */
  private async message(view: InnsynsmeldingView, key: SubjectKey, oversikt: Oversikt): Promise<object | undefined> {
    const stream = meldingStream(view);
    for await (const event of this.store.readStream(stream, { direction: 'backwards', limit: 1 })) {
      if (event.type !== 'MeldingIndexed') return undefined;
      const { data } = event as Recorded<'MeldingIndexed'>;
      return {
        fra: oversikt.organisasjon(view.fiksOrgId).visningsnavn,
        meldingId: view.meldingId,
        type: data.versjon,
        mottatt: event.metadata.time,
        sikkerhetsniva: data.sikkerhetsniva,
        ...(data.eksternRef !== undefined && { referanse: data.eksternRef }),
        ...(data.tilgjengeligTil !== undefined && { tilgjengeligTil: data.tilgjengeligTil }),
        innhold: openMetadata(stream, data, key),
      };
    }
    return undefined;
  }

  private async *lookups(actor: Person): AsyncIterable<object> {
    for (let fra = 0; ; fra += pageSize) {
      const { linjer } = await this.queries.execute(new ListEgenInnsynslogg(actor, { fra, antall: pageSize }));
      for (const { tidspunkt, integrasjon, organisasjoner, antallOrganisasjoner, sok, formal, resultat, onBehalfOf } of linjer)
        yield {
          tidspunkt,
          integrasjon: integrasjon.navn ?? integrasjon.id,
          organisasjoner: organisasjoner.map(({ visningsnavn }) => visningsnavn),
          antallOrganisasjoner,
          sok,
          formal,
          resultat,
          ...(onBehalfOf !== undefined && { paVegneAv: onBehalfOf }),
        };
      if (linjer.length < pageSize) return;
    }
  }

  private async *deeds(actor: Person, oversikt: Oversikt): AsyncIterable<object> {
    const reference = actorReference(actor);
    const isHers = ({ principal, onBehalfOf }: RevisjonView) => principal === reference || onBehalfOf === reference;
    // A line comes with the first of the three that finds it.
    const finds: readonly (readonly [Selection<RevisjonView>['where'], (line: RevisjonView) => boolean])[] = [
      [{ principal: reference }, () => false],
      [{ onBehalfOf: reference }, ({ principal }) => principal === reference],
      [{ person: actor.id }, isHers],
    ];
    for (const [where, hasCome] of finds)
      for await (const page of this.inPages<RevisjonView>(revisjon, where))
        for (const { data } of page) {
          if (hasCome(data)) continue;
          const { tidspunkt, handling, fiksOrg = '', gjelder } = data;
          yield { tidspunkt, handling, organisasjon: oversikt.organisasjon(fiksOrg).visningsnavn, ...(gjelder?.navn !== undefined && { gjelder: gjelder.navn }), avDeg: isHers(data) };
        }
  }

  private async *read(actor: Person, oversikt: Oversikt): AsyncIterable<object> {
    for (let beyond: Lesing | undefined; ; ) {
      const page: readonly Lesing[] = await this.readings.of(actorReference(actor), pageSize, beyond);
      for (const { tidspunkt, fiksOrg, omrade, filtre, fra, til } of page)
        yield { tidspunkt, organisasjon: oversikt.organisasjon(fiksOrg).visningsnavn, omrade, filtre, ...(fra !== undefined && { fra }), ...(til !== undefined && { til }) };
      if (page.length < pageSize) return;
      beyond = page.at(-1);
    }
  }

  private async *logins({ id }: Person): AsyncIterable<object> {
    for (const { session, opprettet, sistBrukt } of await this.sessions.of(id))
      yield { porten: session.porten, innlogget: opprettet, sistBrukt, ...(session.representerer && { representerer: session.representerer }) };
  }

  /** The documents in the order of the log, in pages. */
  private async *inPages<D extends object>(view: Projection<D>, where: Selection<D>['where']): AsyncIterable<readonly Document<D>[]> {
    for (let after: bigint | undefined; ; ) {
      const { documents } = await this.documents.find(view, { ...(where && { where }), ...(after !== undefined && { positions: { after } }), limit: pageSize, skipCount: true });
      if (documents.length > 0) yield documents;
      if (documents.length < pageSize) return;
      after = documents.at(-1)!.position;
    }
  }
}
