/** Which family of keyboards the window sits under: it decides between Ctrl and ⌘. */
export type Platform = 'apple' | 'other';

/** Reads the platform from what the browser tells about itself. */
export function detectPlatform(description: string): Platform {
  return /mac|iphone|ipad/i.test(description) ? 'apple' : 'other';
}

/** The platform this window runs on; 'other' where there is no browser. */
export const platform: Platform = detectPlatform(
  typeof navigator === 'undefined' ? '' : `${navigator.platform} ${navigator.userAgent}`,
);
