// Lets time pass under a playhead, from where it stands to its end.

class Player {
  /** `spread` has the time, shows another one, and knows its end and the next turn. */
  constructor(spread, button) {
    Object.assign(this, { spread, button });
    /** Ends the playing; null while nothing plays. */
    this.stop = null;
  }

  toggle() {
    if (this.stop !== null) {
      this.pause();
      return;
    }
    if (this.spread.atEnd()) this.spread.show(0);
    this.stop = matchMedia("(prefers-reduced-motion: reduce)").matches ? this.playBySteps() : this.playSmoothly();
    this.label(true);
  }

  /** Without motion: from one location to the next. */
  playBySteps() {
    const timer = setInterval(() => {
      this.spread.show(this.spread.turn(1));
      if (this.spread.atEnd()) this.pause();
    }, 1000);
    return () => clearInterval(timer);
  }

  playSmoothly() {
    const { spread } = this;
    let last = null;
    let request = null;
    const frame = (now) => {
      if (last !== null) spread.show(spread.time + ((now - last) / 1000) * Number(spread.speed.value));
      last = now;
      if (spread.atEnd()) this.pause();
      else request = requestAnimationFrame(frame);
    };
    request = requestAnimationFrame(frame);
    return () => cancelAnimationFrame(request);
  }

  pause() {
    this.stop?.();
    this.stop = null;
    this.label(false);
  }

  label(playing) {
    this.button.textContent = playing ? "❚❚ Pause" : "▶ Play";
    this.button.setAttribute("aria-label", playing ? "Pause" : "Play");
  }
}
