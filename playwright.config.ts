import { defineConfig } from '@playwright/test';
import { browserSwitches, findBrowser } from './scripts/test/browser.mjs';

const executablePath = findBrowser();

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 120_000,
  expect: {
    timeout: 15_000,
    // Where letters are drawn alike, pictures are; what differs in some pixels is a shade of an edge.
    toHaveScreenshot: { threshold: 0.2, maxDiffPixels: 20, animations: 'disabled', caret: 'hide', scale: 'css' },
  },
  snapshotPathTemplate: '{testDir}/looks/{arg}{ext}',
  // A picture that is missing is a fault; `npm run looks` takes them.
  updateSnapshots: 'none',
  reporter: 'list',
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { args: browserSwitches, ...(executablePath === undefined ? {} : { executablePath }) },
  },
});
