import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { RevisionConflict } from '../../../application/commands/execute.js';
import { LimitReached } from '../../../application/commands/failed-attempts.js';
import { TooManyTravels } from '../../../application/past/time-machine.js';
import { SearchBudgetSpent } from '../../../application/innsyn/search-client.js';
import { ViewRebuilding } from '../../../application/ports/documents.js';
import { StoreUnavailable } from '../../../application/ports/event-store.js';
import { IdentityUnavailable, NotAuthenticated } from '../../../application/ports/identity.js';
import { NotSetUp, RegisterUnavailable } from '../../../application/ports/not-set-up.js';
import { SearchUnavailable } from '../../../application/ports/search-index.js';
import { IndexRefused } from '../../../application/use-cases/index-meldinger.js';
import { DomainError, InvalidFields, type Fault, type RefusalKind } from '../../../domain/kernel/domain-error.js';
import { pathToRepeat } from './identity-number.js';
import { isProtocolPath, protocolError, type ProtocolErrorBody } from './meilisearch-error.js';
import { TooBusy } from './request-body.js';
import { Field } from './shape.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The error that the response reports, with its status and code. */
    refusal?: { readonly status: number; readonly kode: string; readonly thrown: unknown };
  }
}

/** Marks the text that Kiota gives its exception. */
const primary = { 'x-ms-primary-error-message': true } as object;

/** One invalid field of a request. */
export class FieldProblem {
  @Field({ description: 'Stien til feltet', example: 'autorisertOrgnr' })
  felt!: string;
  @Field({ example: 'UGYLDIG_ORGANISASJONSNUMMER' })
  kode!: string;
  @Field({ example: 'Organisasjonsnummeret må ha ni siffer.' })
  melding!: string;
}

/** The JSON in `ErrorMessage.errorJson` for a request with invalid fields. */
export class FieldProblems {
  @Field({ type: FieldProblem, isArray: true })
  feil!: FieldProblem[];
}

/** The error body on this service's own paths: problem details of RFC 9457. */
export class Problem {
  @Field({ example: 'urn:min-kommune:feil:UGYLDIG_FORESPORSEL' })
  type!: string;
  @Field({ example: 'Unprocessable Entity' })
  title!: string;
  @Field({ example: 422 })
  status!: number;
  @Field({ description: 'Forklaring på norsk', example: 'Forespørselen har feil i ett eller flere felt.', ...primary })
  detail!: string;
  @Field({ example: '/min-kommune/api/v1/…/driftsmeldinger' })
  instance!: string;
  @Field({ example: 'UGYLDIG_FORESPORSEL' })
  kode!: string;
  @Field({ description: 'Oppgi denne når du melder fra om feilen', format: 'uuid' })
  errorId!: string;
  @Field({ type: FieldProblem, isArray: true, required: false })
  feil?: FieldProblem[];
}

/** The error body on the paths of KS Fiks (fiks-common). */
export class ErrorMessage {
  @Field({ example: 1795442400000, description: 'Millisekunder siden 1970' })
  timestamp!: number;
  @Field({ example: 404 })
  status!: number;
  @Field({ example: 'Not Found' })
  error!: string;
  @Field({ format: 'uuid' })
  errorId!: string;
  @Field({ example: '/konfigurasjon/api/v1/integrasjoner/…' })
  path!: string;
  @Field()
  originalPath!: string;
  @Field({ description: 'Forklaring på norsk', example: 'Fant ikke det du ba om, eller du har ikke tilgang til det.', ...primary })
  message!: string;
  @Field({ example: 'IKKE_FUNNET' })
  errorCode!: string;
  @Field({ description: 'Mer om feilen, som JSON. Ved feil i felt er det FieldProblems.', required: false })
  errorJson?: string;
}

/** Whether errors on the path are `Problem`. They are KS Fiks' `ErrorMessage` on the paths that KS Fiks publishes. */
const isOwnPath = (path: string): boolean => !/^\/(konfigurasjon|autorisasjon-(query|update)|avtale|svarut-konfigurasjon|audit-(sok|index)|innsyn-(index|sok|stats)|matrikkel-eier)(\/|$)/.test(path);

/**
 * Makes the exception from the issues that validation of a body, query or path found.
 * @param whole the name of the validated value, for an issue of the whole value.
 */
export function invalidRequest(issues: readonly StandardSchemaV1.Issue[], whole: string): InvalidFields {
  return new InvalidFields(issues.flatMap((issue) => fieldProblems(issue, whole)));
}

