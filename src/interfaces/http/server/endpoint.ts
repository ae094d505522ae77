import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiHeader, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import type { AnyProjection } from '../../../application/ports/projection.js';
import { CalledBy, type Callers } from '../openapi/callers.js';
import { ErrorMessage, FieldProblems, Problem } from './problem.filter.js';

export { CalledBy };

interface EndpointOptions {
  readonly summary: string;
  /** The group that may call the operation. `application/commands/access.ts` lets them in. */
  readonly callers: Callers;
  readonly description?: string;
  /** The class of the response body, in brackets for an array of it. Undefined for a response without a body. */
  readonly answers?: Type | readonly [Type] | BooleanConstructor;
  /** The status on success. Default 200, or 204 without a body. */
  readonly status?: number;
  /** Whether the operation writes. A write takes `Idempotency-Key` and returns `Log-Position`; a read takes `Log-Position`. */
  readonly writes?: boolean;
  /** Whether the answer has an `ETag`. Default as `writes`. */
  readonly etag?: boolean;
  /** Whether the operation documents `If-Match`. Every write of what has a revision heeds it, and can answer 412. */
  readonly conditional?: boolean;
  /** Whether KS Fiks keeps the operation for older clients only. */
  readonly deprecated?: boolean;
  /** Whether the state of the organisation can refuse the operation (409). Default as `writes`. */
  readonly conflicts?: boolean;
  /** Whether KS Fiks limits the number of items in a request, and answers 422 above it. */
  readonly limited?: boolean;
  /** Whether the body is one page of a list, and `Link` has the address of the next. */
  readonly paged?: boolean;
}

/** The error responses of an endpoint by status: description, and code and message of the example. */
const refusals: Readonly<Record<number, readonly [why: string, kode: string, melding: string]>> = {
  400: ['Forespørselen kunne ikke leses', 'UGYLDIG_FORESPORSEL', 'Forespørselen kunne ikke leses. Kroppen må være gyldig JSON.'],
  401: ['Tokenet mangler eller er ugyldig', 'IKKE_AUTENTISERT', 'Klarte ikke å validere access_token'],
  403: ['Du har ikke tilgang til operasjonen', 'MANGLER_TILGANG', 'Du har ikke tilgang til å gjøre dette.'],
  404: ['Ressursen finnes ikke, eller du har ikke tilgang til den', 'IKKE_FUNNET', 'Fant ikke det du ba om, eller du har ikke tilgang til det.'],
  409: ['Tilstanden til ressursen eller organisasjonen tillater det ikke', 'TJENESTEVEDLEGG_IKKE_SIGNERT', 'Tjenestevedlegget må være signert før undertjenesten kan settes opp.'],
  405: ['Adressen har ikke denne metoden. Allow sier hvilke den har', 'UGYLDIG_METODE', 'Metoden er ikke tillatt på denne adressen.'],
  408: ['Forespørselen kom for sent', 'TOK_FOR_LANG_TID', 'Forespørselen tok for lang tid.'],
  412: ['Noen andre har endret ressursen siden du hentet den', 'REVISJON_ENDRET', 'Noen andre har endret dette i mellomtiden. Hent det på nytt og prøv igjen.'],
  413: ['Forespørselen er for stor', 'FOR_STOR', 'Forespørselen er for stor.'],
  414: ['Adressen er for lang', 'FOR_LANG_ADRESSE', 'Adressen er for lang.'],
  415: ['Innholdet er ikke JSON', 'UGYLDIG_INNHOLDSTYPE', 'Innholdet må være application/json.'],
  422: ['Feil i ett eller flere felt', 'UGYLDIG_TIDSPERIODE', 'Sluttdato må være etter startdato.'],
  429: ['Du har nådd en grense for forespørsler eller mislykkede innlogginger. Vent så mange sekunder som Retry-After sier', 'FOR_MANGE_FORSOK', 'For mange mislykkede forsøk på å logge inn. Prøv igjen om 42 sekunder.'],
  431: ['Headerne er for store til sammen', 'FOR_STORT_HODE', 'Hodet til forespørselen er for stort.'],
  503: ['Visningen er forsinket, lagringen eller en annen tjeneste svarer ikke eller er ikke satt opp, eller for mange store forespørsler venter', 'VISNING_FORSINKET', 'Visningen er forsinket. Prøv igjen om litt.'],
};

const unexpected = ['En feil hos oss', 'INTERN_FEIL', 'Noe gikk galt hos oss. Oppgi errorId når du melder fra.'] as const;

const errorId = '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10';
const exampleOf = (own: boolean, status: number, kode: string, melding: string): object =>
  own
    ? { type: `urn:min-kommune:feil:${kode}`, title: STATUS_CODES[status], status, detail: melding, instance: '/min-kommune/api/v1/…', kode, errorId }
    : { timestamp: 1795442400000, status, error: STATUS_CODES[status], errorId, path: '/…', originalPath: '/…', message: melding, errorCode: kode };

