"""Sentence ends beside ordinals, abbreviations, initials, titles, units and citations, in ten languages."""

import pytest

from knowledge.sentences import split_sentences

SENTENCES = """\
en: Brown v. Board of Education was decided in 1954. | It ended segregation.
en: The court cited No. 12 and Art. 3 of the Act. | It then adjourned.
en: Prof. J. R. R. Tolkien taught at Oxford. | He wrote at night.
en: See Fig. 4 and pp. 12-15 for details. | The rest is in App. 3 of the report.
en: The U.S. Supreme Court agreed. | The U.K. did not.
en: She arrived at 5 p.m. on Monday. | He left at once.
en: Acme Inc. and Smith & Co. Ltd. merged. | Nobody noticed.
en: Section 5 para. 2 applies. | See Smith et al. (2019) for more.
en: He was born in the 19th century. | He died on Jan. 5 in St. Louis.
en: It weighs 5 kg. | It costs approx. 20 dollars.
de: Bis ins 19. Jahrhundert war das üblich. | Dann kam die Bahn.
de: Die Kunst des frühen 20. Jahrhunderts ist hier zu sehen. | Der Eintritt ist frei.
de: Nach § 5 Abs. 2 S. 1 BGB ist das nichtig. | Art. 3 Nr. 4 gilt auch.
de: Viele Tiere, z. B. Hunde und Katzen, leben hier. | D. h. Sie sind willkommen.
de: Ludwig XIV. war König von Frankreich. | Er starb 1715.
de: Kaiser Wilhelm II. dankte 1918 ab. | Danach lebte er in Doorn.
de: Am 3. Oktober feiern wir. | Die Feier dauert bis zum 5. Oktober.
de: Er wohnt in der 2. Etage. | Dr. med. Müller wohnt darüber.
de: Das kostet ca. 20 Mio. Euro. | Die Summe ist inkl. MwSt. zu zahlen.
de: Seit dem 1. Januar gilt das Gesetz. | Vgl. dazu S. 12 ff. der Begründung.
de: Zwischen dem 16. und 17. Jahrhundert wuchs die Stadt. | Sie hatte 5000 Einwohner.
fr: M. Dupont habite av. Foch. | Mme Martin habite à côté.
fr: On mange des fruits, p. ex. Pommes ou Poires. | C'est bon.
fr: Voir l'art. 3 al. 2 du code. | Le n. 5 est abrogé.
fr: Le Dr. Leroy est né le 5 janv. 1960. | Il vit à Lyon.
fr: J.-P. Sartre est né à Paris. | Il a refusé le prix.
fr: Cf. la fig. 2, p. 34. | Elle est claire.
es: El Sr. García y la Dña. Marta llegaron. | Comieron pronto.
es: Véase el art. 5 de la Ley, pág. 20. | No hay más.
es: Nació en el año 44 a. C. en Roma. | Murió joven.
es: Vive en EE. UU. desde 1990. | Trabaja en la Avda. Madison.
es: D. José y Dª. Ana son primos. | Viven en Sevilla.
it: Il sig. Rossi e l'avv. Bianchi sono qui. | Il dott. Verdi no.
it: Si veda l'art. 5, comma 2, della legge n. 241. | Non serve altro.
it: Nato nel III sec. a.C. a Roma. | Morì giovane.
it: L'ing. G. Marconi inventò la radio. | Vinse il Nobel.
pt: O Sr. Silva mora na R. Augusta. | A Sra. Costa mora ao lado.
pt: Ver o art. 5.º da Lei n. 10. | O resto não muda.
pt: O prof. dr. J. Pereira chegou. | Ele ensina física.
pt: V. Exa. pode entrar. | A sala está livre.
nl: Dhr. A. de Vries woont in de St. Jansstraat. | Hij is bakker.
nl: Dat geldt o.a. Voor Amsterdam en bijv. Utrecht. | Zie art. 3 lid 2.
nl: Mevr. dr. Bakker is er niet. | Ze komt om 5 uur.
nl: Prof. mr. Visser schreef blz. 12. | De rest is van d.w.z. Jansen.
pl: To np. Kraków lub m.in. Warszawa. | Oba są duże.
pl: Mieszka przy ul. Długiej 5 m. 3. | Jest tam od 1990 r. do dziś.
pl: Zgodnie z art. 5 ust. 2 pkt 1 ustawy jest to ważne. | Zob. Rys. 3.
pl: Prof. dr hab. Jan Kowalski wykłada. | Był tu w XX w. i później.
ru: Он живёт в г. Москва на ул. Ленина, д. 5. | Там тихо.
ru: Это д-р. Иванов и проф. Петров. | Они врачи.
ru: Пушкин А. С. родился в 1799 г. в Москве. | Он был поэтом.
ru: См. рис. 3 и табл. 2. | Там всё сказано.
ru: Страна, т. е. Россия, велика. | Это видно на карте.
ru: Согласно п. 2 ст. 5 закона это верно. | Спорить нечего.
ru: В 44 г. до н. э. Цезарь был убит. | Рим изменился.
tr: Av. Ayşe Yılmaz ve Dr. Ali Kaya geldi. | Toplantı başladı.
tr: Bkz. Şekil 3 ve örn. Ankara vb. yerler. | Hepsi büyük.
tr: Atatürk Cad. No. 5 adresinde oturur. | Evi ok. gibi dardır.
tr: II. Dünya Savaşı 1945'te bitti. | Barış geldi.
tr: Böylece 19. Yüzyıl geçti. | Sonra her şey değişti.
tr: Türk Ticaret K. m. 5 uyarınca geçersizdir. | Madde açıktır.
en: She works for Acme Inc. | The firm is large.
en: It opens at 8 a.m. | They close at noon.
en: He moved to the U.S. | There he taught.
de: Rom wurde 753 v. Chr. gegründet. | Das ist lange her.
de: Die Stadt fiel im 5. Jh. | Danach verfiel sie.
de: Das zeigt die II. Auflage. | Es gibt 3 Mio. | Das reicht.
ru: Он умер в 1837 г. | Это была дуэль.
es: Trabaja en EE. UU. | Los demás no.
"""


@pytest.mark.parametrize("line", SENTENCES.splitlines())
def test_sentences_are_cut_where_a_reader_would_cut_them(line: str) -> None:
    expected = line.split(": ", 1)[1].split(" | ")
    text = " ".join(expected)
    assert [text[part.start : part.end] for part in split_sentences(text)] == expected
