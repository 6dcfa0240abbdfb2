/** The only channels between the desktop app's page and its services. */
export const bridgeChannels = {
  call: 'gradloom:call',
  event: 'gradloom:event',
  frame: 'gradloom:frame',
} as const;
