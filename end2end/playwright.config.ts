import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';

// Every test starts a server of its own, with its own data, and may kill it:
// - script/test names the program and the site folder by MARU_BIN and MARU_SITE;
// - under cargo leptos end-to-end it is what cargo leptos has just built.
// With BASE_URL the tests use the server there, and those that kill one or need its limits off are left out.
const chromium = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);

export default defineConfig({
  testDir: 'tests',
  // These make the pictures of the README; they prove nothing.
  testIgnore: process.env.PICTURES ? [] : ['pictures.spec.ts'],
  globalSetup: './setup.ts',
  retries: 0,
  workers: process.env.BASE_URL ? 1 : 2,
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    viewport: { width: 1280, height: 800 },
    actionTimeout: 10_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
