// The module that vite.manual.ts makes.
declare module "virtual:manual" {
  export const chapters: import("./manual").Chapter[];
}
