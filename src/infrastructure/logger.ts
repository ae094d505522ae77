import { ConsoleLogger } from '@nestjs/common';

/** What the framework tells about itself at every start; nobody who runs the service asks for it. */
const framework = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** The console, without the framework's own start-up. */
export class ServiceLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!framework.has(rest.at(-1) as string)) super.log(message, ...(rest as [string]));
  }
}
