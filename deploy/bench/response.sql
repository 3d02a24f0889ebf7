-- One response, as survey stores it: 35 answers on the scale of satisfaction.
insert into yardstick.response (id, authority, cycle, plan, agency, choices, texts, mac)
values (gen_random_uuid(), 'bench', '2024', 'nguoi-dan', 'don-vi-01',
    '{1,2,3,4,5,1,2,3,4,5,1,2,3,4,5,1,2,3,4,5,1,2,3,4,5,1,2,3,4,5,1,2,3,4,5}', '{}',
    '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
