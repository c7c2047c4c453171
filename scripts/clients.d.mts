export interface Client {
  readonly name: string;
  readonly version: string;
  readonly program: string;
}

export const clients: readonly Client[];
export function areClientsInstalled(): boolean;
export function installClients(): void;
