/**
 * From WGSL and override constants to cached pipelines and recorded dispatches. Group 0 is what
 * changes from step to step (lib/step.wgsl, by dynamic offset); group 1 are a kernel's own buffers.
 */

export interface Wgsl {
  readonly file: string;
  readonly text: string;
}

/** How a kernel uses a buffer: `read` is read-only storage, `write` storage that it may also read. */
export type Access = 'read' | 'write';

/** A kernel as written: its parts are joined in order, the kernel's own file last. */
export interface KernelSource {
  readonly name: string;
  /** Tells kernels of one name apart whose text is not the same. */
  readonly key?: string;
  readonly parts: readonly Wgsl[];
  /** Uses of group 1's bindings, in order. */
  readonly bindings: readonly Access[];
  /** True where the kernel needs the `subgroups` feature. */
  readonly subgroups?: boolean;
  /** True where it needs `shader-f16`. */
  readonly f16?: boolean;
}

/** One dispatch of a fixed list; everything it needs was made beforehand. */
export interface Dispatch {
  readonly label: string;
  readonly kernel: string;
  /** What it was made of. */
  readonly source: KernelSource;
  readonly constants: Constants;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly x: number;
  readonly y: number;
  /** Multiplications and additions of a matrix product; 0 for other kernels, which move memory. */
  readonly flops: number;
  /** Bytes of the buffers it is bound to: what it moves at least, unless it reads only a part. */
  readonly bytes: number;
}

export type Constants = Readonly<Record<string, number | boolean>>;

export interface DispatchRequest {
  readonly label: string;
  readonly source: KernelSource;
  readonly constants: Constants;
  readonly buffers: readonly GPUBuffer[];
  /** Workgroups in x and y. */
  readonly grid: readonly [x: number, y?: number];
  readonly flops?: number;
  /** Where it reads only a part of what it is bound to. */
  readonly bytes?: number;
}

/** A kernel that this driver does not compile: says which file, what the compiler said, and where. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

export const STEP_BYTES = 256; // the offset alignment every adapter accepts
const STEP_SIZE = 40;

/** The lines before a kernel's parts. */
const enablesOf = (source: KernelSource): string[] => [
  ...(source.subgroups === true ? ['enable subgroups;'] : []),
  ...(source.f16 === true ? ['enable f16;'] : []),
];

const keyOf = ({ name, key = '' }: KernelSource): string => `${name} ${key}`;

/** The whole module text of a kernel. */
export const moduleText = (source: KernelSource): string =>
  [...enablesOf(source), ...source.parts.map((part) => part.text)].join('\n');

/** `file:line` of a line (from 1) of the joined module text. */
function locate(source: KernelSource, line: number): string {
  let rest = line - enablesOf(source).length;
  for (const part of source.parts) {
    const lines = part.text.split('\n').length;
    if (rest <= lines) return `${part.file}:${rest}`;
    rest -= lines;
  }
  return source.name;
}

export class Kernels {
  readonly #device: GPUDevice;
  readonly #stepLayout: GPUBindGroupLayout;
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#stepLayout = device.createBindGroupLayout({
      label: 'step',
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: STEP_SIZE },
        },
      ],
    });
  }

  /** Group 0 over a ring of steps, STEP_BYTES apart. */
  stepGroup(steps: GPUBuffer): GPUBindGroup {
    return this.#device.createBindGroup({
      label: 'step',
      layout: this.#stepLayout,
      entries: [{ binding: 0, resource: { buffer: steps, size: STEP_SIZE } }],
    });
  }

  /** Compile (or find) the pipeline and make the bind group of one dispatch. */
  async dispatch(request: DispatchRequest): Promise<Dispatch> {
    const { label, source, constants, buffers, grid } = request;
    const layout = this.#layoutOf(source.bindings);
    const pipeline = await this.#pipelineOf(source, constants, layout);
    const group = this.#device.createBindGroup({
      label,
      layout,
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return {
      label,
      kernel: source.name,
      ...{ source, constants },
      pipeline,
      group,
      x: grid[0],
      y: grid[1] ?? 1,
      flops: request.flops ?? 0,
      bytes: request.bytes ?? buffers.reduce((sum, buffer) => sum + buffer.size, 0),
    };
  }

  #layoutOf(bindings: readonly Access[]): GPUBindGroupLayout {
    const key = bindings.join();
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      layout = this.#device.createBindGroupLayout({
        label: key,
        entries: bindings.map((access, binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
        })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }

  #pipelineOf(
    source: KernelSource,
    constants: Constants,
    layout: GPUBindGroupLayout,
  ): Promise<GPUComputePipeline> {
    const key = keyOf(source) + JSON.stringify(constants);
    let pipeline = this.#pipelines.get(key);
    if (pipeline === undefined) {
      pipeline = this.#compile(source, constants, layout);
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
  }

  async #compile(
    source: KernelSource,
    constants: Constants,
    layout: GPUBindGroupLayout,
  ): Promise<GPUComputePipeline> {
    let module = this.#modules.get(keyOf(source));
    if (module === undefined) {
      module = this.#device.createShaderModule({ label: source.name, code: moduleText(source) });
      this.#modules.set(keyOf(source), module);
    }
    try {
      return await this.#device.createComputePipelineAsync({
        label: source.name,
        layout: this.#device.createPipelineLayout({
          label: source.name,
          bindGroupLayouts: [this.#stepLayout, layout],
        }),
        compute: {
          module,
          entryPoint: 'main',
          constants: Object.fromEntries(
            Object.entries(constants).map(([name, value]) => [name, Number(value)]),
          ),
        },
      });
    } catch (error) {
      throw await this.#explain(source, module, error);
    }
  }

  async #explain(source: KernelSource, module: GPUShaderModule, error: unknown) {
    const { messages } = await module.getCompilationInfo();
    const lines = moduleText(source).split('\n');
    const said = messages
      .filter((message) => message.type === 'error')
      .map((message) => {
        const text = lines[message.lineNum - 1]?.trim() ?? '';
        return `${locate(source, message.lineNum)}: ${message.message}\n    ${text}`;
      });
    const reason = error instanceof Error ? error.message : String(error);
    return new KernelError(
      `The shader ${source.name} does not compile on this driver. ${said.join('\n') || reason}`,
      { cause: error },
    );
  }
}

/** Record dispatches into a pass whose group 0 is already set. */
export function record(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[]): void {
  for (const dispatch of dispatches) {
    pass.setPipeline(dispatch.pipeline);
    pass.setBindGroup(1, dispatch.group);
    pass.dispatchWorkgroups(dispatch.x, dispatch.y);
  }
}
