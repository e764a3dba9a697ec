// An IndexedDB in memory, as far as the tablet's database asks of it: whole rows, one transaction after the other.

/** A request that answers in a later turn, as the browser's do. */
class Request extends EventTarget {
  onsuccess = null;
  tell(result) {
    this.result = result;
    this.onsuccess?.({ target: this });
    this.dispatchEvent(new Event("success"));
  }
}

class Store {
  constructor(name, rows, transaction) {
    Object.assign(this, { name, rows, transaction });
  }
  #ask(act) {
    return this.transaction.ask(act);
  }
  get = (key) => this.#ask(() => this.rows.get(JSON.stringify(key)));
  getAll = () => this.#ask(() => [...this.rows.values()]);
  getAllKeys = () => this.#ask(() => [...this.rows.keys()].map((key) => JSON.parse(key)));
  put = (value, key = value.id ?? value.envelope_id) => this.#ask(() => (this.rows.set(JSON.stringify(key), value), key));
  add = this.put;
  delete = (key) => this.#ask(() => void this.rows.delete(JSON.stringify(key)));
  clear = () => this.#ask(() => this.rows.clear());
}

class Transaction {
  oncomplete = null;
  onabort = null;
  #asked = [];
  #has;
  #before;
  constructor(has) {
    this.#has = has;
    this.#before = new Map([...has].map(([name, rows]) => [name, new Map(rows)]));
    setImmediate(() => this.#go());
  }
  objectStore = (name) => new Store(name, this.#has.get(name), this);
  ask(act) {
    const request = new Request();
    this.#asked.push(() => request.tell(act()));
    return request;
  }
  #go() {
    if (this.#isOver) return;
    const next = this.#asked.shift();
    if (!next) return ((this.#isOver = true), this.oncomplete?.());
    next();
    setImmediate(() => this.#go());
  }
  #isOver = false;
  abort() {
    if (this.#isOver) throw new DOMException("", "InvalidStateError");
    this.#isOver = true;
    for (const [name, rows] of this.#before) this.#has.set(name, rows);
    this.onabort?.();
  }
}

export class FakeFactory {
  stores = null;
  #connections = [];
  /** The browser throws it all away, and its connections with it. */
  throwAway() {
    this.stores = null;
    for (const one of this.#connections) one.dispatchEvent(new Event("close"));
    this.#connections = [];
  }
  rows = (store) => [...(this.stores?.get(store) ?? new Map()).values()];
  open(_name, version) {
    const [request, connection, oldVersion] = [new Request(), new EventTarget(), this.stores ? version : 0];
    setImmediate(() => {
      this.stores ??= new Map();
      const mine = this.stores;
      connection.createObjectStore = (name) => mine.set(name, new Map());
      connection.transaction = () => new Transaction(mine);
      connection.close = () => undefined;
      this.#connections.push(connection);
      request.result = connection;
      if (oldVersion < version) request.onupgradeneeded({ oldVersion });
      setImmediate(() => request.tell(connection));
    });
    return request;
  }
}
