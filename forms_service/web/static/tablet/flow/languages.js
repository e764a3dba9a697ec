// @ts-check
/**
 * Languages an officer may meet, by BCP-47 tag, with their English names: the list of `forms_service/web/languages.py`,
 * to which a test holds it.
 */

/** @type {readonly (readonly [tag: string, name: string])[]} */
export const LANGUAGES = [
  ["en", "English"],
  ["es", "Spanish"],
  ["ase", "American Sign Language"],
  ["am", "Amharic"],
  ["ar", "Arabic"],
  ["my", "Burmese"],
  ["yue", "Chinese, Cantonese"],
  ["cmn", "Chinese, Mandarin"],
  ["chk", "Chuukese"],
  ["prs", "Dari"],
  ["fa", "Farsi"],
  ["fr", "French"],
  ["de", "German"],
  ["hi", "Hindi"],
  ["hmn", "Hmong"],
  ["ja", "Japanese"],
  ["km", "Khmer"],
  ["kjb", "Kanjobal (Q'anjob'al)"],
  ["ko", "Korean"],
  ["lo", "Lao"],
  ["mam", "Mam"],
  ["mh", "Marshallese"],
  ["mxv", "Mixtec"],
  ["om", "Oromo"],
  ["ps", "Pashto"],
  ["pt", "Portuguese"],
  ["pua", "Purépecha"],
  ["ro", "Romanian"],
  ["ru", "Russian"],
  ["so", "Somali"],
  ["sw", "Swahili"],
  ["tl", "Tagalog"],
  ["ti", "Tigrinya"],
  ["trc", "Triqui"],
  ["uk", "Ukrainian"],
  ["vi", "Vietnamese"],
  ["zap", "Zapotec"],
  ["mis", "Another language"],
];

/** Give a language's English name; the tag where it has none here. @param {string} tag */
export const languageName = (tag) => LANGUAGES.find(([one]) => one === tag)?.[1] ?? tag;