/** The invalid fields of an issue. Each unknown field of an object is one. */
export function fieldProblems(issue: ZodIssue, whole: string): readonly Fault[] {
  const branch = branchOf(issue);
  if (branch) return branch.flatMap((inner) => fieldProblems({ ...inner, path: [...(issue.path ?? []), ...(inner.path ?? [])] }, whole));
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({ felt: [...path, key.slice(0, 100)].join('.'), kode: 'UKJENT_FELT', melding: `Ukjent felt: ${key.slice(0, 100)}.` }));
  return [{ felt: path.join('.') || whole, kode: issue.params?.code ?? 'UGYLDIG_FELT', melding: messageOf(issue) }];
}

/** The issues of the form of a union that the value is nearest to: one that it has the type of. */
const branchOf = ({ code, errors = [] }: ZodIssue): readonly ZodIssue[] | undefined =>
  code === 'invalid_union' ? (errors.find((branch) => branch.every((one) => one.code !== 'invalid_type' || (one.path ?? []).length > 0)) ?? errors[0]) : undefined;

interface ZodIssue extends StandardSchemaV1.Issue {
  readonly code?: string;
  readonly params?: { readonly code?: string } | undefined;
  readonly keys?: readonly string[];
  /** The issues of each form of a union. */
  readonly errors?: readonly (readonly ZodIssue[])[];
  readonly expected?: string;
  readonly format?: string;
  readonly values?: readonly unknown[];
  /** The kind of value that is too big or too small: `string`, `array`, `number`. `maximum` and `minimum` are the limits. */
  readonly origin?: string;
  readonly maximum?: number | bigint;
  readonly minimum?: number | bigint;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'en tekst',
  number: 'et tall',
  int: 'et helt tall',
  boolean: 'true eller false',
  array: 'en liste',
  object: 'et objekt',
  record: 'et objekt',
  date: 'en dato, for eksempel 2026-11-23',
  datetime: 'et tidspunkt med tidssone, for eksempel 2026-11-23T13:00:00+01:00',
};

/** The Norwegian words for a length: `ett tegn`, `2 elementer`. Undefined when a value of this kind has no length. */
function lengthOf(origin: string, limit: number | bigint | undefined): string | undefined {
  const [one, several] = { string: ['tegn', 'tegn'], array: ['element', 'elementer'], set: ['element', 'elementer'] }[origin] ?? [];
  return one && (limit === 1 ? `ett ${one}` : `${limit} ${several}`);
}

/** The message of an issue in Norwegian. Uses zod's message for issues without a wording here. */
function messageOf({ code, message, expected = '', format = '', values, origin = '', maximum, minimum }: ZodIssue): string {
  if (code === 'too_big') return `Feltet kan ${lengthOf(origin, maximum) ? `ha høyst ${lengthOf(origin, maximum)}` : `være høyst ${maximum}`}.`;
  if (code === 'too_small') return `Feltet må ${lengthOf(origin, minimum) ? `ha minst ${lengthOf(origin, minimum)}` : `være minst ${minimum}`}.`;
  if (code === 'invalid_type' && message.endsWith('undefined')) return 'Feltet må være med.';
  if (code === 'invalid_type') return `Feltet må være ${typeNames[expected] ?? 'av en annen type'}.`;
  if (code === 'invalid_format' && typeNames[format]) return `Feltet må være ${typeNames[format]}.`;
  if (code === 'invalid_union') return 'Feltet har ikke en gyldig form.';
  if (code === 'invalid_value') return `Feltet må være ${(values ?? []).map(String).join(', ')}.`.replace(/, ([^,]+)$/, ' eller $1');
  return message.endsWith('.') ? message : `${message}.`;
}

const statusOf: Readonly<Record<RefusalKind, number>> = { missing: 404, conflict: 409, invalid: 422, forbidden: 403 };

/** Code and message for errors that Fastify and Nest throw, by status. */
const frameworkErrors: Readonly<Record<number, readonly [kode: string, melding: string]>> = {
  400: ['UGYLDIG_FORESPORSEL', 'Forespørselen kunne ikke leses. Kroppen må være gyldig JSON.'],
  404: ['UKJENT_ADRESSE', 'Adressen finnes ikke i dette API-et.'],
  405: ['UGYLDIG_METODE', 'Metoden er ikke tillatt på denne adressen.'],
  408: ['TOK_FOR_LANG_TID', 'Forespørselen tok for lang tid.'],
  413: ['FOR_STOR', 'Forespørselen er for stor.'],
  414: ['FOR_LANG_ADRESSE', 'Adressen er for lang.'],
  415: ['UGYLDIG_INNHOLDSTYPE', 'Innholdet må være application/json.'],
  431: ['FOR_STORT_HODE', 'Hodet til forespørselen er for stort.'],
};

interface Answer {
  readonly status: number;
  readonly kode: string;
  readonly melding: string;
  readonly fields?: readonly Fault[];
  /** Details for `ErrorMessage.errorJson`. Default the invalid fields. */
  readonly errorJson?: object;
}

