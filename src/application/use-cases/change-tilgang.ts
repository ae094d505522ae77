import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import type { Domain } from '../../domain/index.js';
import type { CommandOf } from '../../domain/kernel/decider.js';
import { DomainError, refuse } from '../../domain/kernel/domain-error.js';
import { refuseDependentRevisor } from '../../domain/organisation-status.js';
import { parsePrivilegium, type Privilegium } from '../../domain/privilegier.js';
import type { Bestilling, Inndragning } from '../../domain/utlop.js';
import { undertjenester } from '../../domain/values/undertjeneste.js';
import { findAktor, identifyAktor, randomReference, type Aktor, type AktorReference } from '../commands/aktor.js';
import { commandIdNamespace, type CommandRequest } from '../commands/decision.js';
import { earlierResult, Execute, Rehearse, type AnyExecute, type Executed } from '../commands/execute.js';
import { StreamCache } from '../commands/stream-cache.js';
import { Documents } from '../ports/documents.js';
import { Persons } from '../ports/persons.js';
import { requireUndertjeneste, ressurser, type RessursView } from '../views/ressurs.js';
import { ressursId } from '../views/ressurs-ids.js';
import { GetRessurs, type TilgangView } from '../views/tilgang.js';

/** The result of a grant, and the id of the aktor: a person's reference or an integration's id. */
export interface Granted extends Executed {
  readonly aktorId: string;
}

/**
 * Grants an aktor a tilgang on a resource, or changes its last day. Creates a person reference for a fødselsnummer that has none.
 * A refused grant creates none.
 */
export class GrantTilgang extends Command<Granted> {
  constructor(
    readonly ressursId: string,
    readonly aktor: AktorReference,
    readonly privilegium: Privilegium,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
    readonly bestilling: Bestilling = {},
  ) {
    super();
  }
}

/**
 * Grants several tilganger on one resource, in order. Rehearses all of them first, so that a request with one that would be
 * refused grants none. When another request intervenes it may grant some; repeating it then grants the rest.
 */
export class GrantTilganger extends Command<readonly Granted[]> {
  constructor(
    readonly ressursId: string,
    readonly requests: readonly { readonly aktor: AktorReference; readonly privilegium: Privilegium }[],
    readonly request: CommandRequest,
  ) {
    super();
  }
}

/**
 * Revokes a tilgang on a resource from an aktor. Returns undefined, and changes nothing, for a fødselsnummer that has no
 * person reference.
 */
export class RevokeTilgang extends Command<Executed | undefined> {
  constructor(
    readonly ressursId: string,
    readonly aktor: AktorReference,
    readonly privilegium: Privilegium,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(GrantTilgang)
export class GrantTilgangHandler implements ICommandHandler<GrantTilgang> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly persons: Persons,
  ) {}

  async execute(command: GrantTilgang): Promise<Granted> {
    const { ressurs } = await this.queries.execute(new GetRessurs(command.request.actor, command.ressursId));
    const message = (aktor: Aktor) => messageFor(granting, command, ressurs, aktor, command.bestilling);
    const aktor = await identifyAktor(this.persons, command.aktor, async (unknown) => {
      await this.commands.execute(new Rehearse(message(unknown)));
    });
    return { ...(await this.commands.execute(message(aktor))), aktorId: aktor.id };
  }
}

@CommandHandler(GrantTilganger)
export class GrantTilgangerHandler implements ICommandHandler<GrantTilganger> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly persons: Persons,
  ) {}

  async execute({ ressursId, requests, request }: GrantTilganger): Promise<readonly Granted[]> {
    const { ressurs } = await this.queries.execute(new GetRessurs(request.actor, ressursId));
    const grants = requests.map(({ aktor, privilegium }, nth) => {
      const commandId = uuidv5(`${request.commandId}/${nth}`, commandIdNamespace);
      return new GrantTilgang(ressursId, aktor, privilegium, { ...request, commandId });
    });
    const rehearsed: { readonly grant: GrantTilgang; readonly known: Aktor | undefined }[] = [];
    for (const grant of grants) {
      const known = await findAktor(this.persons, grant.aktor);
      await this.commands.execute(new Rehearse(messageFor(granting, grant, ressurs, known ?? { kind: 'PERSON', id: randomReference() })));
      rehearsed.push({ grant, known });
    }
    // Each was rehearsed on the state before all of them.
    const withRole = (role: Privilegium) => rehearsed.filter(({ grant }) => grant.privilegium === role).map(({ grant, known }) => known?.id ?? JSON.stringify(grant.aktor));
    const auditors = new Set(withRole('REVISOR'));
    if (withRole('ADMIN').some((aktor) => auditors.has(aktor))) refuseDependentRevisor();
    const granted: Granted[] = [];
    for (const { grant, known } of rehearsed) {
      const aktor = known ?? (await identifyAktor(this.persons, grant.aktor, () => Promise.resolve()));
      granted.push({ ...(await this.commands.execute(messageFor(granting, grant, ressurs, aktor))), aktorId: aktor.id });
    }
    return granted;
  }
}

