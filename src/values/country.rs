//! Countries by code and by name: ISO 3166-1 alpha-2, and what people write in its place.

use super::text::fold;

/// ISO 3166-1 alpha-2, officially assigned codes.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE \
KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW \
MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE \
SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE \
VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Names of the countries that invoices go to most: code, English, German. Others are known by their code.
const NAMES: [(&str, &str, &str); 48] = [
    ("AE", "United Arab Emirates", "Vereinigte Arabische Emirate"),
    ("AR", "Argentina", "Argentinien"),
    ("AT", "Austria", "Österreich"),
    ("AU", "Australia", "Australien"),
    ("BE", "Belgium", "Belgien"),
    ("BG", "Bulgaria", "Bulgarien"),
    ("BR", "Brazil", "Brasilien"),
    ("CA", "Canada", "Kanada"),
    ("CH", "Switzerland", "Schweiz"),
    ("CN", "China", "China"),
    ("CY", "Cyprus", "Zypern"),
    ("CZ", "Czechia", "Tschechien"),
    ("DE", "Germany", "Deutschland"),
    ("DK", "Denmark", "Dänemark"),
    ("EE", "Estonia", "Estland"),
    ("ES", "Spain", "Spanien"),
    ("FI", "Finland", "Finnland"),
    ("FR", "France", "Frankreich"),
    ("GB", "United Kingdom", "Vereinigtes Königreich"),
    ("GR", "Greece", "Griechenland"),
    ("HK", "Hong Kong", "Hongkong"),
    ("HR", "Croatia", "Kroatien"),
    ("HU", "Hungary", "Ungarn"),
    ("IE", "Ireland", "Irland"),
    ("IL", "Israel", "Israel"),
    ("IN", "India", "Indien"),
    ("IS", "Iceland", "Island"),
    ("IT", "Italy", "Italien"),
    ("JP", "Japan", "Japan"),
    ("LI", "Liechtenstein", "Liechtenstein"),
    ("LT", "Lithuania", "Litauen"),
    ("LU", "Luxembourg", "Luxemburg"),
    ("LV", "Latvia", "Lettland"),
    ("MT", "Malta", "Malta"),
    ("MX", "Mexico", "Mexiko"),
    ("NL", "Netherlands", "Niederlande"),
    ("NO", "Norway", "Norwegen"),
    ("NZ", "New Zealand", "Neuseeland"),
    ("PL", "Poland", "Polen"),
    ("PT", "Portugal", "Portugal"),
    ("RO", "Romania", "Rumänien"),
    ("SE", "Sweden", "Schweden"),
    ("SG", "Singapore", "Singapur"),
    ("SI", "Slovenia", "Slowenien"),
    ("SK", "Slovakia", "Slowakei"),
    ("UA", "Ukraine", "Ukraine"),
    ("US", "United States", "Vereinigte Staaten"),
    ("ZA", "South Africa", "Südafrika"),
];

/// Other names in use.
const ALSO: &[(&str, &str)] = &[
    ("AE", "UAE"),
    ("CZ", "Czech Republic"),
    ("DE", "BRD"),
    ("GB", "Great Britain"),
    ("GB", "Großbritannien"),
    ("GB", "UK"),
    ("GR", "EL"),
    ("KR", "South Korea"),
    ("NL", "Holland"),
    ("RU", "Russia"),
    ("TR", "Turkey"),
    ("TW", "Taiwan"),
    ("US", "America"),
    ("US", "United States of America"),
    ("US", "US of A"),
    ("US", "USA"),
    ("VN", "Vietnam"),
];

/// The code of a country: by code, by a name in English or German, by what else it is called; in any case, with or without an
/// article and dots.
pub fn code(text: &str) -> Option<&'static str> {
    let typed = fold(text.trim()).replace('.', "");
    if let Some(code) = CODES.split(' ').find(|code| fold(code) == typed) {
        return Some(code);
    }
    let articles = ["the ", "die "];
    let bare = articles.iter().find_map(|word| typed.strip_prefix(word));
    let wanted = bare.unwrap_or(&typed);
    let named = NAMES
        .iter()
        .flat_map(|&(code, english, german)| [(code, english), (code, german)]);
    named
        .chain(ALSO.iter().copied())
        .find(|(_, name)| fold(name) == wanted)
        .map(|(code, _)| code)
}

/// The name of a country in English and in German, where it is known.
pub fn names(code: &str) -> Option<(&'static str, &'static str)> {
    NAMES
        .iter()
        .find(|(known, ..)| *known == code)
        .map(|&(_, english, german)| (english, german))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_of_a_country() {
        for (code, english, german) in NAMES {
            assert!(CODES.split(' ').any(|known| known == code), "{code}");
            assert_eq!(super::code(english), Some(code));
            assert_eq!(super::code(german), Some(code));
        }
        for (code, name) in ALSO.iter().copied() {
            assert!(CODES.split(' ').any(|known| known == code), "{code}");
            assert_eq!(super::code(name), Some(code));
        }
    }
}
