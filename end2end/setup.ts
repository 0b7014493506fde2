// Before the tests: a server that somebody else runs has to answer first.

import { baseUrl, built } from './server.ts';

export default async function setup(): Promise<void> {
  if (built) return;
  const url = `${baseUrl()}/healthz`;
  const patience = Date.now() + 120_000;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > patience) throw new Error(`nothing answers at ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
