"""A simulator of Customer Insights - Journeys interaction data: people, journeys, messages and what they did.

The work runs in this order, each module one part of it:

1. `schema` reads the raw tables and columns from the staging YAML of the project;
2. `tenant` draws what all people share (journeys, messages, segments), `people` draws a chunk's people;
3. `journeys` (with `runs` and `steps`) and `outbound` decide what happens, and write their decisions into a `plan`:
   moments (future rows) and the truth. They hand their `attempts` to send a message to `messages`, which gives them to
   `emails` (with `email_fates`, `email_blocks` and `email_bounces`) and to the other `channels` (with `calls`);
   `outside_runs` adds a few, `reactions` (with `links` and `inbound`) says what people do with what arrives, and a
   `ledger` keeps what is true of each attempt;
4. `forms`, `events`, `surveys`, `audience`, `outcomes`, `records` and `web` plan all the rest, `arrivals` and `clients`
   add to it, and `attribution` finds the messages that came before a conversion;
5. `identities` merges some of the people and makes contacts of leads; `dataverse_tenant` (with `definitions` and
   `dataverse_purposes`) and `dataverse_people` (with `dataverse_consents`) give the tenant and its people records with
   names, in the tables of `dataverse`;
6. `columns` turns moments into `rows`, with ids in the `spellings` of exports and with the `makers` of single columns;
   `noise` repeats some of them, `additions` adds what the tenant added; `generations` puts the rows into the schema's
   generation, `writers` writes the files and `delta` (with `deletion_vectors`) makes Delta tables of them; `truth` and
   `consent` write the truth;
7. `chunks` splits the whole into chunks of people and runs them in parallel.

Modules of words and codes stand beside them: `vocabulary` (the tenant's words), `journey_codes` and `journey_reasons`,
`block_reasons`, and `column_values` (what columns hold that depends on nothing else). `draw` has the ways to draw that
most of them share.
"""
