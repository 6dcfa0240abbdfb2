import { defineConfig } from '@playwright/test';
import shared from '../playwright.config.ts';

/** Takes the pictures of docs/screenshots. Not a test: `npm run screenshots`. */
export default defineConfig({ ...shared, testDir: '.', testMatch: 'screenshots.ts', outputDir: '../test-results' });
