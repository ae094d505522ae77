import { ConsoleLogger } from '@nestjs/common';

/** The contexts of Nest's own messages at start-up, which do not help an operator. */
const framework = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Logs to the console, as text or as one JSON object a line, without Nest's own start-up messages. */
export class ServiceLogger extends ConsoleLogger {
  /**
   * @param format the form of lines
   * @param fields what every JSON line has beside its own fields, such as the id of the request that is being handled
   */
  constructor(
    format: 'text' | 'json' = 'text',
    private readonly fields: () => object = () => ({}),
  ) {
    super({ json: format === 'json', flattenParams: true });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!framework.has(rest.at(-1) as string)) super.log(message, ...(rest as [string]));
  }

  protected override getJsonLogObject(...line: Parameters<ConsoleLogger['getJsonLogObject']>) {
    const { timestamp, message, ...more } = super.getJsonLogObject(...line);
    const said = typeof message === 'object' && message !== null ? message : { message };
    return { time: new Date(timestamp).toISOString(), ...more, ...this.fields(), ...said, message: 'message' in said ? said.message : '', timestamp };
  }
}
