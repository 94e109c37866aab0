/* The operator. A pass is a row of steps, a step is one request to Kubernetes or AWS; between any two, others act. */

#define mine known[me]

/* Status is saved if nobody else wrote it since it was read; metadata, if nobody wrote anything. */
#define MAY_SAVE  (asOf[me] < WRITTEN || asOf[me] < REPLACED && !HOLDS(NO_LOCK))
#define MAY_PATCH (asOf[me] == CURRENT)
#define SAVED     AGED(1 - me, WRITTEN); asOf[me] = CURRENT

/* Whether a pass has anything to do. If not, the object agrees, or a person has to act. */
#define GONE(p)   (!pool[p].exists)
#define DUPLICATE (api.pool == NONE && FOUND > 1 && HOLDS(TAKE_ONE))
#define HELD      (api.policy == PROTECT && !GONE(api.pool) && pool[api.pool].tagged && pool[api.pool].users)
#define AGREES    (api.pool != NONE && \
	(GONE(api.pool) && api.policy != DELETE || !GONE(api.pool) && (api.client || !pool[api.pool].tagged)))
#define DUE       (api.exists && !DUPLICATE && !(api.deleting && HELD) && !(!api.deleting && AGREES))
#ifdef BOUNDED
#define WAKES     (DUE && !(api.creation == DOUBT && !api.settled && !FOUND)) /* RequeueAfter */
#else
#define WAKES     DUE
#endif

/* Where a pass goes. */
#define ENSURE    (mine != NONE -> DESCRIBE : (api.creation == REFUSED -> INTEND : LOOK))
#define TAKE_DOWN (api.policy == RETAIN && (mine != NONE || api.creation != DOUBT || !HOLDS(RETAIN_IN_DOUBT)) -> LET_GO : \
	(mine == NONE -> LOOK : (HOLDS(ASKED_EARLY) -> ERASE : ASK)))
#define WITHOUT   (deleting -> LET_GO : INTEND)

/* Whether a lookup that found nothing has to wait, and whether a pool may be deleted. */
#define WAITS     (begun && (asOf[me] >= WRITTEN || !api.settled || !HOLDS(NO_END)) && \
	HOLDS(NO_WAIT) && (!deleting || HOLDS(NO_WAIT_TO_DIE)))
#define MAY_ERASE (asOf[me] < REPLACED && api.policy != RETAIN && !(api.policy == PROTECT && pool[mine].users))
#define OWN       (!GONE(mine) && (pool[mine].tagged || !HOLDS(NO_OWNER)))
#define ASKS      (HOLDS(ASKED_EARLY) && HOLDS(STALE_READ))

/* The pass ends. A call that is under way goes on by itself. */
inline over() {
	if :: call[me] == UNDERWAY -> adrift++ :: else fi;
	step[me] = READ; asOf[me] = REPLACED; mine = NONE; call[me] = IDLE; answer[me] = NONE; young[me] = false;
	deleting = false; begun = false; made = false
}

/* A step, told for whoever replays a trail. */
#define ON(s, condition) step[me] == s && condition -> printf("operator %d: %e\n", me, s);

