// A second place in memory, for tests.

/** A journal in memory that fails when it is told to. */
export class Memory {
  entries = new Map();
  trouble = "";
  unreadable = false;
  renewed = 0;
  async read() {
    if (this.unreadable) throw new DOMException("", "NotReadableError");
    return [...this.entries];
  }
  async append(changes) {
    if (this.trouble) throw new DOMException("", this.trouble);
    for (const [name, value] of changes) value === null ? this.entries.delete(name) : this.entries.set(name, value);
  }
  async renew() {
    this.renewed += 1;
  }
}

/** Keys in memory that can not be had when they are told so. */
export class KeyMemory {
  kept = new Map();
  trouble = "";
  async get(name) {
    if (this.trouble) throw new DOMException("", this.trouble);
    return this.kept.get(name);
  }
  async put(name, marked) {
    if (this.trouble) throw new DOMException("", this.trouble);
    marked ? this.kept.set(name, marked) : this.kept.delete(name);
  }
}

/** Nobody else asks for a lock. */
export const locks = { request: (_name, ...rest) => rest.at(-1)() };
