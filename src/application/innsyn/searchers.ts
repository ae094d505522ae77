import { Injectable } from '@nestjs/common';
import { refuse } from '../../domain/kernel/domain-error.js';
import { isClosed } from '../../domain/organisation-status.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { formatFiks } from '../../domain/values/matrikkelnummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import { exposure } from '../commands/exposure.js';
import { requireLevelFor } from '../commands/login-level.js';
import type { Actor, Innloggingsniva } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import { Eiendomsregister, type Eiendom, type Eier } from '../ports/eiendomsregister.js';
import { noneUnlessSetUp, NotSetUp } from '../ports/not-set-up.js';
import { Representasjon } from '../ports/representasjon.js';
import { CachedView } from '../views/cached-view.js';
import { innbyggersider, type InnbyggerView } from '../views/innbyggerside.js';
import { svarUtKontoer, type SvarUtView } from '../views/svarut.js';
import { type Searcher } from './search-access.js';

/** The role in which a citizen searches. */
export interface SearchingAs {
  /** The orgnr of the organisation that the citizen acts for. Missing: she acts for herself. */
  readonly onBehalfOf?: Organisasjonsnummer;
  /** fiksOrgIds of the organisations whose documents are searched. Missing: all. */
  readonly fiksOrgIder?: readonly string[];
}

/** A searcher, with the properties that give access to documents. */
export interface KnownSearcher extends Searcher {
  readonly eiendommer: readonly Eiendom[];
  /** Why the properties are unknown. Missing when they are known. */
  readonly utenRegister?: NotSetUp;
}

/** A person whose login has a fødselsnummer and a level. */
type Citizen = Extract<Actor, { kind: 'person' }> & { readonly fnr: Fodselsnummer; readonly innloggingsniva: Innloggingsniva };

/**
 * Resolves an actor to the access rights of a searcher. No other code decides which audiences somebody belongs to. Resolve
 * anew for each request, so that a disabled account, a sold property or a revoked role takes effect at once.
 */
@Injectable()
export class SearcherResolver {
  private readonly kontoer: CachedView<SvarUtView, readonly string[]>;
  private readonly oppsagte: CachedView<InnbyggerView, readonly InnbyggerView[]>;

  constructor(
    documents: Documents,
    private readonly clock: Clock,
    private readonly properties: Eiendomsregister,
    private readonly representation: Representasjon,
  ) {
    this.kontoer = new CachedView(documents, svarUtKontoer, (all) => all.flatMap(({ synlige }) => synlige));
    this.oppsagte = new CachedView(documents, innbyggersider, (all) => all.filter(({ stenges }) => stenges !== undefined));
  }

  /**
   * A citizen who acts for herself sees documents for her, for everybody, and for properties: her own, and those of
   * organisations that she may represent. A citizen who acts for an organisation sees documents for it, for its properties,
   * and for everybody. Without a register of properties, or of roles, she sees what needs none. Refuses (`forbidden`) an actor who is not a citizen, a login level that is too low for reading, and a
   * citizen who may not represent the organisation.
   */
  async resolve(actor: Actor, { onBehalfOf, fiksOrgIder }: SearchingAs = {}): Promise<KnownSearcher> {
    requireCitizen(actor);
    const asked = this.representation.organisationsOf(actor.fnr);
    const [kontoer, stengte, organisations] = await Promise.all([this.kontoer.value(), this.stengte(), onBehalfOf === undefined ? noneUnlessSetUp(asked) : asked]);
    if (onBehalfOf !== undefined && !organisations.some(({ orgnr }) => orgnr === onBehalfOf))
      refuse('forbidden', 'KAN_IKKE_REPRESENTERE', 'Du har ikke rettigheten i Altinn som trengs for å søke på vegne av denne virksomheten.');
    const eiere: Eier[] =
      onBehalfOf !== undefined
        ? [{ type: 'JURIDISK_PERSON', verdi: onBehalfOf }]
        : [
            { type: 'FYSISK_PERSON', verdi: actor.fnr },
            ...organisations.map(({ orgnr }): Eier => ({ type: 'JURIDISK_PERSON', verdi: orgnr })),
          ];
    const known = await this.properties.ownedBy(eiere).catch((error: unknown) => {
      if (error instanceof NotSetUp) return error;
      throw error;
    });
    const eiendommer = known instanceof NotSetUp ? [] : known;
    return {
      eksponeringer: [
        onBehalfOf !== undefined ? exposure.organisasjon(onBehalfOf) : exposure.person(actor.id),
        ...eiendommer.map(({ matrikkelnummer }) => exposure.matrikkel(formatFiks(matrikkelnummer))),
      ],
      innloggingsniva: actor.innloggingsniva,
      kontoer,
      ...(fiksOrgIder && { fiksOrgIder }),
      ...(stengte.length > 0 && { stengte }),
      now: Date.parse(this.clock.now()),
      eiendommer,
      ...(known instanceof NotSetUp && { utenRegister: known }),
    };
  }

  /** fiksOrgIds of the organisations whose undertjenester are closed now. */
  async stengte(): Promise<readonly string[]> {
    const now = this.clock.now();
    return (await this.oppsagte.value()).filter((page) => isClosed(page, now)).map(({ fiksOrgId }) => fiksOrgId);
  }
}

function requireCitizen(actor: Actor): asserts actor is Citizen {
  if (actor.kind !== 'person' || actor.fnr === undefined)
    refuse('forbidden', 'KUN_FOR_INNBYGGERE', 'Bare en innlogget innbygger kan søke i Innsyn.');
  requireLevelFor(actor, 'reading');
}
