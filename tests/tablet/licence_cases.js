// Codes of cards as the standard writes them through its versions, of people who do not exist and issuers that issue nothing.
const [LF, RS, CR] = ["\n", "\x1e", "\r"];

/** Write a code as the versions from 2 on do: header, one designator for each subfile, then the subfiles. */
export function code(elements, { version = "10", type = "DL", issuer = "999999", jurisdiction = "01", extra = "" } = {}) {
  const body = `${type}${elements.map(([id, value]) => `${id}${value}${LF}`).join("")}${CR}`;
  const others = extra ? `ZX${extra}${CR}` : "";
  const count = others ? 2 : 1;
  const head = `@${LF}${RS}${CR}ANSI ${issuer}${version}${jurisdiction}${String(count).padStart(2, "0")}`;
  const start = head.length + 10 * count;
  const place = (kind, offset, text) => `${kind}${String(offset).padStart(4, "0")}${String(text.length).padStart(4, "0")}`;
  return `${head}${place(type, start, body)}${others && place("ZX", start + body.length, others)}${body}${others}`;
}

/** What stands beside name and birth on a card, none of which may come through. */
const OTHERS = [["DCA", "C"], ["DCB", "NONE"], ["DBA", "04282031"], ["DBD", "04282023"], ["DAY", "BRO"], ["DAU", "064 in"], ["DAG", "7 NOWHERE LN"], ["DAI", "NOWHERE"], ["DAJ", "OR"], ["DAK", "973380000"], ["DAQ", "Z0000000"], ["DCF", "AA1234567890"], ["DCG", "USA"]];
const parts = (family, first, middle, more = []) => [["DCS", family], ["DAC", first], ["DAD", middle], ["DBB", "04281986"], ["DBC", "2"], ...OTHERS, ...more];
const licence = (name, more = {}) => ({ name, date_of_birth: "1986-04-28", card: "licence", is_shortened: false, ...more });

export const READ = {
  "2020: names in parts": [code(parts("QUILLFEATHER", "ROSA", "MAE")), licence("ROSA MAE QUILLFEATHER")],
  "2020: two middle names, a suffix, cut flags": [code(parts("QUILLFEATHER", "ROSA", "MAE,ANN", [["DCU", "JR"], ["DDE", "N"], ["DDF", "N"], ["DDG", "U"]])), licence("ROSA MAE ANN QUILLFEATHER JR")],
  "2020: another subfile of the issuer": [code(parts("QUILLFEATHER", "ROSA", "MAE"), { extra: "ZXAROSA,B,C\nZXB1" }), licence("ROSA MAE QUILLFEATHER")],
  "2020: an identity card": [code(parts("QUILLFEATHER", "ROSA", "MAE"), { type: "ID" }), licence("ROSA MAE QUILLFEATHER", { card: "state_id" })],
  "2020: the family name was cut": [code(parts("QUILLFEATHERSTONEHAUGH-WORTHINGTONSM", "ROSA", "M", [["DDE", "T"]])), licence("ROSA M QUILLFEATHERSTONEHAUGH-WORTHINGTONSM", { is_shortened: true })],
  "2020: no middle name": [code(parts("QUILLFEATHER", "ROSA", "NONE")), licence("ROSA QUILLFEATHER")],
  "2020: one name alone": [code(parts("QUILLFEATHER", "NONE", "UNAVL")), licence("QUILLFEATHER")],
  "2020: letters beyond ASCII": [code(parts("PLUMAVELOZ NÚÑEZ", "ROSA", "DE LA LUZ")), licence("ROSA DE LA LUZ PLUMAVELOZ NÚÑEZ")],
  "2016: blanks behind every value": [code(parts("QUILLFEATHER   ", "ROSA ", "MAE  "), { version: "09" }), licence("ROSA MAE QUILLFEATHER")],
  "2005: given names in one element": [code([["DCS", "QUILLFEATHER"], ["DCT", "ROSA,MAE"], ["DBB", "04281986"]], { version: "03" }), licence("ROSA MAE QUILLFEATHER")],
  "2003: given names set apart by a blank": [code([["DCT", "ROSA MAE"], ["DCS", "QUILLFEATHER"], ["DBB", "04281986"], ["DAD", "IGNORED"]], { version: "02" }), licence("ROSA MAE QUILLFEATHER")],
  "2000: one whole name, the family's first; the year first": [`@${LF}${RS}${CR}ANSI 99999901${"01"}DL00290060DLDAAQUILLFEATHER,ROSA,MAE,JR${LF}DBB19860428${LF}${CR}`, licence("ROSA MAE QUILLFEATHER JR")],
  "2000: names in parts, under the old file type": [`@${LF}${RS}${CR}AAMVA99999901${"01"}DL00290060DL${LF}DABQUILLFEATHER${LF}DACROSA${LF}DADMAE${LF}DAEIII${LF}DBB19860428${LF}${CR}`, licence("ROSA MAE QUILLFEATHER III")],
  "Canada: the year first": [code([...parts("QUILLFEATHER", "ROSA", "MAE").filter(([id]) => id !== "DBB" && id !== "DCG"), ["DBB", "19860428"], ["DCG", "CAN"]]), licence("ROSA MAE QUILLFEATHER")],
  "born on a leap day": [code([["DCS", "QUILLFEATHER"], ["DAC", "ROSA"], ["DBB", "02292000"]]), licence("ROSA QUILLFEATHER", { date_of_birth: "2000-02-29" })],
};

const born = (digits) => code([["DCS", "QUILLFEATHER"], ["DAC", "ROSA"], ["DBB", digits]]);
export const REFUSED = {
  "nothing": ["", "licence-is-none"],
  "a boarding pass": ["M1QUILLFEATHER/ROSA    EABCDEF NOWNOWXX 0001 001Y001A0001 100", "licence-is-none"],
  "a header alone": [`@${LF}${RS}${CR}ANSI 999999100101`, "licence-damaged"],
  "no version": [`@${LF}${RS}${CR}ANSI 999999`, "licence-is-none"],
  "no subfile of ours": [`@${LF}${RS}${CR}ANSI 999999100101EN00410060ENDCSQUILLFEATHER${LF}`, "licence-damaged"],
  "longer than any symbol": [code(parts("QUILLFEATHER", "ROSA", "M".repeat(4000))), "licence-damaged"],
  "two birth dates": [code(parts("QUILLFEATHER", "ROSA", "MAE", [["DBB", "04281987"]])), "licence-damaged"],
  "a control character in the name": [code(parts("QUILL\u0007FEATHER", "ROSA", "MAE")), "licence-damaged"],
  "a name written right to left by force": [code(parts("\u202eREHTAEFLLIUQ", "ROSA", "MAE")), "licence-damaged"],
  "no name": [code([["DBB", "04281986"]]), "licence-without-name"],
  "names that are none": [code(parts("UNAVL", "NONE", "NONE")), "licence-without-name"],
  "no birth date": [code([["DCS", "QUILLFEATHER"], ["DAC", "ROSA"]]), "licence-without-birth-date"],
  "a day that no calendar has": [born("02301986"), "licence-without-birth-date"],
  "a month that no calendar has": [born("00101986"), "licence-without-birth-date"],
  "letters for digits": [born("O4281986"), "licence-without-birth-date"],
  "a century nobody lives from": [born("04281886"), "licence-without-birth-date"],
};
