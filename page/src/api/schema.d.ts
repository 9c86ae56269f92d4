// Written by `npm run types` from ../schema/desk.openapi.json; do not edit.

export interface paths {
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Recounts the ledger from its first event with arithmetic of its own. */
        post: operations["audit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/book": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows which supply is in force. */
        get: operations["book"];
        put?: never;
        /**
         * Assesses a version of the book and publishes its supply; refused when promises would no longer fit, unless that is
         *     overridden.
         */
        post: operations["publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the versions of the book, the newest first; the `ETag` is the newest's. */
        get: operations["books"];
        put?: never;
        /**
         * Keeps a book as the newest version, if nothing in it is wrong; all that is comes back. It supplies nothing until it
         *     is published.
         */
        post: operations["import_book"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a version with its tables, values, sources, marks and files. */
        get: operations["book_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{id}/diff/{other}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what is not the same in two versions. */
        get: operations["book_diff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{id}/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Edits a version in the text of its files, and keeps what comes of it as the newest if nothing in it is wrong.
         * @description `If-Match` names the newest version as it was seen, so that nobody's change is lost.
         */
        post: operations["edit_book"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{id}/take-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keeps an older version as the newest: what came after it is taken back, and stays in the list. */
        post: operations["take_back_book"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/breaches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what is promised and will not be there, or not as probably, with what would cure it. */
        get: operations["breaches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what is free of every pool over a window of time. */
        get: operations["calendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/commitments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists commitments that have not ended. */
        get: operations["commitments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Streams what happens from now on, as server-sent events; a tenant hears of its own promises alone. */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/export/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives out a table of the ledger: `events`, `commitments`, `holds`, `positions`, or `focus` (commitments as rows of
         *     FOCUS 1.3), each as `.csv` and `.parquet`. A tenant gets its own alone.
         */
        get: operations["export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists holds. */
        get: operations["holds"];
        put?: never;
        /** Sets capacity apart for a while. */
        post: operations["hold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists runs, the newest first. */
        get: operations["jobs"];
        put?: never;
        /** Asks for a run of a command on a version of the book. What the same command came to on the same book is not run again. */
        post: operations["start_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a run: how far it is, and what came of it. */
        get: operations["job"];
        put?: never;
        post?: never;
        /** Removes a run that has ended, with all that came of it. */
        delete: operations["delete_job"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a run. */
        post: operations["cancel_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Streams how far a run is, as server-sent events named `progress`, until it has ended. */
        get: operations["job_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the files that came of a run. */
        get: operations["job_files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/files/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a file that came of a run. */
        get: operations["job_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the report of a run: its answers in words, tables, and the data of its pictures, as `report.html` has them. */
        get: operations["job_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the result: what the command prints with `--json`. */
        get: operations["job_result"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says whose token it is, and what it may do. */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pipeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the pipeline. */
        get: operations["pipeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pipeline/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Enters an opportunity, or changes one; it holds nothing. */
        put: operations["put_prospect"];
        post?: never;
        /** Forgets an opportunity. */
        delete: operations["delete_prospect"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the pools that the asker may use. */
        get: operations["pools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pools/{id}/position": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what of a pool is there, promised and left, stretch by stretch. */
        get: operations["position"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/promises/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a promise. */
        get: operations["promise"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/promises/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approves a hold as the second person. */
        post: operations["approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/promises/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a promise, by the desk. */
        post: operations["cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/promises/{id}/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Grows, shrinks, extends or moves a promise in one step, or says what that would take. */
        post: operations["change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/promises/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a hold a commitment. */
        post: operations["confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/promises/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a hold, or what is left of a commitment, back. */
        post: operations["release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quotes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says in what ways a wish could be served; promises nothing. */
        post: operations["quote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the settings. */
        get: operations["settings"];
        /** Changes the settings. */
        put: operations["put_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the tenants that the asker may see: itself, for a tenant. */
        get: operations["tenants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Enters a tenant, or changes one. */
        put: operations["put_tenant"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists tokens, barred ones too. */
        get: operations["tokens"];
        put?: never;
        /** Makes a token and shows its secret, this once. */
        post: operations["make_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Bars a token. */
        delete: operations["bar_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists webhooks that the asker may see, with how they are doing. */
        get: operations["webhooks"];
        put?: never;
        /** Asks to be told of what happens from now on, and shows the secret that it is signed with, this once. */
        post: operations["make_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a webhook away: nothing more is sent, and its secret is forgotten. */
        delete: operations["delete_webhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a ping and says what came of it. When it is taken, a hook that was given up goes on from where it stopped. */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/what-if": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what the headline of an assess would be with changes on top of a version; nothing is kept. */
        post: operations["what_if"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One thing that speaks against a request. */
        Against: {
            /** @description What it is, with numbers. */
            detail: string;
            /** @description A stable word for its kind. */
            kind: string;
            /** @description Whether the desk may waive it. */
            may_be_waived: boolean;
        };
        /** @description One way to serve a wish. */
        AlternativeShape: {
            /**
             * Format: int64
             * @description GPUs in all.
             */
            gpus: number;
            /**
             * Format: double
             * @description Probability that it is kept over all its pools and months, if it was asked for.
             */
            joint?: number | null;
            /** @description What it takes; give it to `POST /v1/holds` as it is. */
            parts: components["schemas"]["PartShape"][];
            /**
             * Format: double
             * @description The level of firm supply that it fits in, pool by pool: a screen and no promise.
             */
            screen: number;
            /** @description When it starts. */
            start: string;
            /**
             * Format: double
             * @description What it costs in all.
             */
            total: number;
        };
        /** @description What a recount of the ledger found. */
        AuditShape: {
            /**
             * Format: int64
             * @description Firmnesses that events say.
             */
            claims: number;
            /**
             * Format: int64
             * @description Those of them that were counted anew: under the supply that is in force, as far as a few seconds reach.
             */
            claims_recounted: number;
            /** @description Pools of which the desk and the recount count different promises. */
            disagreements: string[];
            /**
             * Format: int64
             * @description Events that were recounted.
             */
            events: number;
            /** @description What is wrong. */
            faults: string[];
            /** @description Whether nothing is wrong. */
            is_sound: boolean;
            /** @description Promises that still take something. */
            live: number;
        };
        /** @description Why something is done, and perhaps why what may be waived is. */
        Because: {
            /**
             * @description Why what may be waived is waived; for the desk.
             * @default null
             */
            override?: string | null;
            /**
             * @description Why, in words.
             * @default
             */
            why?: string;
        };
        /** @description A version of the book with all that is in it. */
        BookShape: components["schemas"]["VersionShape"] & {
            /** @description The files as they are written. */
            files: components["schemas"]["FileShape"][];
            /** @description What holds, by kind of thing. */
            tables: components["schemas"]["TableShape"][];
        };
        /** @description A promise that gets less than was promised or is less firm, with what would cure it. */
        BreachShape: {
            /** @description Other capacity for it from where it lacks; give the parts to `change`. For the first 500 of the list. */
            cures: components["schemas"]["CureShape"][];
            /**
             * Format: double
             * @description The joint firmness of what is left of it, of one that is softer.
             */
            firmness?: number | null;
            /** @description From when it lacks something; of one that is softer, from when something of it is left. */
            from: string;
            /**
             * Format: double
             * @description GPU-hours that it lacks by contract.
             */
            gpu_hours: number;
            /** @description `short`: contracted supply no longer holds it. `softer`: it does, and the promise is less firm than it was promised. */
            kind: string;
            /** Format: int32 */
            priority: number;
            promise: string;
            /**
             * Format: double
             * @description The joint firmness that it was promised at, of one that is softer.
             */
            promised_firmness?: number | null;
            /** @description What is broken, in words: `firmness fell from 0.93 to 0.71`. */
            says: string;
            /**
             * Format: int64
             * @description The most GPUs that it lacks at any minute by contract.
             */
            short: number;
            state: string;
            tenant: string;
            until: string;
        };
        /** @description All that is promised and will not be there, or not as probably. */
        BreachesShape: {
            /** @description Contracts sold before. */
            contracts: components["schemas"]["LateShape"][];
            /** @description Promises, by priority. */
            promises: components["schemas"]["BreachShape"][];
        };
        /** @description What is free of every pool that the asker may use. */
        CalendarShape: {
            /**
             * Format: double
             * @description The level of firm supply that is shown.
             */
            firmness: number;
            /** @description By pool. */
            pools: components["schemas"]["RowShape"][];
            /** @description First instant of each step. */
            starts: string[];
            /** @description End of the last. */
            until: string;
        };
        /** @description What could be signed or built. */
        CapableShape: {
            /** @description `sign` or `build`. */
            by: string;
            /** Format: double */
            capex?: number | null;
            /** Format: int64 */
            gpus: number;
            /** Format: double */
            price?: number | null;
            start: string;
            /** @description The offer, or the power pool and the recipe. */
            what: string;
        };
        /** @description What a change would take. Nothing is changed yet. */
        ChangeQuoteShape: {
            /**
             * Format: double
             * @description Probability that it is kept over all its pools and months.
             */
            joint: number;
            /** @description What speaks against it; none where it can be done as it is. */
            objections: components["schemas"]["Against"][];
            /** @description What it would take from the next minute on. */
            parts: components["schemas"]["PartShape"][];
            /**
             * Format: double
             * @description Money for that.
             */
            total: number;
            /**
             * Format: double
             * @description Money for what it takes now from the next minute on.
             */
            total_before: number;
        };
        /** @description How a promise is to be changed from the next minute on; what is left out stays. */
        ChangeRequest: {
            /**
             * @description From when.
             * @default null
             */
            from?: string | null;
            /**
             * Format: int64
             * @description How many GPUs.
             * @default null
             */
            gpus?: number | null;
            /**
             * @description Why what may be waived is waived; for the desk.
             * @default null
             */
            override?: string | null;
            /**
             * @description In which pool.
             * @default null
             */
            pool?: string | null;
            /**
             * @description Whether only to say what it would take.
             * @default false
             */
            quote_only?: boolean;
            /**
             * @description Until when.
             * @default null
             */
            until?: string | null;
            /**
             * @description Why, in words.
             * @default
             */
            why?: string;
        };
        /** @description A thing that is not the same. */
        ChangeShape: {
            /** @description `added`, `removed` or `changed`. */
            happened: string;
            id: string;
            /** @description Its name for people, if it has one. */
            name?: string | null;
            table: string;
            values: components["schemas"]["ValueChangeShape"][];
        };
        /** @description What came of a change, or what it would take. */
        Changed: components["schemas"]["PromiseShape"] | components["schemas"]["ChangeQuoteShape"];
        /** @description What capacity must be like. */
        ConstraintsShape: {
            /**
             * @description Types of GPU that will do; none for any.
             * @default []
             */
            accelerators?: string[];
            /**
             * @description Sites that will not do.
             * @default []
             */
            avoid?: string[];
            /**
             * @description Zones that will not do, each with all within it.
             * @default []
             */
            avoid_zones?: string[];
            /**
             * Format: double
             * @description The least joint firmness, 0.9 if nothing is said.
             * @default null
             */
            firmness?: number | null;
            /**
             * @description The place that the round trip is measured from.
             * @default null
             */
            latency_from?: string | null;
            /**
             * Format: double
             * @description The longest round trip in milliseconds.
             * @default null
             */
            latency_ms?: number | null;
            /**
             * Format: int64
             * @description The smallest NVLink domain that will do, in GPUs.
             * @default null
             */
            nvlink_domain?: number | null;
            /**
             * @description The pool that it must be.
             * @default null
             */
            pool?: string | null;
            /**
             * Format: double
             * @description The most that may be asked for a GPU-hour.
             * @default null
             */
            price_ceiling?: number | null;
            /**
             * Format: int32
             * @description 1 is served first, 5 last; the best that the tenant may ask for if nothing is said.
             * @default null
             */
            priority?: number | null;
            /**
             * @description `pool` (as if nothing is said), `site` or `anywhere`: how far apart GPUs may stand.
             * @default null
             */
            together?: string | null;
            /**
             * @description Whether only whole racks are taken.
             * @default false
             */
            whole_racks?: boolean;
            /**
             * @description Zones that will do, each with all within it; none for any.
             * @default []
             */
            zones?: string[];
        };
        /** @description A cure of a breach. */
        CureShape: {
            /**
             * Format: double
             * @description Probability that it is kept over all its pools and months, where that was lacking.
             */
            joint?: number | null;
            parts: components["schemas"]["PartShape"][];
            start: string;
        };
        /** @description What is not the same in two versions. */
        DifferenceShape: {
            /** @description The second. */
            after: components["schemas"]["VersionShape"];
            /** @description The first version. */
            before: components["schemas"]["VersionShape"];
            /** @description Things that are not the same. */
            changes: components["schemas"]["ChangeShape"][];
        };
        /** @description One edit: a value set or taken out; without a field, a thing taken out. A thing that is not there yet is added. */
        Edit: {
            /** @description The key, as `late.grace`; left out to take out the whole thing. */
            field?: string | null;
            /** @description Its id, as `iren-childress.horizon-1`; empty for kinds of which there is one. */
            id?: string;
            /** @description How far to trust it, as `press`; empty to take that out, left out to let it be. */
            mark?: string | null;
            /** @description The id of its source; empty to take that out, left out to let it be. */
            source?: string | null;
            /** @description The kind of thing, as `tranche`; `book` for the top of the book. */
            table: string;
            /**
             * @description What it is to be: text as the file would have it (`200 MW`), a number, a list of texts, yes or no; left out or
             *     null to take it out.
             */
            value?: unknown;
        };
        /** @description Edits that are to be kept as the newest version. */
        EditRequest: {
            /** @description Whether they are only to be checked, and nothing kept. */
            check_only?: boolean;
            /** @description What is to be changed. */
            edits: components["schemas"]["Edit"][];
            /** @description Why, in words. */
            why?: string;
        };
        /** @description An event as it is streamed. */
        EventShape: {
            at: string;
            kind: string;
            promise?: string | null;
            who: string;
            why: string;
        };
        /** @description A file of a book. */
        FileShape: {
            name: string;
            /** @description Its text. */
            text: string;
        };
        /** @description One field that is wrong. */
        Finding: {
            /** @description The field. */
            field: string;
            /** @description The file of the book that it stands in. */
            file?: string | null;
            /** @description How to mend it. */
            fix: string;
            /**
             * Format: int32
             * @description The line, from 1; left out when the whole file is meant.
             */
            line?: number | null;
            /** @description What is wrong with it. */
            problem: string;
            /** @description The rule of the book that found it. */
            rule?: string | null;
            /** @description `error` or `warning`, of a finding in a book. */
            severity?: string | null;
        };
        /** @description What is to be set apart: parts as a quote offered them, or a wish of which the best alternative is taken. */
        HoldRequest: {
            constraints?: components["schemas"]["ConstraintsShape"] | null;
            /**
             * Format: double
             * @description For how many minutes it is held unless it is confirmed.
             */
            minutes: number;
            /** @description Why what may be waived is waived; for the desk. */
            override?: string | null;
            /** @description Parts of an alternative. */
            parts?: components["schemas"]["PartShape"][];
            /** @description For whom; a tenant's token holds for its own. */
            tenant?: string | null;
            /** @description Why, in words. */
            why?: string;
            wish?: components["schemas"]["WishShape"] | null;
        };
        /** @description A book that is to be kept as the newest version. */
        ImportRequest: {
            /** @description Whether it is only to be checked, and nothing kept. */
            check_only?: boolean;
            /** @description The file or folder to begin with; all of them if nothing is said. */
            entry?: string;
            /** @description The text of each file (TOML and CSV) by its name; parts of a path are parted by `/`. */
            files: {
                [key: string]: string;
            };
            /** @description Why, in words. */
            why?: string;
        };
        /** @description A file that came of a job. */
        JobFileShape: {
            /** @description Its name: what to ask `/files/{name}` for. */
            name: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
        };
        /** @description A run of a command that is asked for. */
        JobRequest: {
            /**
             * @description The version of the book: an id, its first digits, `newest` or `published`; if nothing is said, the published one,
             *     or the newest where none is.
             */
            book?: string | null;
            /** @description What is changed on top of the version, for this run alone. */
            changes?: components["schemas"]["Edit"][];
            /** @description `check`, `assess`, `stress`, `value`, `calendar`, `offer`, `plan` or `study`. */
            kind: string;
            /** @description The command's own options by name, as `{"samples": 500, "quick": true}`. */
            options?: Record<string, unknown>;
        };
        /** @description A run of a command. */
        JobShape: {
            /** @description When it was begun last. */
            begun?: string | null;
            /** @description The version of the book, by its id. */
            book: string;
            /** @description What is changed on top of the version. */
            changes: unknown[];
            /** @description What it does now. */
            doing: string;
            /** @description When it ended. */
            ended?: string | null;
            /** @description Why it failed. */
            error?: string | null;
            /**
             * Format: int32
             * @description The command's exit code: 0 it holds, 1 it does not, 2 the input is wrong.
             */
            exit?: number | null;
            /** @description What came of it; left out in lists. */
            files?: components["schemas"]["JobFileShape"][] | null;
            /** @description What can be done about that. */
            hint?: string | null;
            /** @description Its id. */
            id: string;
            /** @description Whether somebody wants it ended. */
            is_cancelled: boolean;
            /** @description The command. */
            kind: string;
            /** @description When. */
            made: string;
            /** @description The command's options. */
            options: Record<string, unknown>;
            /**
             * Format: double
             * @description How far it is, from 0 to 1.
             */
            progress: number;
            /** @description Whether it was there before: the same command on the same book came to a result, or will. */
            reused?: boolean | null;
            /** @description `queued`, `running`, `done`, `failed` or `cancelled`. */
            state: string;
            /**
             * Format: int64
             * @description How often it was begun: more than once where its server died.
             */
            tries: number;
            /** @description Who asked for it. */
            who: string;
        };
        /** @description A contract sold before the desk opened that is later than it forgives. */
        LateShape: {
            contract: string;
            from: string;
            /** Format: int64 */
            short: number;
            tenant: string;
        };
        /** @description What is left at a level of firm supply. */
        LevelShape: {
            /** Format: double */
            firmness: number;
            /** Format: int64 */
            gpus: number;
        };
        /** @description The token that a request came with. */
        MeShape: {
            /** @description Its name: who acts with it. */
            name: string;
            /** @description `viewer`, `tenant`, `desk` or `admin`. */
            role: string;
            /** @description The tenant whose it is, for the role `tenant`. */
            tenant?: string | null;
        };
        /** @description An opportunity with its id. */
        NamedProspect: components["schemas"]["ProspectShape"] & {
            id: string;
        };
        /** @description Something near to what was asked, and where. */
        NearShape: {
            pool: string;
            /** Format: double */
            value: number;
        };
        /** @description A token that was just made: its secret is shown here and never again. */
        NewTokenShape: {
            name: string;
            role: string;
            /** @description What to send as `Authorization: Bearer`. */
            secret: string;
        };
        /** @description A webhook that was just made: its secret is shown here and never again. */
        NewWebhookShape: components["schemas"]["WebhookShape"] & {
            /** @description What its messages are signed with, as Standard Webhooks says. */
            secret: string;
        };
        /** @description A page of a list. */
        Page_JobShape: {
            /** @description What is on it. */
            items: {
                /** @description When it was begun last. */
                begun?: string | null;
                /** @description The version of the book, by its id. */
                book: string;
                /** @description What is changed on top of the version. */
                changes: unknown[];
                /** @description What it does now. */
                doing: string;
                /** @description When it ended. */
                ended?: string | null;
                /** @description Why it failed. */
                error?: string | null;
                /**
                 * Format: int32
                 * @description The command's exit code: 0 it holds, 1 it does not, 2 the input is wrong.
                 */
                exit?: number | null;
                /** @description What came of it; left out in lists. */
                files?: components["schemas"]["JobFileShape"][] | null;
                /** @description What can be done about that. */
                hint?: string | null;
                /** @description Its id. */
                id: string;
                /** @description Whether somebody wants it ended. */
                is_cancelled: boolean;
                /** @description The command. */
                kind: string;
                /** @description When. */
                made: string;
                /** @description The command's options. */
                options: Record<string, unknown>;
                /**
                 * Format: double
                 * @description How far it is, from 0 to 1.
                 */
                progress: number;
                /** @description Whether it was there before: the same command on the same book came to a result, or will. */
                reused?: boolean | null;
                /** @description `queued`, `running`, `done`, `failed` or `cancelled`. */
                state: string;
                /**
                 * Format: int64
                 * @description How often it was begun: more than once where its server died.
                 */
                tries: number;
                /** @description Who asked for it. */
                who: string;
            }[];
            /** @description What to ask for `after` to get the next; left out on the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_PoolShape: {
            /** @description What is on it. */
            items: {
                accelerator: string;
                /**
                 * Format: double
                 * @description What a GPU-hour costs and displaces; left out for tenants.
                 */
                floor?: number | null;
                id: string;
                /** Format: int64 */
                nvlink_domain: number;
                /**
                 * Format: double
                 * @description What is asked for a GPU-hour.
                 */
                price: number;
                /** Format: int64 */
                rack_gpus: number;
                site: string;
                zones: string[];
            }[];
            /** @description What to ask for `after` to get the next; left out on the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_PromiseShape: {
            /** @description What is on it. */
            items: {
                /**
                 * Format: double
                 * @description The joint firmness that it has now; left out once it takes nothing.
                 */
                firmness?: number | null;
                /** @description Its id. */
                id: string;
                /** @description When the hold lapses; left out once it is no hold. */
                lapses?: string | null;
                /** @description What it takes, or took. */
                parts: components["schemas"]["PartShape"][];
                /**
                 * Format: int32
                 * @description Who is served first.
                 */
                priority: number;
                /**
                 * Format: double
                 * @description The joint firmness that it was promised at.
                 */
                promised_firmness: number;
                /** @description `held`, `committed`, `lapsed`, `released` or `cancelled`. */
                state: string;
                /** @description To whom. */
                tenant: string;
                /**
                 * Format: int32
                 * @description How often it changed: what `If-Match` names.
                 */
                version: number;
            }[];
            /** @description What to ask for `after` to get the next; left out on the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_TenantShape: {
            /** @description What is on it. */
            items: {
                /**
                 * Format: int32
                 * @description The best priority that it may ask for, and gets when it asks for none.
                 */
                best_priority: number;
                /** Format: double */
                credit_limit?: number | null;
                /**
                 * Format: double
                 * @description What its promises are worth from now to their ends.
                 */
                exposure: number;
                id: string;
                name: string;
                /** Format: int64 */
                quota?: number | null;
            }[];
            /** @description What to ask for `after` to get the next; left out on the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_VersionShape: {
            /** @description What is on it. */
            items: {
                /** @description The day whose knowledge it holds. */
                as_of: string;
                /** @description When it was kept. */
                at: string;
                /** @description Warnings; only where it was read to answer. */
                findings?: components["schemas"]["Finding"][] | null;
                /** @description Its id, a hash of its files: equal books have equal ids. */
                id: string;
                /** @description Whether it is the newest. */
                is_newest: boolean;
                /** @description Whether the desk's supply was made of it. */
                is_published: boolean;
                /**
                 * Format: int64
                 * @description Its place among all versions: 1 for the first.
                 */
                number: number;
                /** @description The version that it was made from; left out for one that came from outside. */
                parent?: string | null;
                /** @description The book's title. */
                title: string;
                /** @description Who kept it. */
                who: string;
                /** @description Why. */
                why: string;
            }[];
            /** @description What to ask for `after` to get the next; left out on the last. */
            next?: string | null;
        };
        /** @description GPUs of one pool from one instant to another. */
        PartShape: {
            /** @description From when. */
            from: string;
            /**
             * Format: int64
             * @description How many.
             */
            gpus: number;
            /** @description Which pool. */
            pool: string;
            /**
             * Format: double
             * @description What is paid for a GPU-hour.
             */
            price: number;
            /** @description Until just before when. */
            until: string;
        };
        /** @description A pool. */
        PoolShape: {
            accelerator: string;
            /**
             * Format: double
             * @description What a GPU-hour costs and displaces; left out for tenants.
             */
            floor?: number | null;
            id: string;
            /** Format: int64 */
            nvlink_domain: number;
            /**
             * Format: double
             * @description What is asked for a GPU-hour.
             */
            price: number;
            /** Format: int64 */
            rack_gpus: number;
            site: string;
            zones: string[];
        };
        /** @description A pool's position over a stretch in which nothing of it changes. */
        PositionShape: {
            /** Format: int64 */
            committed: number;
            /**
             * Format: int64
             * @description GPUs in service by contract.
             */
            contracted: number;
            /** @description GPUs left of each level of firm supply: long above zero, short below. */
            firm_left: components["schemas"]["LevelShape"][];
            /**
             * Format: int64
             * @description GPUs that may still be promised by contract.
             */
            free: number;
            from: string;
            /** Format: int64 */
            held: number;
            /**
             * Format: double
             * @description GPUs that the pipeline may take, each opportunity by its chance.
             */
            pipeline: number;
            /**
             * Format: int64
             * @description GPUs of contracts sold before the desk opened.
             */
            sold: number;
            until: string;
        };
        /** @description Why a request was not done. */
        Problem: {
            /** @description What it is here. */
            detail?: string;
            /** @description Fields that are wrong. */
            findings?: components["schemas"]["Finding"][];
            /** @description What speaks against it. */
            objections?: components["schemas"]["Against"][];
            /**
             * Format: int32
             * @description The status of the answer.
             */
            status: number;
            /** @description What it is, in a few words. */
            title: string;
            /** @description A stable name of the kind of problem. */
            type: string;
        };
        /** @description A promise as it stands. */
        PromiseShape: {
            /**
             * Format: double
             * @description The joint firmness that it has now; left out once it takes nothing.
             */
            firmness?: number | null;
            /** @description Its id. */
            id: string;
            /** @description When the hold lapses; left out once it is no hold. */
            lapses?: string | null;
            /** @description What it takes, or took. */
            parts: components["schemas"]["PartShape"][];
            /**
             * Format: int32
             * @description Who is served first.
             */
            priority: number;
            /**
             * Format: double
             * @description The joint firmness that it was promised at.
             */
            promised_firmness: number;
            /** @description `held`, `committed`, `lapsed`, `released` or `cancelled`. */
            state: string;
            /** @description To whom. */
            tenant: string;
            /**
             * Format: int32
             * @description How often it changed: what `If-Match` names.
             */
            version: number;
        };
        /** @description An opportunity. */
        ProspectShape: {
            /**
             * Format: double
             * @description Chance of closing.
             */
            chance: number;
            /** @description Until when others are refused what it may claim, if it has such a right. */
            first_refusal_until?: string | null;
            /** @description From when. */
            from: string;
            /**
             * Format: int64
             * @description GPUs that it would take.
             */
            gpus: number;
            /** @description Who may come. */
            party: string;
            /** @description The pool that would serve it, if that is known. */
            pool?: string | null;
            /** @description Until just before when. */
            until: string;
        };
        /** @description What is to be published. */
        PublishRequest: {
            /**
             * @description Why what may be waived is waived.
             * @default null
             */
            override?: string | null;
            /**
             * @description The version of the book; left out, the book on the disk of the desk is read again, kept as the newest version and
             *     published.
             * @default null
             */
            version?: string | null;
            /**
             * @description Why, in words.
             * @default
             */
            why?: string;
        };
        /** @description The answer to a wish. */
        QuoteShape: {
            /** @description Ways to serve it, the best first. */
            alternatives?: components["schemas"]["AlternativeShape"][];
            /** @description Whether there is an alternative. */
            is_offered: boolean;
            refusal?: components["schemas"]["RefusalShape"] | null;
            /**
             * Format: double
             * @description What joint firmness the alternatives are screened for, pool by pool.
             */
            screened_for: number;
        };
        /** @description Why something is done. */
        Reason: {
            /**
             * @description Why, in words.
             * @default
             */
            why?: string;
        };
        /** @description Why a pool does not serve. */
        ReasonShape: {
            pool: string;
            reason: string;
        };
        /** @description Why a wish cannot be served, and what comes nearest. */
        RefusalShape: {
            /** @description What could be signed or built to serve it; left out for tenants. */
            capable?: components["schemas"]["CapableShape"][];
            /** @description When it would fit at the earliest. */
            earliest_possible?: string | null;
            fewer_gpus?: components["schemas"]["NearShape"] | null;
            fewer_hours?: components["schemas"]["NearShape"] | null;
            less_firm?: components["schemas"]["NearShape"] | null;
            /** @description Why each pool does not serve. */
            reasons: components["schemas"]["ReasonShape"][];
        };
        /** @description What is free of one pool. */
        RowShape: {
            accelerator: string;
            /** @description GPUs free all through each step of the level of firm supply. */
            firm: number[];
            /** @description GPUs free all through each step by contract; below zero where too many are promised. */
            free: number[];
            id: string;
            site: string;
            /**
             * Format: int64
             * @description The most GPUs that are under contract at any time.
             */
            size: number;
        };
        /** @description What holds for the whole desk. */
        SettingsShape: {
            /**
             * Format: double
             * @description A commitment worth more is confirmed only once a second person approved it; none if left out.
             */
            approval_above?: number | null;
        };
        /** @description The supply that was published last. */
        SupplyShape: {
            /** @description The version of the book that it was made of; left out where none was kept. */
            book?: string;
            currency: string;
            paths: number;
            /** @description Pools that the asker may use. */
            pools: number;
            /** @description Which assess of which book. */
            study: string;
        };
        /** @description The things of one kind. */
        TableShape: {
            /** @description What such a thing is. */
            about: string;
            /** @description What identifies one, in order; none for kinds of which there is one. */
            ids: string[];
            rows: components["schemas"]["ThingShape"][];
            /** @description The kind, as `tranche`; `book` for the top of the book. */
            table: string;
        };
        /** @description What is to hold for a tenant. */
        TenantRequest: {
            /**
             * Format: int32
             * @description The best priority that it may ask for, and gets when it asks for none: 1 (served first) if nothing is said, to 5.
             */
            best_priority?: number | null;
            /**
             * Format: double
             * @description The most that its promises may be worth from now to their ends.
             */
            credit_limit?: number | null;
            /** @description What it pays at least for a GPU-hour, by accelerator. */
            floors?: {
                [key: string]: number;
            };
            /** @description Its name for people. */
            name: string;
            /**
             * Format: int64
             * @description The most GPUs that it may have at any minute.
             */
            quota?: number | null;
        };
        /** @description A tenant, with what its promises are worth. */
        TenantShape: {
            /**
             * Format: int32
             * @description The best priority that it may ask for, and gets when it asks for none.
             */
            best_priority: number;
            /** Format: double */
            credit_limit?: number | null;
            /**
             * Format: double
             * @description What its promises are worth from now to their ends.
             */
            exposure: number;
            id: string;
            name: string;
            /** Format: int64 */
            quota?: number | null;
        };
        /** @description A thing. */
        ThingShape: {
            /** @description Its id, as edits name it. */
            id: string;
            /** @description Where it is written, as `file:line`; left out for what was made to stand in. */
            place?: string | null;
            /** @description Its values, those that are written first. */
            values: components["schemas"]["ValueShape"][];
        };
        /** @description A token that is to be made. */
        TokenRequest: {
            /** @description Its name, new and unique: who acts with it. */
            name: string;
            /** @description `viewer`, `tenant`, `desk` or `admin`. */
            role: string;
            /** @description The tenant whose it is, for the role `tenant`. */
            tenant?: string | null;
        };
        /** @description A token, without its secret. */
        TokenShape: {
            barred?: string | null;
            made: string;
            name: string;
            role: string;
            tenant?: string | null;
        };
        /** @description All that a study says. */
        Told: {
            /** @description What the study is: enough to make it again. */
            about: components["schemas"]["ToldFact"][];
            /** @description Parts that were not run. */
            absent: components["schemas"]["ToldAbsent"][];
            figures: components["schemas"]["ToldShown"][];
            how: components["schemas"]["ToldDefinition"][];
            keys: components["schemas"]["ToldKey"][];
            /** @description As known on which day, over which, from how many futures. */
            known: string;
            questions: components["schemas"]["ToldQuestion"][];
            sources: components["schemas"]["ToldSource"][];
            tables: components["schemas"]["ToldTable"][];
            /** @description What the book is about. */
            title: string;
            verdict?: components["schemas"]["ToldVerdict"] | null;
        };
        /** @description A part that was not run. */
        ToldAbsent: {
            /** @description What it would have asked. */
            about: string;
            part: string;
        };
        /** @description How a number is made. */
        ToldDefinition: {
            id: string;
            name: string;
            /** @description The field's term, or nothing. */
            term: string;
            text: string;
        };
        /** @description Something to know of the study. */
        ToldFact: {
            name: string;
            text: string;
        };
        /** @description One figure of the page. */
        ToldFigure: {
            /** @description What a picture would show, for who does not see it. */
            alt: string;
            /** @description What the script draws from; `null` for a figure that is a table alone. */
            data: Record<string, unknown>;
            /** @description The same numbers as tables. */
            table: string;
            /** @description Its heading: what is seen. */
            title: string;
            /** @description The definition that its numbers have. */
            why: string;
            /** @description What to see in it, in HTML. */
            words: string;
        };
        /** @description A figure that people ask for first. */
        ToldKey: {
            name: string;
            /** @description HTML. */
            number: string;
            unit: string;
        };
        /** @description A question with its answer. */
        ToldQuestion: {
            /** @description HTML. */
            answer: string;
            asks: string;
            /** @description Ids of the figures that show it. */
            see: string[];
            who: string;
        };
        /** @description A figure with its id. */
        ToldShown: components["schemas"]["ToldFigure"] & {
            id: string;
        };
        /** @description Where words of the book come from. */
        ToldSource: {
            id: string;
            /** @description Publisher, date and address, as far as they are known. */
            said: string;
            title: string;
        };
        /** @description A table that is no figure's. */
        ToldTable: {
            html: string;
            id: string;
        };
        ToldVerdict: {
            tone: string;
            word: string;
        };
        /** @description What came of a trial. */
        TrialShape: {
            /** @description Whether the message was taken; if so, a hook that was given up goes on. */
            is_taken: boolean;
            /** @description Why not. */
            problem?: string | null;
        };
        /** @description A value that is not the same. */
        ValueChangeShape: {
            after?: components["schemas"]["ValueShape"] | null;
            before?: components["schemas"]["ValueShape"] | null;
            field: string;
            /** @description `added`, `removed`, `changed`, or `retold` where only mark, source or range are others. */
            happened: string;
            /** @description Whether either version writes it, and not a default alone. */
            is_written: boolean;
        };
        /** @description A value, as the file has it or as the default reads. */
        ValueShape: {
            /** @description Its key within the thing. */
            field: string;
            /** @description The other end. */
            high?: string | null;
            /** @description What a judgement is moved between. */
            low?: string | null;
            /**
             * @description How far to trust it: `filing`, `press`, `weak`, `derived`, `unverified`, `judgement`, or `default` where the file
             *     says nothing.
             */
            mark: string;
            /** @description The formula of a derived value, a remark, or where a default comes from. */
            note?: string | null;
            /**
             * Format: double
             * @description Its number, where it begins with one.
             */
            number?: number | null;
            /** @description Where it is written, as `file:line`; left out for a default. */
            place?: string | null;
            /** @description The id of its source. */
            source?: string | null;
            /** @description What it is. */
            text: string;
            /** @description Its unit, where it has one. */
            unit?: string | null;
        };
        /** @description A version of the book. */
        VersionShape: {
            /** @description The day whose knowledge it holds. */
            as_of: string;
            /** @description When it was kept. */
            at: string;
            /** @description Warnings; only where it was read to answer. */
            findings?: components["schemas"]["Finding"][] | null;
            /** @description Its id, a hash of its files: equal books have equal ids. */
            id: string;
            /** @description Whether it is the newest. */
            is_newest: boolean;
            /** @description Whether the desk's supply was made of it. */
            is_published: boolean;
            /**
             * Format: int64
             * @description Its place among all versions: 1 for the first.
             */
            number: number;
            /** @description The version that it was made from; left out for one that came from outside. */
            parent?: string | null;
            /** @description The book's title. */
            title: string;
            /** @description Who kept it. */
            who: string;
            /** @description Why. */
            why: string;
        };
        /** @description Who wants to be told of what. */
        WebhookRequest: {
            /** @description Kinds of event as `GET /v1/events` names them; all if nothing is said. */
            kinds?: string[];
            /** @description Where to send it: http or https, on the public internet unless the desk was told otherwise. */
            url: string;
        };
        /** @description A webhook, without its secret. */
        WebhookShape: {
            /**
             * Format: int32
             * @description Tries in a row that came to nothing.
             */
            failures: number;
            id: string;
            /** @description Kinds of event that it hears; all if empty. */
            kinds: string[];
            /** @description When it last took a message. */
            last_taken?: string | null;
            made: string;
            /** @description The name of the token that asked for it. */
            made_by: string;
            /** @description When the next try is. */
            next_try?: string | null;
            /** @description Why the last try came to nothing. */
            problem?: string;
            /** @description `active`; `retrying` while tries come to nothing; `failing` once it was given up; `barred` with the token that made it. */
            state: string;
            /** @description Whose events it hears; left out for all. */
            tenant?: string | null;
            url: string;
        };
        /** @description A question. */
        WhatIfRequest: {
            /** @description The version of the book, as a job names it. */
            book?: string | null;
            /** @description What is changed on top of it. */
            changes?: components["schemas"]["Edit"][];
            /** @description Whether months and quarters come along, to draw them. */
            picture?: boolean;
            /**
             * Format: int64
             * @description How many futures, 16 if nothing is said, 8 at least, 2,000 at most.
             */
            samples?: number | null;
            /**
             * Format: int64
             * @description Seed of the futures, 1 if nothing is said.
             */
            seed?: number | null;
            /** @description Names what one person looks at: a question takes the place of the one before of the same token and session. */
            session?: string;
        };
        /** @description An answer. */
        WhatIfShape: Record<string, unknown> & {
            /** @description The version of the book, by its id. */
            book: string;
            /**
             * Format: int64
             * @description Futures that were drawn.
             */
            samples: number;
            /**
             * Format: int64
             * @description Their seed.
             */
            seed: number;
        };
        /** @description Capacity that is asked for. */
        WishShape: {
            /** @description How many alternatives at most, 3 if nothing is said. */
            alternatives?: number | null;
            /** @description `start` (as if nothing is said), `price` or `firmness`: which alternatives come first. */
            by?: string | null;
            /** @description What the capacity must be like. */
            constraints?: components["schemas"]["ConstraintsShape"];
            /** @description The first instant at which it may start. */
            earliest: string;
            /**
             * Format: int64
             * @description How many GPUs; left out where tokens are asked for.
             */
            gpus?: number | null;
            /**
             * Format: double
             * @description For how many hours.
             */
            hours: number;
            /**
             * Format: double
             * @description For how many hours at least: where all of them cannot be had, as many as can. All if nothing is said.
             */
            hours_at_least?: number | null;
            /** @description Whether each alternative is to come with its joint firmness. */
            joint?: boolean;
            /** @description The last instant at which it may start; the first if nothing is said. */
            latest?: string | null;
            /** @description For whom; a tenant's token asks for its own. */
            tenant?: string | null;
            /**
             * Format: double
             * @description How many tokens a second in all, in place of GPUs: as many of each type are quoted as do them.
             */
            tokens_per_second?: number | null;
            /**
             * Format: double
             * @description Tokens a second that each user of a model has to see at least; any if nothing is said.
             */
            tokens_per_user?: number | null;
            /** @description What makes the tokens: a workload of the book, at its own target, or a model of its catalog. */
            work?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    audit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    book: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupplyShape"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PublishRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupplyShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    books: {
        parameters: {
            query?: {
                /** @description What the page before said is `next`. */
                after?: string | null;
                /** @description How many at most, 100 if nothing is said, 1,000 at most. */
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_VersionShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    import_book: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what is changed, as it was seen; answered 412 when it has changed since. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRequest"];
            };
        };
        responses: {
            /** @description it is the newest already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionShape"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    book_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description an id, its first digits, `newest` or `published` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    book_diff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                other: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DifferenceShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit_book: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of what is changed, as it was seen; answered 412 when it has changed since. */
                "If-Match": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditRequest"];
            };
        };
        responses: {
            /** @description it is the newest already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionShape"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    take_back_book: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of what is changed, as it was seen; answered 412 when it has changed since. */
                "If-Match": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description it is the newest already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionShape"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    breaches: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BreachesShape"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    calendar: {
        parameters: {
            query?: {
                /** @description From when; now if nothing is said. */
                from?: string | null;
                /** @description Until just before when; a year after if nothing is said. */
                until?: string | null;
                /** @description How many equal steps, 240 if nothing is said, 2,000 at most. */
                steps?: number | null;
                /** @description The level of firm supply, 0.9 if nothing is said: the lowest of 0.95, 0.9, 0.75 and 0.5 that is no less firm is taken. */
                firmness?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarShape"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    commitments: {
        parameters: {
            query?: {
                /** @description What the page before said is `next`. */
                after?: string | null;
                /** @description How many at most, 100 if nothing is said, 1,000 at most. */
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PromiseShape"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["EventShape"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a table and its format, as `commitments.csv` */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/vnd.apache.parquet": string;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    holds: {
        parameters: {
            query?: {
                /** @description What the page before said is `next`. */
                after?: string | null;
                /** @description How many at most, 100 if nothing is said, 1,000 at most. */
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PromiseShape"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hold: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromiseShape"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs: {
        parameters: {
            query?: {
                /** @description What the page before said is `next`. */
                after?: string | null;
                /** @description How many at most, 100 if nothing is said, 1,000 at most. */
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_JobShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_job: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobRequest"];
            };
        };
        responses: {
            /** @description it was asked for before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobShape"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    job_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["JobShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    job_files: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobFileShape"][];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    job_file: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description as `/files` lists it, with `/` as `%2F` */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    job_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Told"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description there is no result (yet), or none that has a report */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    job_result: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeShape"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedProspect"][];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_prospect: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProspectShape"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedProspect"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_prospect: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pools: {
        parameters: {
            query?: {
                /** @description What the page before said is `next`. */
                after?: string | null;
                /** @description How many at most, 100 if nothing is said, 1,000 at most. */
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PoolShape"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    position: {
        parameters: {
            query?: {
                /** @description From when; now if nothing is said. */
                from?: string | null;
                /** @description Until just before when; a year after if nothing is said. */
                until?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PositionShape"][];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    promise: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromiseShape"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what is changed, as it was seen; answered 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Because"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromiseShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what is changed, as it was seen; answered 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Because"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromiseShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what is changed, as it was seen; answered 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirm: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what is changed, as it was seen; answered 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Because"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromiseShape"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    release: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what is changed, as it was seen; answered 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Because"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromiseShape"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    quote: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WishShape"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuoteShape"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsShape"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tenants: {
        parameters: {
            query?: {
                /** @description What the page before said is `next`. */
                after?: string | null;
                /** @description How many at most, 100 if nothing is said, 1,000 at most. */
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TenantShape"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_tenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenShape"][];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewTokenShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bar_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookShape"][];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhookShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrialShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    what_if: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WhatIfRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIfShape"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a later question took its place */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
