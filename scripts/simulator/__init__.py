"""A simulator of Customer Insights - Journeys interaction data: people, journeys, messages and what they did.

The work runs in this order, one module for each part:

1. `schema` reads the raw tables and columns from the staging YAML of the project;
2. `tenant` draws what all people share (journeys, messages, segments), `people` draws a chunk's people;
3. `journeys`, `outbound`, `messages`, `forms`, `events`, `surveys`, `audience`, `outcomes` and `web` decide what
   happens, and write their decisions into a `plan`: moments (future rows) and the truth; `arrivals` and
   `clients` add to them;
4. `attribution` finds the messages that came before a conversion;
5. `columns` turns moments into rows, `noise` repeats some of them, `additions` adds what the tenant added;
   `generations` puts the rows into the schema's generation, `writers` writes the files and `delta` (with
   `deletion_vectors`) makes Delta tables of them; `truth` and `consent` write the truth;
6. `chunks` splits the whole into chunks of people and runs them in parallel.
"""
