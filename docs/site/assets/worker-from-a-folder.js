// A browser starts no worker for a page that was opened from a folder (file://), and the search of
// the site is one. There a frame in the page does its work: the same messages, each a copy, delivered
// when the sender has come to an end, as between a page and a worker.
"use strict";
if (location.protocol === "file:") {
  const deliver = (place, message) => {
    const data = structuredClone(message);
    setTimeout(() => place.dispatchEvent(new MessageEvent("message", { data })), 0);
  };
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inside = this.frame.contentWindow;
      inside.postMessage = (data) => deliver(this, data);
      const script = inside.document.createElement("script");
      script.src = new URL(address, document.baseURI).href;
      script.addEventListener("load", () => {
        const waiting = this.waiting;
        this.waiting = null;
        waiting.forEach((data) => this.postMessage(data));
      });
      script.addEventListener("error", () => this.dispatchEvent(new Event("error")));
      inside.document.body.append(script);
    }
    postMessage(data) {
      if (this.waiting) this.waiting.push(data);
      else deliver(this.frame.contentWindow, data);
    }
    set onmessage(listener) {
      this.addEventListener("message", listener);
    }
    set onerror(listener) {
      this.addEventListener("error", listener);
    }
    terminate() {
      this.frame.remove();
    }
  };
}