@CommandHandler(RevokeTilgang)
export class RevokeTilgangHandler implements ICommandHandler<RevokeTilgang> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly persons: Persons,
    private readonly documents: Documents,
    private readonly streams: StreamCache,
  ) {}

  async execute(command: RevokeTilgang): Promise<Executed | undefined> {
    try {
      const { ressurs } = await this.queries.execute(new GetRessurs(command.request.actor, command.ressursId));
      const aktor = await findAktor(this.persons, command.aktor);
      return aktor && (await this.commands.execute(messageFor(revoking, command, ressurs, aktor)));
    } catch (refusal) {
      const earlier = refusal instanceof DomainError && (await this.earlier(command));
      if (earlier) return earlier;
      throw refusal;
    }
  }

  /** The result of the same revocation, when this one repeats it. */
  private async earlier({ ressursId: id, aktor: reference, ...command }: RevokeTilgang): Promise<Executed | undefined> {
    const [ressurs, aktor] = await Promise.all([this.documents.get(ressurser, id), findAktor(this.persons, reference)]);
    if (!ressurs || !aktor) return undefined;
    const message = unlessRefused(() => messageFor(revoking, command, ressurs.data, aktor));
    return message && earlierResult(this.streams, message);
  }
}

/** The outcome of some work; undefined when it is refused. */
function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** The command that takes a tilgang from its holder. With `utlop` only when it ends on that day. */
export function revocationOf({ aktor, aktorType, privilegium, ressurs, fiksOrgId }: Pick<TilgangView, 'aktor' | 'aktorType' | 'privilegium' | 'ressurs' | 'fiksOrgId'>, request: CommandRequest, inndragning: Inndragning = {}): AnyExecute {
  const type = undertjenester.find((one) => ressursId(fiksOrgId, one) === ressurs) ?? 'ORGANISASJON';
  const holder = { kind: aktorType, id: aktor } as Aktor;
  return messageFor(revoking, { privilegium: parsePrivilegium(privilegium), request }, { fiksOrgId, type }, holder, inndragning);
}

/** The command types, by the aggregate that holds the tilgang, and in an organisation by the privilege. */
const granting = {
  integration: 'GrantAccess',
  organisasjon: { ADMIN: 'AppointAdministrator', REVISOR: 'AppointRevisor' },
  tjeneste: 'AddTjenesteadministrator',
} as const;
const revoking = {
  integration: 'RevokeAccess',
  organisasjon: { ADMIN: 'DismissAdministrator', REVISOR: 'DismissRevisor' },
  tjeneste: 'RemoveTjenesteadministrator',
} as const;

/**
 * Makes the command to the aggregate that holds the tilgang: the integration, the organisation or its tjeneste. Refuses
 * (`conflict`) a privilege other than ADMIN and REVISOR for a person, REVISOR below the organisation, and a tilgang for an
 * integration outside an undertjeneste.
 */
function messageFor(
  types: typeof granting | typeof revoking,
  { privilegium, request, expectedRevision }: Pick<GrantTilgang | RevokeTilgang, 'privilegium' | 'request' | 'expectedRevision'>,
  { fiksOrgId, type }: Pick<RessursView, 'fiksOrgId' | 'type'>,
  aktor: Aktor,
  utlop: Bestilling | Inndragning = {},
): AnyExecute {
  if (aktor.kind === 'INTEGRASJON') {
    const data = { privilegium, undertjeneste: requireUndertjeneste(type), ...utlop };
    return new Execute('integration', fiksOrgId, aktor.id, { type: types.integration, data } as CommandOf<Domain['integration']>, request, expectedRevision);
  }
  if (privilegium !== 'ADMIN' && privilegium !== 'REVISOR')
    refuse('conflict', 'TILGANG_PASSER_IKKE_AKTOR', 'Denne tilgangen kan bare gis til en integrasjon, ikke til en person.');
  const personId = aktor.id;
  if (type === 'ORGANISASJON')
    return new Execute('organisasjon', fiksOrgId, fiksOrgId, { type: types.organisasjon[privilegium], data: { personId, ...utlop } } as CommandOf<Domain['organisasjon']>, request, expectedRevision);
  if (privilegium === 'REVISOR')
    refuse('conflict', 'TILGANG_PASSER_IKKE_RESSURS', 'En revisor utnevnes for hele organisasjonen, ikke for en tjeneste.');
  const data = { personId, undertjeneste: requireUndertjeneste(type), ...utlop };
  return new Execute('tjeneste', fiksOrgId, fiksOrgId, { type: types.tjeneste, data } as CommandOf<Domain['tjeneste']>, request, expectedRevision);
}
