-- Licences (F-006): how many a company has stands in its body, what a user holds in the user's. Bodies of before say
-- nothing of them, which means what it should, so nothing is rewritten. The number keeps a program that does not know
-- them from opening the database, where it would stop at the first body that names one.
SELECT 1;
