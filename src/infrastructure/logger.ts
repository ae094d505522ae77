import { ConsoleLogger } from '@nestjs/common';

/** The contexts of Nest's own messages at start-up, which do not help an operator. */
const framework = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Logs to the console, without Nest's own start-up messages. */
export class ServiceLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!framework.has(rest.at(-1) as string)) super.log(message, ...(rest as [string]));
  }
}
