// `#host` is the host chosen at build time: the shell, or the mock exchange.
declare module '#host' {
  export const host: import('@balie/host').Host
}
