/** Runs go to the graphics device; a toy task goes to the CPU where there is none. */
import { CpuSession } from './cpu/cpu-session.ts';
import { trainsOnCpu } from './cpu/trains-on-cpu.ts';
import type { Command } from './protocol.ts';
import { Session, type Surroundings } from './session.ts';

type Opening = Extract<Command, { type: 'open' }>;

export class EitherSession {
  readonly #gpu: Session;
  readonly #cpu: CpuSession;
  readonly #hasAdapter: () => Promise<boolean>;
  #chosen: Promise<Session | CpuSession>;

  /** @param hasAdapter asked before a run that the CPU could train. */
  constructor(around: Surroundings, hasAdapter: () => Promise<boolean>) {
    this.#gpu = new Session(around);
    this.#cpu = new CpuSession(around);
    this.#hasAdapter = hasAdapter;
    this.#chosen = Promise.resolve(this.#gpu);
  }

  /** Take a command, in the order they come. Never throws. */
  handle(command: Command): void {
    if (command.type === 'open') this.#chosen = this.#choose(command, this.#chosen);
    // What is asked for once holds for whichever trains next.
    const isForBoth = ['speed', 'look', 'look-away'].includes(command.type);
    void this.#chosen.then((session) => {
      session.handle(command);
      if (isForBoth) (session === this.#cpu ? this.#gpu : this.#cpu).handle(command);
    });
  }

  async #choose(
    { run, resume }: Opening,
    before: Promise<Session | CpuSession>,
  ): Promise<Session | CpuSession> {
    // A state that was kept is a device's.
    const canTrain = trainsOnCpu(run.spec) && (resume?.state ?? null) === null;
    const session = canTrain && !(await this.#hasAdapter()) ? this.#cpu : this.#gpu;
    if ((await before) === this.#cpu && session === this.#gpu) this.#cpu.leave();
    return session;
  }
}