proctype Operator(bit me) {
	bool deleting, begun, made; /* begun: in doubt when read; until it has looked */
	byte cached; /* with STALE_READ: a pool that was to be deleted once */

end:	do
	/* At any step it may die; started again, it remembers nothing. To lose a reply comes to the same. */
	:: d_step { step[me] != READ && FAULT; printf("operator %d dies at %e\n", me, step[me]); over() }

	/* SecuredAPIReconciler.Reconcile: a live read */
	:: d_step { ON(READ, WAKES)
		asOf[me] = CURRENT; mine = api.pool; deleting = api.deleting; begun = (mine == NONE && api.creation == DOUBT);
		step[me] = (deleting -> TAKE_DOWN : (api.finalizer || !HOLDS(FINALIZER_LAST) -> ENSURE : FINALIZE));
		cached = (step[me] == ERASE && api.policy == DELETE && !HOLDS(STALE_READ) -> mine : cached) }
	:: d_step { ON(READ, cached != NONE) mine = cached; deleting = true; step[me] = ERASE }

	/* addFinalizer */
	:: d_step { ON(FINALIZE, true) if
		:: MAY_PATCH -> api.finalizer = true; AGED(1 - me, EDITED); step[me] = ENSURE
		:: else -> over()
		fi }

	/* ownership.Creating.Locate */
	:: d_step { ON(LOOK, true) if
		:: FOUND == 1 || FOUND > 1 && !HOLDS(TAKE_ONE) -> mine = THE_FOUND; begun = false; step[me] = KEEP
		:: FOUND == 0 && !HOLDS(CLOCK_LAST) -> step[me] = CLOCK
		:: FOUND == 0 && HOLDS(CLOCK_LAST) && !WAITS -> begun = false; step[me] = WITHOUT
		:: else -> over()
		fi }
	:: d_step { ON(CLOCK, true) if
		:: !WAITS -> begun = false; step[me] = WITHOUT
		:: else -> over()
		fi }

	/* ownership.Creating.Run: the intent */
	:: d_step { ON(INTEND, true) young[me] = true; step[me] = CALL; if
		:: !HOLDS(NO_INTENT)
		:: HOLDS(NO_INTENT) && MAY_SAVE -> api.creation = DOUBT; api.settled = false; SAVED
		:: else -> over()
		fi }

	/* the call, and its reply */
	:: d_step { ON(CALL, true) if
		:: young[me] || !HOLDS(NO_DEADLINE) -> young[me] = false; call[me] = UNDERWAY; step[me] = REPLY
		:: else -> over()
		fi }
	:: d_step { ON(REPLY, call[me] == MADE)
		mine = answer[me]; made = true; call[me] = IDLE; answer[me] = NONE; step[me] = KEEP }
	:: d_step { step[me] == REPLY && call[me] == UNDERWAY && FAULT; call[me] = IDLE; step[me] = REFUSE;
		printf("AWS: refuses\n") }
	:: d_step { ON(REPLY, !HOLDS(BLIND_RETRY))
		if :: call[me] == UNDERWAY -> adrift++ :: else fi; call[me] = UNDERWAY; answer[me] = NONE }
	:: d_step { ON(REFUSE, true) if
		:: MAY_SAVE -> api.creation = REFUSED; SAVED
		:: else
		fi; over() }

	/* ownership.Creating.keep: the id, and with a pool that was found the suspicion that it has its client */
	:: d_step { ON(KEEP, true) if
		:: MAY_SAVE ->
			left = left || api.pool != mine && IS_OURS(api.pool);
			guessed = guessed || OURS > 1;
			wrong = wrong || mine == FOREIGN;
			pool[mine].tagged = pool[mine].tagged || !HOLDS(NO_TAGS) && made;
			api.pool = mine; api.creation = UNBEGUN; api.settled = false; SAVED;
			api.finalizer = api.finalizer || !HOLDS(FINALIZER_LAST);
			api.suspect = !made && HOLDS(SUSPECT_LATER);
			step[me] = (!made && !HOLDS(SUSPECT_LATER) -> SUSPECT : (deleting -> TAKE_DOWN : DESCRIBE))
		:: else -> over()
		fi }
	:: d_step { ON(SUSPECT, true) if
		:: MAY_SAVE -> api.suspect = true; SAVED; step[me] = (deleting -> TAKE_DOWN : DESCRIBE)
		:: else -> over()
		fi }

	/* userpool.Phase.observe, ifLost */
	:: d_step { ON(DESCRIBE, true) if
		:: GONE(mine) && api.policy == DELETE -> step[me] = FORGET
		:: !GONE(mine) && pool[mine].tagged && !api.client -> step[me] = CLIENT
		:: else -> over()
		fi }
	:: d_step { ON(FORGET, true) if
		:: MAY_SAVE -> api.pool = NONE; api.client = false; api.suspect = false; SAVED
		:: else
		fi; over() }

	/* userpool.Phase.createClient: a Creating of its own, here in one step */
	:: d_step { ON(CLIENT, true) if
		:: MAY_SAVE && !GONE(mine) ->
			if :: api.suspect && pool[mine].clients > 0 :: else -> pool[mine].clients++ fi;
			api.client = true; api.suspect = false; SAVED
		:: else
		fi; over() }

	/* userpool.Phase.Delete, the one place where a pool is deleted: whether it may be is asked right there. */
	:: d_step { ON(ERASE, true) if
		:: GONE(mine) || ASKS && !OWN -> step[me] = LET_GO
		:: !GONE(mine) && (!ASKS || OWN && MAY_ERASE) -> erase(mine)
		:: else -> over()
		fi }
	/* with ASKED_EARLY: userpool.Phase.Deletable, and only that */
	:: d_step { ON(ASK, true) if
		:: !OWN -> step[me] = LET_GO
		:: OWN && MAY_ERASE -> step[me] = ERASE
		:: else -> over()
		fi }

	/* letGo */
	:: d_step { ON(LET_GO, true) if
		:: MAY_PATCH -> orphaned = orphaned || api.policy != RETAIN && (OURS || CALLING); vanish()
		:: else
		fi; over() }
	od
}
