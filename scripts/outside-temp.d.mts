export function placeOutsideTemp(repository: string, name: string): string;
