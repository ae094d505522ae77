import { type Attributes, type Span, type SpanOptions, type Tracer, trace } from '@opentelemetry/api';

/** A span as an operator's SDK would get it: its name, and all that was said of it. */
export interface RecordedSpan {
  readonly name: string;
  readonly said: unknown[];
}

/** Records every span of this process from now on, as an operator's SDK of OpenTelemetry does. */
export function recordSpans(): RecordedSpan[] {
  const spans: RecordedSpan[] = [];
  const started = (name: string, options: SpanOptions = {}): Span => {
    const said: unknown[] = [options];
    spans.push({ name, said });
    const add = (...all: unknown[]) => {
      said.push(all);
      return span;
    };
    const span: Span = {
      spanContext: () => ({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }),
      setAttribute: add,
      setAttributes: (attributes: Attributes) => add(attributes),
      addEvent: add,
      addLink: add,
      addLinks: add,
      setStatus: add,
      updateName: add,
      recordException: (error) => { add(error); },
      end: () => undefined,
      isRecording: () => true,
    };
    return span;
  };
  const tracer = { startSpan: started } as Tracer;
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  return spans;
}
