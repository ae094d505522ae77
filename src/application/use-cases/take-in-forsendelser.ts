import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v4 as uuidv4, v5 as uuidv5 } from 'uuid';
import { DomainError, refuse } from '../../domain/kernel/domain-error.js';
import { lenkeProblem } from '../../domain/values/lenke.js';
import { parseOrganisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import { readablePart } from '../../domain/values/text.js';
import { parseUuid, type Uuid } from '../../domain/values/uuid.js';
import { commandIdNamespace, type CommandRequest } from '../commands/decision.js';
import { fodselsnumre } from '../commands/fodselsnumre.js';
import { Documents } from '../ports/documents.js';
import type { Forsendelse } from '../ports/svarut-forsendelser.js';
import { integrasjoner } from '../views/integrasjon.js';
import { DeleteMeldinger } from './delete-meldinger.js';
import { IndexMeldinger, type Mottaker, type SentMelding } from './index-meldinger.js';

/** The code of the global integration that owns the messages made from letters. */
export const svarUtKode = 'SVARUT';

/** The statuses of letters that are hidden from citizens: SvarUt refused or failed to send the letter, or has deleted it. */
const hiddenStatuses = new Set(['AVVIST', 'FEILET_UNDER_MOTTAK', 'SLETTET']);

/**
 * Converts letters of an organisation's SvarUt accounts to messages in Innsyn, one per recipient, and deletes the messages
 * of hidden letters. Safe to retry: an unchanged letter yields no event. Refuses (`missing`) when no global integration has
 * the code `SVARUT`.
 */
export class TakeInForsendelser extends Command<undefined> {
  constructor(
    readonly fiksOrgId: string,
    readonly forsendelser: readonly Forsendelse[],
  ) {
    super();
  }
}

@CommandHandler(TakeInForsendelser)
export class TakeInForsendelserHandler implements ICommandHandler<TakeInForsendelser> {
  constructor(
    private readonly commands: CommandBus,
    private readonly documents: Documents,
  ) {}

  async execute({ fiksOrgId, forsendelser }: TakeInForsendelser): Promise<undefined> {
    const integrasjonId = await this.svarUtIntegration();
    const organisation = parseUuid(fiksOrgId);
    const shown = forsendelser.filter(({ status }) => !hiddenStatuses.has(status)).flatMap((one) => meldingerOf(organisation, one));
    const gone = forsendelser
      .filter(({ status }) => hiddenStatuses.has(status))
      .flatMap((one) => one.mottakere.map((_, n) => ({ fiksOrgId: organisation, integrasjonId, meldingId: meldingIdOf(one, n) })));
    // Deletions first, because a closed organisation takes in no new letters.
    if (gone.length > 0) await this.commands.execute(new DeleteMeldinger(gone, 'AVSENDER', request()));
    if (shown.length > 0) await this.commands.execute(new IndexMeldinger(integrasjonId, shown, request()));
    return undefined;
  }

  private async svarUtIntegration(): Promise<string> {
    const documents = await this.documents.all(integrasjoner, { where: { tilbys: 'true' } });
    const found = documents.find(({ data }) => data.definisjon?.kode === svarUtKode);
    if (!found) refuse('missing', 'SVARUT_IKKE_REGISTRERT', `Ingen global integrasjon har koden ${svarUtKode}.`);
    return found.data.integrasjonId;
  }
}

const request = (): CommandRequest => {
  const id = uuidv4();
  return { actor: { kind: 'system', id: 'svarut' }, commandId: id, correlationId: id };
};

/**
 * The first recipient's message has the letter's own id. Ids of later ones are derived from the recipient's number in the
 * list, because a digest of a fødselsnummer would reveal it.
 */
const meldingIdOf = ({ id }: Forsendelse, n: number): Uuid => parseUuid(n === 0 ? id : uuidv5(`${id}/${n}`, commandIdNamespace));

function meldingerOf(fiksOrgId: Uuid, forsendelse: Forsendelse): SentMelding[] {
  const { kontoId, mottakere, sikkerhetsniva, sendt, status, korrelasjonsid, id: _id, eksternReferanse: _reference, ...shown } = forsendelse;
  const metadata = {
    ...presentable(shown),
    sendtDato: sendt,
    lest: status === 'LEST',
    ...(korrelasjonsid !== undefined && { korrelasjonId: korrelasjonsid }),
  };
  return mottakere.flatMap((digitalId, n) => {
    const eksponertFor = mottakerOf(digitalId);
    if (!eksponertFor) return [];
    return [{ fiksOrgId, meldingId: meldingIdOf(forsendelse, n), versjon: 'FORSENDELSE_V2', sikkerhetsniva, eksponertFor, kontoId: parseUuid(kontoId), metadata } as const];
  });
}

type Innhold = Pick<Forsendelse, 'tittel' | 'avsender' | 'mottakerAdresse' | 'returAdresse' | 'svarLenke' | 'dokumenter' | 'lenker'>;

/** The letter without links that break the link rule, and without unreadable characters, so that no letter is lost. */
function presentable({ mottakerAdresse, returAdresse, svarLenke, dokumenter, lenker, ...texts }: Innhold) {
  return {
    ...readable(texts),
    ...(mottakerAdresse && { mottakerAdresse: readable(mottakerAdresse) }),
    ...(returAdresse && { returAdresse: readable(returAdresse) }),
    ...(svarLenke !== undefined && isLenke(svarLenke) && { svarLenke }),
    dokumenter: dokumenter.map(({ nedlastingLenke, ...dokument }) => ({ ...readable(dokument), ...(isLenke(nedlastingLenke) && { nedlastingLenke }) })),
    lenker: lenker.filter(({ url }) => isLenke(url)).map(({ url, ...tekster }) => ({ url, ...readable(tekster) })),
  };
}

const isLenke = (text: string): boolean => lenkeProblem(text) === undefined;
const readable = <T extends object>(texts: T): T =>
  Object.fromEntries(Object.entries(texts).map(([name, value]: [string, unknown]) => [name, typeof value === 'string' ? readablePart(value) : value])) as T;

/** The recipient; undefined when the number is invalid, because such a recipient cannot log in. */
function mottakerOf(digitalId: string): Mottaker | undefined {
  try {
    return digitalId.length === 9
      ? { type: 'ORGANISASJONSNUMMER', verdi: parseOrganisasjonsnummer(digitalId) }
      : { type: 'FODSELSNUMMER', verdi: fodselsnumre.parse(digitalId) };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
