import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';

// Two ways to run:
// - script/test gives MARU_BIN and MARU_SITE: every test starts a server of its own and may kill it.
// - cargo leptos end-to-end has started a server already, at BASE_URL: the tests that kill one are left out.
const chromium = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);

export default defineConfig({
  testDir: 'tests',
  globalSetup: './setup.ts',
  retries: 0,
  workers: process.env.MARU_BIN ? 2 : 1,
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
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
