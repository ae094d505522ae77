import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Open } from '../server/authentication.js';
import { LandingPages } from '../server/landing-pages.js';
import { contentSecurityPolicy } from '../server/response-headers.js';
import { SigningQuery } from './development.dto.js';

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The signing page of the development stand-in for Posten's signing service. */
@ApiExcludeController()
@Open()
@Controller('utvikling')
export class DevelopmentController {
  constructor(private readonly landing: LandingPages) {}

  @Get('signering')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', contentSecurityPolicy("style-src 'unsafe-inline'"))
  page(@Query({ schema: SigningQuery }) { tittel, signer, avvis }: SigningQuery): string {
    const back = (url: string) => escape(this.landing.allowed(url));
    return `<!doctype html>
<html lang="nb">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Signering (utvikling)</title>
<style>body{font:1.1rem/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem}a{display:inline-block;margin-right:1rem;padding:.6rem 1.2rem;border:2px solid #14417b;border-radius:.3rem;color:#14417b;text-decoration:none}a.ja{background:#14417b;color:#fff}</style>
<main>
<h1>Signer ${escape(tittel)}</h1>
<p>Dette er en utviklingsutgave av signeringstjenesten. Ingenting blir signert på ordentlig.</p>
<p><a class="ja" href="${back(signer)}">Signer</a> <a href="${back(avvis)}">Avvis</a></p>
</main>
</html>`;
  }
}
