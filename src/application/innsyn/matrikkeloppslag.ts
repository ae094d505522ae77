import { Injectable } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { v4 as uuidv4 } from 'uuid';
import { DomainError, refuse } from '../../domain/kernel/domain-error.js';
import { requireOpen } from '../../domain/organisation-status.js';
import type { Privilegium } from '../../domain/privilegier.js';
import { formatFiks, type Matrikkelnummer } from '../../domain/values/matrikkelnummer.js';
import type { Uuid } from '../../domain/values/uuid.js';
import { LastUse } from '../commands/last-use.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { Clock } from '../ports/clock.js';
import { Eiendomsregister, type Eiendom, type Eier } from '../ports/eiendomsregister.js';
import { Innsynslogg, type Innsynslinje } from '../ports/innsynslogg.js';
import { Persons } from '../ports/persons.js';
import type { ViaIntegrasjon } from './innsyn.js';

/** The integration that looks up in the matrikkel, and the organisation that it looks up for. */
export interface Oppslagssporsmal extends ViaIntegrasjon {
  readonly fiksOrgId: Uuid;
}

/** A property and its owners, each named once. */
export interface EiereAvEiendom {
  readonly matrikkelnummer: Matrikkelnummer;
  readonly eiere: readonly Eier[];
}

/** The properties of an owner. Refused (`forbidden`) unless the organisation has given the integration the tilgang. */
export class FindEiendommer extends Query<readonly Eiendom[]> {
  constructor(
    readonly sporsmal: Oppslagssporsmal,
    readonly eier: Eier,
  ) {
    super();
  }
}

/** The owners of properties. Properties that the register does not know are left out. Refused as `FindEiendommer` is. */
export class FindEiere extends Query<readonly EiereAvEiendom[]> {
  constructor(
    readonly sporsmal: Oppslagssporsmal,
    readonly numre: readonly Matrikkelnummer[],
  ) {
    super();
  }
}

/** Its name in KS Fiks: "søke i matrikkelen". */
const requiredPrivilegium: Privilegium = 'MATRIKKEL.QUERY';

/** The access rule of lookups in the matrikkel, and their lines in the innsynslogg. */
@Injectable()
export class Matrikkeloppslag {
  constructor(
    private readonly organisations: OrganisationStatusReader,
    private readonly persons: Persons,
    private readonly log: Innsynslogg,
    private readonly clock: Clock,
    private readonly lastUse: LastUse,
  ) {}

  /** Reads the tilgang and the agreement from the log, so that it takes effect at once when one is taken back. */
  async requireTilgang({ integrasjonId, fiksOrgId }: Oppslagssporsmal): Promise<void> {
    const organisation = await this.organisations.read(fiksOrgId, { kind: 'integrasjon', id: integrasjonId });
    if (!organisation.integrationHolds(integrasjonId, requiredPrivilegium))
      refuse('forbidden', 'MANGLER_TILGANG', 'Integrasjonen mangler tilgangen «søke i matrikkelen» i organisasjonen.');
    requireOpen({ organisation, now: this.clock.now() });
    this.lastUse.note({ fiksOrgId, aktor: integrasjonId, omrade: 'MINE_EIENDOMMER', privilegium: requiredPrivilegium });
  }

  /**
   * Writes one line for each person among the owners, in one statement. Creates person references for those that have none, so
   * that they can read the line later. Companies have no innsynslogg. A refused lookup names no organisation.
   */
  async writeLog(
    { fiksOrgId, ...via }: Oppslagssporsmal,
    eiere: readonly Eier[],
    { sok, resultat }: Pick<Innsynslinje, 'sok' | 'resultat'>,
  ): Promise<void> {
    const fnrs = eiere.flatMap((eier) => (eier.type === 'FYSISK_PERSON' ? [eier.verdi] : []));
    if (fnrs.length === 0) return;
    const ids = new Set((await this.persons.identifyMany(fnrs)).values());
    const fiksOrgIder = resultat === 'AVSLATT' ? [] : [fiksOrgId];
    const tidspunkt = this.clock.now();
    await this.log.writeAll([...ids].map((innbygger) => ({ id: uuidv4() as Uuid, innbygger, tidspunkt, fiksOrgIder, sok, resultat, ...via })));
  }
}

@QueryHandler(FindEiendommer)
export class FindEiendommerHandler implements IQueryHandler<FindEiendommer> {
  constructor(
    private readonly oppslag: Matrikkeloppslag,
    private readonly register: Eiendomsregister,
  ) {}

  async execute({ sporsmal, eier }: FindEiendommer): Promise<readonly Eiendom[]> {
    const note = (resultat: Innsynslinje['resultat']) => this.oppslag.writeLog(sporsmal, [eier], { sok: 'matrikkel/finn-eiendommer', resultat });
    try {
      await this.oppslag.requireTilgang(sporsmal);
    } catch (error) {
      if (error instanceof DomainError) await note('AVSLATT');
      throw error;
    }
    const found = await this.register.ownedBy([eier]);
    await note(found.length > 0 ? 'OK' : 'TOMT');
    return found;
  }
}

@QueryHandler(FindEiere)
export class FindEiereHandler implements IQueryHandler<FindEiere> {
  constructor(
    private readonly oppslag: Matrikkeloppslag,
    private readonly register: Eiendomsregister,
  ) {}

  async execute({ sporsmal, numre }: FindEiere): Promise<readonly EiereAvEiendom[]> {
    // A refused lookup is about nobody, because the register is not asked.
    await this.oppslag.requireTilgang(sporsmal);
    const distinct = new Map(numre.map((nummer) => [formatFiks(nummer), nummer]));
    const found = (await this.register.find([...distinct.values()])).map(({ eiendom, eierandeler }) => ({
      matrikkelnummer: eiendom.matrikkelnummer,
      eiere: [...new Map(eierandeler.map(({ eier }) => [eier.verdi, eier])).values()],
    }));
    const eiere = found.flatMap((one) => one.eiere);
    await this.oppslag.writeLog(sporsmal, eiere, { sok: 'matrikkel/finn-eiere', resultat: 'OK' });
    return found;
  }
}
