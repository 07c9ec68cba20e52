-- The same step as of the other database, by its number. Here a month is spread by one statement a table, however many its entries are,
-- so its tables stay. Ids of entries are short from here on, which a server of before does not read.

UPDATE portal_schema SET version = 7, needs = 7;
