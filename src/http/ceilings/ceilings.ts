import type { Registry } from 'prom-client';
import { limits } from '../../policy/limits.ts';
import { type Answer, problemAnswer } from '../messages/answer.ts';
import { addCounter, addGauge } from '../metrics/collected-metrics.ts';
import { answerTooLarge, overloaded } from './overload.ts';
import { Room, type RoomSize } from '../messages/room.ts';
import { SentAhead } from './sent-ahead.ts';
import { SliceQueue } from './slice-queue.ts';
import { UnreadAnswers } from '../messages/unread-answers.ts';

/**
 * The bounds that all requests of a process share, so that together they hold no more memory and no more time than is
 * stated.
 */
export class Ceilings {
  readonly bodies = new Room(limits.bodiesBytes, limits.keptForSmallBodiesBytes);
  readonly work = new SliceQueue(this.bodies);
  readonly answers: UnreadAnswers;
  readonly sentAhead = new SentAhead();
  #refusedAnswers = 0;

  constructor(registry: Registry, answers = new UnreadAnswers()) {
    this.answers = answers;
    this.#register(registry);
  }

  /** Keeps the body of a request that has to wait; what is to follow is not kept when there is no room. */
  holdBody<Result>(body: Buffer, waiting: Promise<void>, next: () => Result | Promise<Result>): Promise<Result> {
    const bytes = body.length;
    if (!this.bodies.take(bytes, sizeOf(bytes))) {
      waiting.catch(() => undefined);
      throw overloaded('bodies');
    }
    return waiting.then(next).finally(() => this.bodies.give(bytes));
  }

  /** The answer, or the problem that there is no room for it. */
  admit(answer: Answer): Answer {
    const { length } = answer.body;
    // Nearly every answer is small, and taken by the system at once.
    if (length <= limits.smallAnswerBytes) return answer;
    if (length > limits.answerBytes) {
      return problemAnswer(answerTooLarge());
    }
    if (this.answers.fits(length)) return answer;
    this.#refusedAnswers += 1;
    return problemAnswer(overloaded('answers'));
  }

  #register(registry: Registry): void {
    const refused = 'Requests refused with 503 because bodies, long answers or unread answers had no room left.';
    addCounter(
      registry,
      'rolebook_overload_refusals_total',
      refused,
      (counter) => {
        counter.inc({ cause: 'bodies' }, this.bodies.refused);
        counter.inc({ cause: 'work' }, this.work.refused);
        counter.inc({ cause: 'answers' }, this.#refusedAnswers);
      },
      ['cause'],
    );
    const cut = 'Connections ended because an answer was not read, or too many requests were sent ahead.';
    addCounter(
      registry,
      'rolebook_cut_connections_total',
      cut,
      (counter) => {
        counter.inc({ cause: 'unread' }, this.answers.cut);
        counter.inc({ cause: 'sent-ahead' }, this.sentAhead.cut);
      },
      ['cause'],
    );
    const held = 'Bytes of bodies that have come in part or wait, and of answers that are not read yet.';
    addGauge(
      registry,
      'rolebook_held_bytes',
      held,
      (gauge) => {
        gauge.set({ what: 'bodies' }, this.bodies.heldBytes);
        gauge.set({ what: 'answers' }, this.answers.room.heldBytes);
      },
      ['what'],
    );
  }
}

export function sizeOf(bodyBytes: number): RoomSize {
  return bodyBytes > limits.smallBodyBytes ? 'large' : 'small';
}
