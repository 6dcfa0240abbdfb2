import './setup/node-version.mjs';
import { takePictures } from './test/take-pictures.mjs';

// Takes the pictures of docs/screenshots anew.
await takePictures(['--config=e2e/screenshots.config.ts', ...process.argv.slice(2)]);
