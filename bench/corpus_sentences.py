"""The sentences of made pages. Every one is invented; what a word in braces stands for is filled in by `corpus`."""

from __future__ import annotations

PLAIN = (
    "Eenzaamheid komt in elke straat voor, bij jong en oud.",
    "Wie zich alleen voelt, zegt dat vaak niet hardop.",
    "Daarom beginnen we klein: met een praatje bij de deur.",
    "Buren kennen elkaar niet altijd meer zoals vroeger.",
    "Een kop koffie lost niet alles op, maar het helpt wel.",
    "We kijken per buurt wat er al is en wat nog ontbreekt.",
    "Dat vraagt tijd, geduld en een open blik van iedereen die meedenkt.",
    "Vaak gaat het om mensen die net zijn verhuisd of iemand hebben verloren.",
    "In het voorjaar staan er bankjes op het plein, zodat het makkelijker wordt om even te blijven zitten.",
    "De drempel moet laag zijn en de deur staat open.",
    "Het gesprek aan de keukentafel blijft het belangrijkste.",
    "Niet iedereen zit te wachten op een activiteit in een zaal.",
    "Sommige bewoners willen liever iets voor een ander betekenen.",
    "Wat werkt in het ene dorp, hoeft in het andere dorp niet te werken.",
    "Daarom leren we van wat goed gaat en stoppen we met wat niet helpt.",
    "De komende jaren houden we vast aan dezelfde lijn.",
    "Signalen komen binnen via de huisarts, de kapper en de postbode.",
    "Een goede training geeft houvast bij een lastig gesprek.",
    "Wie iets opmerkt, weet zo bij wie dat gemeld kan worden.",
    "Het is fijn om te zien dat er steeds meer mensen aanschuiven.",
    "Ook thuis kan er veel, bijvoorbeeld met een telefoontje op vaste tijden.",
    "Vervoer is voor veel ouderen een probleem, zeker in de avond.",
    "Het weer zat niet mee, maar de opkomst was er niet minder om.",
    "We vragen niet wat iemand mankeert, maar waar iemand blij van wordt.",
    "De uitkomsten van het onderzoek lagen in de lijn van eerdere jaren.",
    "Er is geen kant-en-klare oplossing en die zoeken we ook niet.",
    "Bij slecht weer gaat het programma binnen door.",
    "De eerste stap is voor veel mensen de moeilijkste.",
    "Achter elke voordeur speelt een ander verhaal, en niet elk verhaal is meteen zichtbaar voor wie er langsloopt.",
    "Het plan is geen eindpunt maar een begin.",
    "We houden het eenvoudig en schrijven op wat we afspreken.",
    "Zo blijft het overzichtelijk, ook als er iemand wisselt.",
    "De middag is gratis en aanmelden hoeft niet.",
    "Een maatje is geen hulpverlener en dat hoeft ook niet.",
    "Wat vorig jaar een proef was, is nu een vast onderdeel van de week.",
    "Er wordt gewandeld, gekaart en veel gelachen.",
)  # fmt: skip
DATED = (
    "De start was in {D}.",
    "In {D} kijken we samen terug op wat er is gebeurd.",
    "Op {DAY} was de eerste bijeenkomst.",
    "Sinds {YEAR} is er elke week een inloop.",
    "De afspraken lopen van {YEARS}.",
    "Op {DAY} staat de volgende middag gepland; de zaal is open.",
)
COUNTED = (
    "Vorig jaar kwamen er {N} langs.",
    "Er zijn {N} opgeleid en dat aantal groeit.",
    "In totaal deden {N} mee aan de eerste ronde.",
    "Het plan noemt {N} voor de komende periode.",
)
MENTIONING = (
    "De cijfers komen van {M}.",
    "De middag was in het gebouw van {M}.",
    "Bij {M} staat de koffie klaar.",
    "De training werd verzorgd door {M}.",
    "Een medewerker van {M} vertelde hoe dat in de praktijk gaat.",
    "Wie vragen heeft over vervoer, kan terecht bij {M}.",
)
PROGRAMMES = (
    "We sluiten aan bij het landelijke programma {F|Eén tegen eenzaamheid}.",
    "In de {F|Week tegen Eenzaamheid} is er elke dag iets te doen.",
    "De aanpak staat ook in het {F|Lokaal Gezondheidsakkoord}.",
)
TOGETHER = (
    "{LIST} ondertekenden het convenant.",
    "De volgende organisaties doen mee: {LIST}.",
    "De coalitie bestaat uit {LIST}.",
    "{LIST} vormen samen de coalitie.",
    "Aan de coalitie nemen deel: {LIST}.",
)
JOINING = ("Ook {O} doet mee.", "{O} sluit aan.", "{O} is kernpartner.")
GOALS = (
    "Minder inwoners voelen zich eenzaam",
    "Signalen eerder zien en beter doorgeven",
    "Een netwerk waarin iedereen elkaar weet te vinden",
    "Inwoners denken en beslissen mee",
    "Het gesprek over eenzaamheid gewoon maken",
    "Elke wijk heeft een plek om binnen te lopen",
    "Jongeren weten waar ze terechtkunnen",
    "Meer aandacht voor mantelzorgers",
    "Ontmoeten wordt vanzelfsprekend",
)
ACTIONS = (
    "een jaarkalender met activiteiten per buurt",
    "een training voor baliemedewerkers",
    "een telefooncirkel voor wie dat wil",
    "een kaart met alle plekken om elkaar te ontmoeten",
    "een wandeling op elke eerste zaterdag",
    "een lunch in het dorpshuis",
    "een gids die huis aan huis wordt bezorgd",
    "een scholing over het herkennen van signalen",
)
PILLARS = (
    ("Bestuurlijk commitment", 1),
    ("Creëer een sterk netwerk", 2),
    ("Betrek mensen zelf", 3),
    ("Werk aan een duurzame aanpak", 4),
    ("Monitoring en evaluatie", 5),
)
QUOTES = (
    "“Een praatje bij het tuinhek is ook beleid.”",
    "“Samen komen we verder dan alleen.”",
    "“Iedereen telt mee, ook achter de voordeur.”",
)
GOAL_HEADINGS = ("Doelstellingen", "Doelen", "Wat willen we bereiken?", "Onze doelen")
PARTY_HEADINGS = ("Deelnemers", "Deelnemende organisaties", "Partners", "Wie doen er mee?", "Aangesloten organisaties")
WAY_HEADINGS = ("Aanpak", "Werkwijze", "Hoe werken wij?", "Activiteiten")
OTHER_HEADINGS = ("Achtergrond", "Cijfers", "Aanleiding")
GROUPS = ("vrijwilligers", "inwoners", "ervaringsdeskundigen", "ondernemers")
ROLES = ("wijkagent", "buurtsportcoaches", "dorpsondersteuner", "praktijkondersteuners")
CATEGORIES = ("kerken", "scholen", "woningcorporaties", "huisartsen")
COUNTABLE = ("bezoekers", "vrijwilligers", "inwoners", "deelnemers", "huisbezoeken")
MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
          "november", "december")  # fmt: skip
FIRST_NAMES = ("Sanne", "Kees", "Fatima", "Joris", "Marieke", "Hendrik", "Anouk", "Willem", "Esra", "Tineke")
LAST_NAMES = ("Zandwijk", "van Oosterveen", "de Rietsnijder", "Kloosterhof", "van den Wegberg", "Molenkamp")
FUNCTIONS = ("beleidsmedewerker", "projectleider", "coördinator", "sociaal makelaar")
