// The WebSocket to the server. It reconnects after a loss; the server then sends its whole state.

// The pause before another attempt doubles each time, with jitter so that many pages do not reconnect at once.
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8000;

export class Connection {
  #socket = null;
  #failures = 0;
  #timer = 0;
  #onFrame;
  #onChange;

  /** Calls onFrame(frame) for each frame and onChange(connected) when the connection opens or closes. */
  constructor(onFrame, onChange) {
    this.#onFrame = onFrame;
    this.#onChange = onChange;
    addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.#retryNow());
    this.#connect();
  }

  /** Send a frame; false when there is no connection and nothing was sent. */
  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Request the whole state again. */
  restart() {
    this.#socket?.close();
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/chat`);
    this.#socket = socket;
    socket.onmessage = (event) => {
      const frame = JSON.parse(event.data);
      if (frame.type === "hello") {
        this.#failures = 0;
        this.#onChange(true);
      }
      this.#onFrame(frame);
    };
    socket.onclose = () => {
      this.#onChange(false);
      const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS) * (0.75 + Math.random() / 2);
      this.#failures += 1;
      this.#timer = setTimeout(() => this.#connect(), wait);
    };
  }

  #retryNow() {
    if (this.#socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.#timer);
    this.#connect();
  }
}