/** Errors with a status of 500 or more that tell of no fault in this service. */
const expected = [TooBusy, TooManyTravels, NotSetUp];

/**
 * Maps every thrown error to a status and an error body, and is the only code that does so. An unknown error becomes a 500
 * with an `errorId`, and its details go to the log only.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('HTTP');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Sends the error response. `server.ts` calls it directly for errors that Fastify raises before Nest has the request. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { status, headers, body, kode, errorId } = errorResponse(thrown, request.url);
    request.refusal = { status, kode, thrown };
    const line = `${errorId} ${request.method} ${kode}`;
    if (status >= 500 && !expected.some((one) => thrown instanceof one))
      // What is away for now is no fault in this program, so a stack tells nothing.
      if (status === 503) this.log.warn([line, ...reasonOf(thrown)].join(': '));
      else this.log.error(line, thrown instanceof Error ? thrown.stack : thrown);
    void reply.status(status).headers(headers).send(body);
  }
}

/** The reason of an error that passes, for the log. None for the search, whose errors may hold what somebody searched for. */
function reasonOf(thrown: unknown): readonly string[] {
  if (thrown instanceof SearchUnavailable || !(thrown instanceof Error)) return [];
  return thrown instanceof StoreUnavailable && thrown.cause instanceof Error ? [thrown.cause.message] : [thrown.message].filter((text) => text !== '');
}

interface ErrorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem | ErrorMessage | ProtocolErrorBody;
  readonly kode: string;
  readonly errorId: string;
}

/** Makes the response to a thrown error, in the form that the protocol of the address has. */
export function errorResponse(thrown: unknown, url: string): ErrorResponse {
  const path = url.split('?')[0] ?? '';
  const own = isOwnPath(path);
  const errorId = randomUUID();
  const { status, kode, melding, fields, errorJson = fields && { feil: fields } } = answerTo(thrown, own);
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    ...(status === 503 && !(thrown instanceof NotSetUp) && { 'Retry-After': '1' }),
    ...(thrown instanceof LimitReached && { 'Retry-After': String(thrown.retryAfter) }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    ...(thrown instanceof WrongMethod && { Allow: thrown.allowed.join(', ') }),
  };
  if (isProtocolPath(path)) {
    const refused = protocolError(thrown, status, melding);
    return { ...refused, headers, kode: refused.body.code, errorId };
  }
  if (own) {
    const body: Problem = {
      type: `urn:min-kommune:feil:${kode}`,
      title: STATUS_CODES[status]!,
      status,
      detail: melding,
      instance: pathToRepeat(path),
      kode,
      errorId,
      ...(fields && { feil: [...fields] }),
    };
    return { status, headers: { ...headers, 'Content-Type': 'application/problem+json; charset=utf-8' }, body, kode, errorId };
  }
  const body: ErrorMessage = {
    timestamp: Date.now(),
    status,
    error: STATUS_CODES[status]!,
    errorId,
    path: pathToRepeat(path),
    originalPath: pathToRepeat(path),
    message: melding,
    errorCode: kode,
    ...(errorJson && { errorJson: JSON.stringify(errorJson) }),
  };
  return { status, headers, body, kode, errorId };
}

/** An integration's id, password or orgnr is wrong. The message does not reveal which one. */
export class IntegrasjonRefused extends Error {
  constructor(integrasjonId: string) {
    super(`Autentisering feilet for integrasjon med id ${integrasjonId}`);
  }
}

/** The address has an identity number in it (400). Names the parameter, never the number. */
export class IdentityNumberInAddress extends InvalidFields {
  constructor(felt = 'adressen') {
    super([
      {
        felt,
        kode: 'FODSELSNUMMER_I_ADRESSE',
        melding: 'Et fødselsnummer eller d-nummer kan ikke stå i adressen, fordi adresser havner i logger. Bruk id-en til personen, eller send nummeret i kroppen til en operasjon som tar imot det.',
      },
    ]);
  }
}

/** A request with more items than the limit. KS Fiks answers 422. */
export class TooMany extends DomainError {
  constructor(detail: string, felt: string) {
    super('invalid', 'FOR_MANGE', detail, felt);
  }
}

/** The body is not valid UTF-8, although JSON must be (400). */
export class NotUtf8 extends Error {}

/** The Content-Type names an encoding other than UTF-8 (415). */
export class UnsupportedCharset extends Error {}

const sendUtf8 =
  'JSON må sendes som UTF-8. I PowerShell: -ContentType "application/json; charset=utf-8" -Body ([Text.Encoding]::UTF8.GetBytes($json)).';

