import { defineConfig } from '@playwright/test';
import usual from './playwright.config.ts';

// How fast the page is under the fingers; script/speed runs it. It measures one thing at a time, and keeps no
// traces and pictures, which take time themselves.
export default defineConfig({
  ...usual,
  testDir: 'speed',
  testIgnore: [],
  workers: 1,
  fullyParallel: false,
  timeout: 600_000,
  reporter: [['./speed/table.ts']],
  use: { ...usual.use, trace: 'off', screenshot: 'off' },
});
