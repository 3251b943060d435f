"""Countries as the Core API describes them (Core API §2.9): every NANP country, the EU, the big ones.

Codes are ISO 3166-1, regions and subregions those of the United Nations' geoscheme, mobile country
codes those of ITU E.212. Facts only; nothing here is computed.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """One country. `mcc` is a comma list, `domain` is without a dot, `dialing_prefix` without a plus."""

    iso_3166_alpha_2: str
    iso_3166_alpha_3: str
    iso_3166_numeric: int
    common_name: str
    official_name: str
    capital: str
    dialing_prefix: str
    mcc: str
    region: str
    subregion: str
    domain: str


def _country(row: str) -> Country:
    alpha_2, alpha_3, numeric, common, official, capital, prefix, mcc, place = (
        part.strip() for part in row.split("|")
    )
    region, subregion = _PLACES[place]
    domain = "uk" if alpha_2 == "GB" else alpha_2.lower()
    return Country(
        alpha_2,
        alpha_3,
        int(numeric),
        common,
        official or common,
        capital,
        prefix,
        mcc,
        region,
        subregion,
        domain,
    )


_PLACES = {
    "NA": ("Americas", "Northern America"),
    "CA": ("Americas", "Central America"),
    "CR": ("Americas", "Caribbean"),
    "SA": ("Americas", "South America"),
    "NE": ("Europe", "Northern Europe"),
    "WE": ("Europe", "Western Europe"),
    "SE": ("Europe", "Southern Europe"),
    "EE": ("Europe", "Eastern Europe"),
    "EA": ("Asia", "Eastern Asia"),
    "SS": ("Asia", "Southern Asia"),
    "ST": ("Asia", "South-Eastern Asia"),
    "WA": ("Asia", "Western Asia"),
    "KA": ("Asia", "Central Asia"),
    "NF": ("Africa", "Northern Africa"),
    "WF": ("Africa", "Western Africa"),
    "EF": ("Africa", "Eastern Africa"),
    "SF": ("Africa", "Southern Africa"),
    "AU": ("Oceania", "Australia and New Zealand"),
    "MI": ("Oceania", "Micronesia"),
    "PO": ("Oceania", "Polynesia"),
}

# alpha-2 | alpha-3 | numeric | common name | official name (empty: the same) | capital | prefix | mcc | place
_ROWS = """
US|USA|840|United States|United States of America|Washington D.C.|1|310,311,312,313,316|NA
CA|CAN|124|Canada||Ottawa|1|302|NA
BM|BMU|60|Bermuda||Hamilton|1441|350|NA
AG|ATG|28|Antigua and Barbuda||Saint John's|1268|344|CR
AI|AIA|660|Anguilla||The Valley|1264|365|CR
BB|BRB|52|Barbados||Bridgetown|1246|342|CR
BS|BHS|44|Bahamas|Commonwealth of the Bahamas|Nassau|1242|364|CR
DM|DMA|212|Dominica|Commonwealth of Dominica|Roseau|1767|366|CR
DO|DOM|214|Dominican Republic||Santo Domingo|1809|370|CR
GD|GRD|308|Grenada||St. George's|1473|352|CR
JM|JAM|388|Jamaica||Kingston|1876|338|CR
KN|KNA|659|Saint Kitts and Nevis|Federation of Saint Christopher and Nevis|Basseterre|1869|356|CR
KY|CYM|136|Cayman Islands||George Town|1345|346|CR
LC|LCA|662|Saint Lucia||Castries|1758|358|CR
MS|MSR|500|Montserrat||Plymouth|1664|354|CR
PR|PRI|630|Puerto Rico|Commonwealth of Puerto Rico|San Juan|1787|330|CR
SX|SXM|534|Sint Maarten||Philipsburg|1721|362|CR
TC|TCA|796|Turks and Caicos Islands||Cockburn Town|1649|376|CR
TT|TTO|780|Trinidad and Tobago|Republic of Trinidad and Tobago|Port of Spain|1868|374|CR
VC|VCT|670|Saint Vincent and the Grenadines||Kingstown|1784|360|CR
VG|VGB|92|British Virgin Islands|Virgin Islands|Road Town|1284|348|CR
VI|VIR|850|United States Virgin Islands|Virgin Islands of the United States|Charlotte Amalie|1340|332|CR
AS|ASM|16|American Samoa||Pago Pago|1684|544|PO
GU|GUM|316|Guam||Hagåtña|1671|310|MI
MP|MNP|580|Northern Mariana Islands|Commonwealth of the Northern Mariana Islands|Saipan|1670|310|MI
MX|MEX|484|Mexico|United Mexican States|Mexico City|52|334|CA
CR|CRI|188|Costa Rica|Republic of Costa Rica|San José|506|712|CA
GT|GTM|320|Guatemala|Republic of Guatemala|Guatemala City|502|704|CA
PA|PAN|591|Panama|Republic of Panama|Panama City|507|714|CA
SV|SLV|222|El Salvador|Republic of El Salvador|San Salvador|503|706|CA
CU|CUB|192|Cuba|Republic of Cuba|Havana|53|368|CR
AR|ARG|32|Argentina|Argentine Republic|Buenos Aires|54|722|SA
BR|BRA|76|Brazil|Federative Republic of Brazil|Brasília|55|724|SA
CL|CHL|152|Chile|Republic of Chile|Santiago|56|730|SA
CO|COL|170|Colombia|Republic of Colombia|Bogotá|57|732|SA
EC|ECU|218|Ecuador|Republic of Ecuador|Quito|593|740|SA
PE|PER|604|Peru|Republic of Peru|Lima|51|716|SA
UY|URY|858|Uruguay|Oriental Republic of Uruguay|Montevideo|598|748|SA
VE|VEN|862|Venezuela|Bolivarian Republic of Venezuela|Caracas|58|734|SA
DK|DNK|208|Denmark|Kingdom of Denmark|Copenhagen|45|238|NE
EE|EST|233|Estonia|Republic of Estonia|Tallinn|372|248|NE
FI|FIN|246|Finland|Republic of Finland|Helsinki|358|244|NE
GB|GBR|826|United Kingdom|United Kingdom of Great Britain and Northern Ireland|London|44|234,235|NE
IE|IRL|372|Ireland|Republic of Ireland|Dublin|353|272|NE
IS|ISL|352|Iceland||Reykjavik|354|274|NE
LT|LTU|440|Lithuania|Republic of Lithuania|Vilnius|370|246|NE
LV|LVA|428|Latvia|Republic of Latvia|Riga|371|247|NE
NO|NOR|578|Norway|Kingdom of Norway|Oslo|47|242|NE
SE|SWE|752|Sweden|Kingdom of Sweden|Stockholm|46|240|NE
AT|AUT|40|Austria|Republic of Austria|Vienna|43|232|WE
BE|BEL|56|Belgium|Kingdom of Belgium|Brussels|32|206|WE
CH|CHE|756|Switzerland|Swiss Confederation|Bern|41|228|WE
DE|DEU|276|Germany|Federal Republic of Germany|Berlin|49|262|WE
FR|FRA|250|France|French Republic|Paris|33|208|WE
LI|LIE|438|Liechtenstein|Principality of Liechtenstein|Vaduz|423|295|WE
LU|LUX|442|Luxembourg|Grand Duchy of Luxembourg|Luxembourg|352|270|WE
MC|MCO|492|Monaco|Principality of Monaco|Monaco|377|212|WE
NL|NLD|528|Netherlands|Kingdom of the Netherlands|Amsterdam|31|204|WE
AL|ALB|8|Albania|Republic of Albania|Tirana|355|276|SE
BA|BIH|70|Bosnia and Herzegovina||Sarajevo|387|218|SE
ES|ESP|724|Spain|Kingdom of Spain|Madrid|34|214|SE
GR|GRC|300|Greece|Hellenic Republic|Athens|30|202|SE
HR|HRV|191|Croatia|Republic of Croatia|Zagreb|385|219|SE
IT|ITA|380|Italy|Italian Republic|Rome|39|222|SE
MT|MLT|470|Malta|Republic of Malta|Valletta|356|278|SE
PT|PRT|620|Portugal|Portuguese Republic|Lisbon|351|268|SE
RS|SRB|688|Serbia|Republic of Serbia|Belgrade|381|220|SE
SI|SVN|705|Slovenia|Republic of Slovenia|Ljubljana|386|293|SE
BG|BGR|100|Bulgaria|Republic of Bulgaria|Sofia|359|284|EE
CZ|CZE|203|Czechia|Czech Republic|Prague|420|230|EE
HU|HUN|348|Hungary||Budapest|36|216|EE
MD|MDA|498|Moldova|Republic of Moldova|Chișinău|373|259|EE
PL|POL|616|Poland|Republic of Poland|Warsaw|48|260|EE
RO|ROU|642|Romania||Bucharest|40|226|EE
RU|RUS|643|Russia|Russian Federation|Moscow|7|250|EE
SK|SVK|703|Slovakia|Slovak Republic|Bratislava|421|231|EE
UA|UKR|804|Ukraine||Kyiv|380|255|EE
CY|CYP|196|Cyprus|Republic of Cyprus|Nicosia|357|280|WA
AE|ARE|784|United Arab Emirates||Abu Dhabi|971|424|WA
AM|ARM|51|Armenia|Republic of Armenia|Yerevan|374|283|WA
GE|GEO|268|Georgia||Tbilisi|995|282|WA
IL|ISR|376|Israel|State of Israel|Jerusalem|972|425|WA
QA|QAT|634|Qatar|State of Qatar|Doha|974|427|WA
SA|SAU|682|Saudi Arabia|Kingdom of Saudi Arabia|Riyadh|966|420|WA
TR|TUR|792|Turkey|Republic of Türkiye|Ankara|90|286|WA
YE|YEM|887|Yemen|Republic of Yemen|Sana'a|967|421|WA
CN|CHN|156|China|People's Republic of China|Beijing|86|460|EA
HK|HKG|344|Hong Kong|Hong Kong Special Administrative Region of China||852|454|EA
JP|JPN|392|Japan||Tokyo|81|440,441|EA
KR|KOR|410|South Korea|Republic of Korea|Seoul|82|450|EA
TW|TWN|158|Taiwan||Taipei|886|466|EA
BD|BGD|50|Bangladesh|People's Republic of Bangladesh|Dhaka|880|470|SS
IN|IND|356|India|Republic of India|New Delhi|91|404,405|SS
LK|LKA|144|Sri Lanka|Democratic Socialist Republic of Sri Lanka|Sri Jayawardenepura Kotte|94|413|SS
PK|PAK|586|Pakistan|Islamic Republic of Pakistan|Islamabad|92|410|SS
ID|IDN|360|Indonesia|Republic of Indonesia|Jakarta|62|510|ST
MY|MYS|458|Malaysia||Kuala Lumpur|60|502|ST
PH|PHL|608|Philippines|Republic of the Philippines|Manila|63|515|ST
SG|SGP|702|Singapore|Republic of Singapore|Singapore|65|525|ST
TH|THA|764|Thailand|Kingdom of Thailand|Bangkok|66|520|ST
VN|VNM|704|Vietnam|Socialist Republic of Vietnam|Hanoi|84|452|ST
KZ|KAZ|398|Kazakhstan|Republic of Kazakhstan|Astana|7|401|KA
DZ|DZA|12|Algeria|People's Democratic Republic of Algeria|Algiers|213|603|NF
EG|EGY|818|Egypt|Arab Republic of Egypt|Cairo|20|602|NF
MA|MAR|504|Morocco|Kingdom of Morocco|Rabat|212|604|NF
TN|TUN|788|Tunisia|Republic of Tunisia|Tunis|216|605|NF
GH|GHA|288|Ghana|Republic of Ghana|Accra|233|620|WF
NG|NGA|566|Nigeria|Federal Republic of Nigeria|Abuja|234|621|WF
SN|SEN|686|Senegal|Republic of Senegal|Dakar|221|608|WF
ET|ETH|231|Ethiopia|Federal Democratic Republic of Ethiopia|Addis Ababa|251|636|EF
KE|KEN|404|Kenya|Republic of Kenya|Nairobi|254|639|EF
TZ|TZA|834|Tanzania|United Republic of Tanzania|Dodoma|255|640|EF
ZA|ZAF|710|South Africa|Republic of South Africa|Pretoria|27|655|SF
AU|AUS|36|Australia|Commonwealth of Australia|Canberra|61|505|AU
NZ|NZL|554|New Zealand||Wellington|64|530|AU
"""

COUNTRIES: tuple[Country, ...] = tuple(_country(row) for row in _ROWS.strip().splitlines())
