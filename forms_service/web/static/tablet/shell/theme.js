// @ts-check
/** Light or dark: as the device says, or as the officer chose on this tablet. */

const NAME = "forms-tablet-theme";
export const THEMES = ["device", "light", "dark"];

export class Theme {
  #storage;
  #root;

  /** @param {Storage} storage @param {HTMLElement} root */
  constructor(storage, root) {
    this.#storage = storage;
    this.#root = root;
    this.#show();
  }

  get chosen() {
    return this.#storage.getItem(NAME) ?? "device";
  }

  /** @param {string} theme */
  choose(theme) {
    this.#storage.setItem(NAME, theme);
    this.#show();
  }

  #show() {
    this.#root.dataset.theme = this.chosen;
  }
}
