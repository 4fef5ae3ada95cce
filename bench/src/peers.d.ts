/**
 * What is used of the peers, so that types and lint hold without the peers installed (and jax-js's
 * own types let too much through).
 */
declare module '@tensorflow/tfjs-backend-webgl';
declare module '@tensorflow/tfjs-backend-webgpu';
declare module '@tensorflow/tfjs-backend-wasm' {
  export function setWasmPaths(paths: Readonly<Record<string, string>>): void;
}

declare module '@jax-js/jax' {
  export type Device = 'cpu' | 'wasm' | 'webgpu' | 'webgl';

  /** An array, or its tracer. Passing it on consumes it; `ref` is one more reference. */
  export interface Array {
    readonly ref: Array;
    readonly shape: number[];
    add(other: Array | number): Array;
    sub(other: Array | number): Array;
    mul(other: Array | number): Array;
    div(other: Array | number): Array;
    greaterEqual(other: Array | number): Array;
    reshape(shape: number[]): Array;
    sum(axis?: number): Array;
    mean(axis?: number | number[], options?: { readonly keepdims: boolean }): Array;
    data(): Promise<Float32Array<ArrayBuffer>>;
    dispose(): void;
  }

  export type Jitted<A extends unknown[], R> = ((...args: A) => R) & { dispose(): void };

  export function init(...devices: Device[]): Promise<Device[]>;
  export function defaultDevice(device: Device): Device;
  export function blockUntilReady<T>(values: T): Promise<T>;
  export function jit<A extends unknown[], R>(f: (...args: A) => R): Jitted<A, R>;
  export function valueAndGrad<P, A extends unknown[]>(
    f: (parameters: P, ...args: A) => Array,
  ): (parameters: P, ...args: A) => [Array, P];

  export const numpy: {
    array(
      values: Float32Array<ArrayBuffer>,
      options: { readonly shape: number[]; readonly device: Device },
    ): Array;
    matmul(x: Array, y: Array): Array;
    where(condition: Array, x: Array | number, y: Array | number): Array;
    clip(x: Array, min: number, max: number): Array;
    sqrt(x: Array): Array;
    max(x: Array): Array;
    mean(x: Array): Array;
  };
  export const lax: {
    /** `x` [B, C, height, width], `w` [O, C, height, width]. */
    conv(x: Array, w: Array, strides: number[], padding: [number, number][]): Array;
    /** Over windows of the last dimensions. */
    reduceWindow(
      x: Array,
      computation: (window: Array) => Array,
      dimensions: number[],
      strides: number[],
    ): Array;
  };
  export const nn: { relu(x: Array): Array; logSoftmax(x: Array): Array };
}
