import type { Request, Response } from '#shared/protocol/calls';
import { bridgeChannels } from '#shared/protocol/bridge';

/** The two calls of Electron's ipcRenderer that the bridge uses. */
export interface RendererChannel {
  invoke(channel: string, message: unknown): Promise<unknown>;
  on(channel: string, listener: (event: unknown, message: unknown) => void): unknown;
}

/** What the page finds as `window.gradloom`. */
export interface Bridge {
  call(request: Request): Promise<Response>;
  onEvent(listener: (event: unknown) => void): void;
  onFrame(listener: (bytes: Uint8Array) => void): void;
  readonly platform: string;
}

/**
 * The one bridge between page and services. It hands messages over three fixed channels and gives out neither Electron's
 * objects nor the choice of a channel; what the messages say is checked at both ends.
 */
export function makeBridge(channel: RendererChannel, platform: string): Bridge {
  return {
    call: (request) => channel.invoke(bridgeChannels.call, request) as Promise<Response>,
    onEvent: (listener) => {
      channel.on(bridgeChannels.event, (_event, message) => listener(message));
    },
    onFrame: (listener) => {
      channel.on(bridgeChannels.frame, (_event, message) => {
        if (message instanceof Uint8Array) listener(message);
      });
    },
    platform,
  };
}
