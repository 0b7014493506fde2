// Before the tests: a server that was started for us has to answer first.

export default async function setup(): Promise<void> {
  if (process.env.MARU_BIN) return;
  const url = `${baseUrl()}/healthz`;
  const patience = Date.now() + 120_000;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > patience) throw new Error(`nothing answers at ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export function baseUrl(): string {
  return process.env.BASE_URL ?? 'http://127.0.0.1:3000';
}
