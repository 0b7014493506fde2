// What every journey begins with: a server, and people with a browser each.

import { type BrowserContextOptions, test as base, expect } from '@playwright/test';
import { Person } from './person.ts';
import { OwnServer, type Server, built, sharedServer } from './server.ts';

interface Fixtures {
  /** Variables for the server of this test. */
  serverEnv: Record<string, string>;
  server: Server;
  /** A new person in a browser of their own, still outside. */
  someone: (options?: BrowserContextOptions) => Promise<Person>;
  /** A new person in a browser of their own, in the first room. */
  enter: (name: string, options?: BrowserContextOptions) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  serverEnv: [{}, { option: true }],

  server: async ({ serverEnv }, use, info) => {
    if (!built) return use(sharedServer());
    const server = new OwnServer(built, serverEnv);
    await server.start();
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach('server log', { body: server.log() });
    await server.close();
  },

  someone: async ({ browser, server, locale, timezoneId, viewport }, use) => {
    const people: Person[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL: server.url, locale, timezoneId, viewport, ...options });
      const person = new Person(await context.newPage(), server);
      people.push(person);
      return person;
    });
    // A page that complained has failed, however well the journey went.
    for (const person of people) expect(person.complaints, 'errors on the console of the page').toEqual([]);
    await Promise.all(people.map((person) => person.page.context().close()));
  },

  enter: async ({ someone, server }, use) => {
    await use(async (name, options) => {
      const person = await someone(options);
      await person.enters(server.own(name));
      return person;
    });
  },
});

/** Skips a test that has to stop the server, where the server is not ours. */
export function needsOwnServer(): void {
  test.skip(!built, 'needs a server of its own: MARU_BIN and MARU_SITE');
}

export { expect };