const header = (name: string, description: string, example: string) => ({
  [name]: { description, schema: { type: 'string' as const, examples: [example] } },
});
/** The documentation of the header `Log-Position` of a write's answer. */
export const position = header('Log-Position', 'Loggposisjonen til endringen. Send den i Log-Position når du leser, så viser svaret endringen.', '1234');
const revision = header('ETag', 'Revisjonen til ressursen. Send den i If-Match når du endrer ressursen.', '"3"');
const nextPage = header('Link', 'Adressen til neste side av listen, i forhold til denne adressen. Headeren mangler på den siste siden.', '<?fra=250&antall=250>; rel="next"');

const location = header('Location', 'Adressen nettleseren skal til. Den er for en nettleser, så en klient bør ikke følge den selv.', 'https://signering.posten.no/…');

const stored = 'Endringen er lagret, men vises ikke ennå. Les på nytt med loggposisjonen i Log-Position.';

/** Documents the error responses with these statuses, and the unexpected one. */
const errorResponses = (error: Type, statuses: readonly string[]): MethodDecorator[] => [
  ApiExtraModels(error, FieldProblems) as MethodDecorator,
  ...[...statuses.map((status) => [Number(status), refusals[Number(status)]!] as const), ['default', unexpected] as const].map(([status, [why, kode, melding]]) =>
    ApiResponse({
      status,
      description: why,
      content: {
        [error === Problem ? 'application/problem+json' : 'application/json']: {
          schema: { $ref: getSchemaPath(error) },
          example: exampleOf(error === Problem, status === 'default' ? 500 : status, kode, melding),
        },
      },
    }),
  ),
];

/** Documents the errors that the server gives before an operation sees the request. */
export const ServerErrors = () => applyDecorators(...errorResponses(Problem, ['400', '401', '405', '408', '414', '429', '431']));

/** Documents an operation in OpenAPI with its headers and error responses, and sets its success status. */
function endpoint(error: Type, { summary, callers, description, answers, status, writes, etag = writes, conflicts = writes, conditional, limited, deprecated, paged }: EndpointOptions): MethodDecorator {
  const ok = status ?? (answers === undefined ? 204 : 200);
  const own = error === Problem;
  const possible = Object.keys(refusals).filter((code) => {
    if (code === '409') return conflicts;
    if (code === '412') return writes && etag;
    return code !== '422' || own || limited;
  });
  return applyDecorators(
    HttpCode(ok),
    SetMetadata('reads', !writes),
    ApiBearerAuth(),
    CalledBy(callers),
    ApiOperation({ summary, ...(description !== undefined && { description }), ...(deprecated && { deprecated }) }),
    ApiResponse({
      status: ok,
      description: answers === undefined ? 'Utført' : 'Svar',
      ...(answers !== undefined && { type: answers as Type }),
      headers: { ...(writes && position), ...(etag && revision), ...(paged && nextPage), ...(ok === 302 && location) },
    }),
    ...(writes && ok < 300 && ok !== 202 ? [ApiResponse({ status: 202, description: stored, headers: { ...position, ...(etag && revision) } })] : []),
    ...errorResponses(error, possible),
    ...(writes
      ? [
          ApiHeader({ name: 'Idempotency-Key', required: false, description: 'En nøkkel du lager selv. Samme nøkkel utfører endringen bare én gang, så du trygt kan sende forespørselen på nytt.', schema: { type: 'string', maxLength: 255 } }),
        ]
      : [ApiHeader({ name: 'Log-Position', required: false, description: 'Loggposisjonen fra en endring. Tjenesten svarer når visningen har nådd den, eller med 503 når visningen er forsinket.', schema: { type: 'string' } })]),
    ...(conditional
      ? [ApiHeader({ name: 'If-Match', required: false, description: 'ETag-en du fikk da du hentet ressursen. Tjenesten svarer 412 hvis noen har endret ressursen etterpå.', schema: { type: 'string' } })]
      : []),
  );
}

/** An operation on one of this service's own paths. Errors are `Problem` as `application/problem+json` (RFC 9457). */
export const OwnEndpoint = (told: EndpointOptions) => endpoint(Problem, told);
/** An operation on a path that KS Fiks publishes. Errors are KS Fiks' `ErrorMessage` as `application/json`. */
export const FiksEndpoint = (told: EndpointOptions) => endpoint(ErrorMessage, told);

/** Declares the views that a controller reads. A read with `Log-Position` waits for these views; default all read models. */
export const ReadsViews = (...views: readonly AnyProjection[]) => SetMetadata('shows', views);
