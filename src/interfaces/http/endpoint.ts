import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiHeader, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { AnyProjection } from '../../application/projection.js';
import { ErrorMessage, Problem } from './problem.filter.js';

interface Told {
  readonly summary: string;
  readonly description?: string;
  /** The class of the answer, in brackets for a list of them; nothing for an answer without a body. */
  readonly answers?: Type | readonly [Type] | BooleanConstructor;
  /** Default 200, or 204 without a body. */
  readonly status?: number;
  /** Whether it changes something: then it can be repeated, made conditional, and followed. */
  readonly writes?: boolean;
  /** Whether it takes `If-Match`. */
  readonly conditional?: boolean;
}

const refusals = {
  400: 'Forespørselen kunne ikke leses',
  401: 'Mangler gyldig token',
  403: 'Har ikke tilgang til å gjøre dette',
  404: 'Finnes ikke, eller er ikke ditt',
  409: 'Lar seg ikke gjøre slik det står nå',
  412: 'Noen andre har endret dette siden du hentet det',
  413: 'Forespørselen er for stor',
  422: 'Feil i ett eller flere felt',
  503: 'Visningen er forsinket, eller lagringen svarer ikke',
} as const;

const header = (name: string, description: string, example: string) => ({
  [name]: { description, schema: { type: 'string' as const, examples: [example] } },
});
const position = header('Log-Position', 'Loggposisjonen der endringen er synlig', '1234');
const etag = header('ETag', 'Revisjonen; send den i If-Match når du endrer', '"3"');

/** Documents an endpoint and its refusals. */
function endpoint(error: Type, { summary, description, answers, status, writes, conditional }: Told): MethodDecorator {
  const ok = status ?? (answers === undefined ? 204 : 200);
  const own = error === Problem;
  const possible = Object.entries(refusals).filter(([code]) => {
    if (code === '409') return writes;
    if (code === '412') return conditional;
    if (code === '413') return writes;
    return code !== '422' || own;
  });
  return applyDecorators(
    HttpCode(ok),
    ApiBearerAuth(),
    ApiOperation({ summary, ...(description !== undefined && { description }) }),
    ApiResponse({
      status: ok,
      description: answers === undefined ? 'Utført' : 'Svar',
      ...(answers !== undefined && { type: answers as Type }),
      ...((writes || conditional) && { headers: { ...position, ...etag } }),
    }),
    ApiExtraModels(error),
    ...possible.map(([code, why]) =>
      ApiResponse({
        status: Number(code),
        description: why,
        content: { [own ? 'application/problem+json' : 'application/json']: { schema: { $ref: getSchemaPath(error) } } },
      }),
    ),
    ...(writes
      ? [
          ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Gjør det trygt å sende forespørselen på nytt', schema: { type: 'string', maxLength: 255 } }),
        ]
      : [ApiHeader({ name: 'Log-Position', required: false, description: 'Svar tidligst når visningen har nådd denne loggposisjonen', schema: { type: 'string' } })]),
    ...(conditional
      ? [ApiHeader({ name: 'If-Match', required: false, description: 'ETag-en du fikk da du hentet ressursen', schema: { type: 'string' } })]
      : []),
  );
}

/** An endpoint on a path of our own: errors as `application/problem+json`. */
export const OwnEndpoint = (told: Told) => endpoint(Problem, told);
/** An endpoint on a path that KS Fiks publishes: errors as KS Fiks has them. */
export const FiksEndpoint = (told: Told) => endpoint(ErrorMessage, told);

/** The views that a controller answers from: what a read with `Log-Position` waits for. */
export const Shows = (...views: readonly AnyProjection[]) => SetMetadata('shows', views);
