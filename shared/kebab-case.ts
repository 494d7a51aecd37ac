/** `promoteVersion` as files, functions and command lines spell it: `promote-version`. */
export const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