/** The path has other methods than the one of the request (405). */
export class WrongMethod extends Error {
  readonly statusCode = 405;

  constructor(readonly allowed: readonly string[]) {
    super();
  }
}

/** The request is not HTTP (400). */
export class NotHttp extends Error {}

/** The views did not reach a read's `Log-Position` in time (503). */
export class ViewsBehind extends Error {}

function answerTo(thrown: unknown, own: boolean): Answer {
  if (thrown instanceof LimitReached) return { status: 429, kode: thrown.code, melding: thrown.message };
  if (thrown instanceof RevisionConflict) return { status: 412, kode: thrown.code, melding: thrown.detail };
  if (thrown instanceof IdentityNumberInAddress) return { status: 400, kode: thrown.code, melding: thrown.detail, fields: thrown.fields };
  if (thrown instanceof IndexRefused) {
    const { integrasjonId, fiksOrgId } = thrown;
    return { status: 403, kode: thrown.code, melding: thrown.detail, errorJson: { integrasjonId, fiksOrgId } };
  }
  if (thrown instanceof DomainError) {
    // KS Fiks answers malformed input with 400.
    const status = thrown.kind === 'invalid' && !own && !(thrown instanceof TooMany) ? 400 : statusOf[thrown.kind];
    const { code: kode, detail: melding, felt } = thrown;
    const fields = thrown instanceof InvalidFields ? thrown.fields : felt !== undefined ? [{ felt, kode, melding }] : undefined;
    return { status, kode, melding, ...(fields && { fields }) };
  }
  if (thrown instanceof NotAuthenticated || thrown instanceof IntegrasjonRefused)
    return { status: 401, kode: 'IKKE_AUTENTISERT', melding: thrown.message };
  if (thrown instanceof NotUtf8) return { status: 400, kode: 'IKKE_UTF8', melding: `Kroppen er ikke UTF-8. ${sendUtf8}` };
  if (thrown instanceof UnsupportedCharset) return { status: 415, kode: 'UGYLDIG_TEGNSETT', melding: `Tegnsettet i Content-Type kan ikke leses. ${sendUtf8}` };
  if (thrown instanceof NotHttp) return { status: 400, kode: 'UGYLDIG_HTTP', melding: 'Forespørselen følger ikke HTTP.' };
  if (thrown instanceof TooBusy || thrown instanceof TooManyTravels)
    return { status: 503, kode: 'FOR_MANGE_STORE_FORESPORSLER', melding: 'Flere store forespørsler venter allerede. Prøv igjen om litt.' };
  if (thrown instanceof ViewRebuilding)
    return { status: 503, kode: 'VISNING_BYGGES', melding: 'Visningen bygges på nytt av loggen. Prøv igjen om litt.' };
  if (thrown instanceof ViewsBehind)
    return { status: 503, kode: 'VISNING_FORSINKET', melding: 'Visningen er forsinket. Prøv igjen om litt.' };
  if (thrown instanceof SearchBudgetSpent)
    return {
      status: 429,
      kode: 'SOKET_BRUKER_FOR_LANG_TID',
      melding: `Søket brukte opp tiden sin etter ${thrown.answered} av ${thrown.asked} spørsmål. Send færre spørsmål om gangen.`,
    };
  if (thrown instanceof SearchUnavailable)
    return { status: 503, kode: 'SOK_UTILGJENGELIG', melding: 'Søket er ikke tilgjengelig akkurat nå. Prøv igjen om litt.' };
  if (thrown instanceof IdentityUnavailable)
    return { status: 503, kode: 'UTSTEDER_UTILGJENGELIG', melding: 'Tjenesten som har utstedt tokenet, svarer ikke akkurat nå, så tokenet kan ikke sjekkes. Prøv igjen om litt.' };
  if (thrown instanceof NotSetUp) return { status: 503, kode: 'IKKE_SATT_OPP', melding: thrown.message };
  if (thrown instanceof RegisterUnavailable)
    return { status: 503, kode: 'REGISTER_UTILGJENGELIG', melding: `${thrown.del} svarer ikke akkurat nå. Prøv igjen om litt.` };
  if (thrown instanceof StoreUnavailable)
    return {
      status: 503,
      kode: 'LAGRING_UTILGJENGELIG',
      melding: 'Lagringen svarer ikke akkurat nå. Prøv igjen om litt. En endring kan være lagret: Send den på nytt med samme Idempotency-Key.',
    };
  const status = statusThrown(thrown);
  const known = status === undefined ? undefined : frameworkErrors[status];
  if (status !== undefined && known) return { status, kode: known[0], melding: known[1] };
  return { status: 500, kode: 'INTERN_FEIL', melding: 'Noe gikk galt hos oss. Oppgi errorId når du melder fra.' };
}

function statusThrown(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
