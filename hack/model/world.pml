/* What is outside the operator: one object in Kubernetes, user pools in AWS, time, and people. */

#define NONE    0 /* no pool */
#define FOREIGN 1 /* a pool of the same name, without our tags or with another owner's */
#define FIRST   2 /* the ids that AWS gives out: none again that anybody knows of */
#define POOLS   5

mtype = { DELETE, RETAIN, PROTECT }
mtype = { UNBEGUN, DOUBT, REFUSED }
mtype = { IDLE, UNDERWAY, MADE }
mtype = { READ, FINALIZE, LOOK, CLOCK, INTEND, CALL, REPLY, REFUSE, KEEP, SUSPECT, DESCRIBE, FORGET, CLIENT,
	ASK, ERASE, LET_GO }

typedef Pool {
	bool exists; /* DescribeUserPool tells at once */
	bool listed; /* ListUserPools tells late */
	bool tagged; /* with the owner's tags */
	bool ours;   /* made for this owner and not given away, whatever the tags say */
	bool users;
	byte clients /* of the one name that the spec has */
}
Pool pool[POOLS];

typedef Object {
	bool exists;
	bool deleting;
	bool finalizer;
	mtype policy = DELETE;
	byte pool;                /* status.userPool.id */
	mtype creation = UNBEGUN; /* status.creating: none, in doubt, or refused by AWS */
	bool settled;             /* --settle has passed since its startedAt */
	bool client;              /* status.clients names the client */
	bool suspect              /* status.creating says to look for the client before it is made */
}
Object api;

/* What became of the object since an operator read it: the resourceVersion, as far as it matters. */
#define CURRENT  0
#define EDITED   1 /* spec or metadata changed */
#define WRITTEN  2 /* status changed */
#define REPLACED 3 /* gone, or another of that name; also: not read */
byte asOf[2] = REPLACED;
#define AGED(i, what) asOf[i] = (asOf[i] > what -> asOf[i] : what)
#define CHANGED(what) AGED(0, what); AGED(1, what)

/* What the two operators are at. Each makes one call at a time; one that nobody waits for any more is adrift. */
mtype step[2] = READ;
mtype call[2] = IDLE;
byte known[2]; /* the pool that a pass works with */
byte answer[2];
byte adrift;
bool young[2]; /* the intent was saved so lately that a call begun now ends, and is listed, before it has settled */

#define IS_OURS(p)  (pool[p].exists && pool[p].ours)
#define IS_LATE(p)  (pool[p].exists && !pool[p].listed)
#define IS_FOUND(p) (pool[p].exists && pool[p].listed && (pool[p].tagged || !HOLDS(BY_NAME)))
#define OURS        (IS_OURS(2) + IS_OURS(3) + IS_OURS(4))
#define LATE_LIST   (IS_LATE(2) || IS_LATE(3) || IS_LATE(4))
#define FOUND       (IS_FOUND(1) + IS_FOUND(2) + IS_FOUND(3) + IS_FOUND(4))
#define THE_FOUND   (IS_FOUND(1) -> 1 : (IS_FOUND(2) -> 2 : (IS_FOUND(3) -> 3 : 4)))
#define CALLING     (adrift || call[0] == UNDERWAY || call[1] == UNDERWAY)

/* Faults and edits are without bound, but where termination is the question. */
#ifdef BOUNDED
byte faults = 2, edits = 1;
#define FAULT faults > 0 -> faults--
#define EDIT  edits > 0 -> edits--
#else
#define FAULT true
#define EDIT  true
#endif

/* What the properties ask of the past. */
bool wrong;    /* something was adopted or deleted that should not have been */
bool left;     /* status went over to another pool while the first was there */
bool guessed;  /* with two of ours there, one was taken or deleted, or a third made */
bool orphaned; /* an object went, and left behind what it should not have */

#define UNKNOWN(p) (!pool[p].exists && api.pool != p && known[0] != p && known[1] != p && answer[0] != p && answer[1] != p)

inline vacate(p) {
	pool[p].exists = false; pool[p].listed = false; pool[p].tagged = false; pool[p].ours = false;
	pool[p].users = false; pool[p].clients = 0
}

inline appear(id) {
	guessed = guessed || OURS > 1;
	id = (UNKNOWN(2) -> 2 : (UNKNOWN(3) -> 3 : (UNKNOWN(4) -> 4 : POOLS)));
	assert(id < POOLS); /* the bounds are wide enough */
	pool[id].exists = true; pool[id].ours = true; pool[id].tagged = HOLDS(NO_TAGS);
	printf("AWS: makes pool %d\n", id)
}

inline erase(p) {
	guessed = guessed || OURS > 1;
	wrong = wrong || !IS_OURS(p) || !api.exists || !api.deleting || api.policy == RETAIN ||
		api.policy == PROTECT && pool[p].users;
	vacate(p)
}

/* The assumptions. When an intent has settled, calls have ended, and the lists show what they made. When an object is
   applied again, they show what the one before it left. */
#define ENDED (!CALLING && !LATE_LIST || !HOLDS(SLOW_CALLS))
#define SHOWN (!LATE_LIST || !HOLDS(APPLIED_AT_ONCE))

#define LISTS(p) d_step { IS_LATE(p) -> pool[p].listed = true; printf("AWS: lists pool %d\n", p) }
#define AGES(i)  d_step { young[i] && FAULT; young[i] = false; printf("time: the intent of operator %d ages\n", i) }

/* Calls, lists and the clock, each in its own time. */
active proctype AWS() {
	byte made;
end:	do
	:: d_step { call[0] == UNDERWAY -> call[0] = MADE; appear(answer[0]) }
	:: d_step { call[1] == UNDERWAY -> call[1] = MADE; appear(answer[1]) }
	:: d_step { adrift -> adrift--; appear(made); made = NONE }
	:: d_step { adrift -> adrift--; printf("AWS: a call adrift comes to nothing\n") }
	:: LISTS(2)
	:: LISTS(3)
	:: LISTS(4)
	:: AGES(0)
	:: AGES(1)
	:: d_step { api.creation == DOUBT && !api.settled && !young[0] && !young[1] && ENDED ->
		api.settled = true; printf("time: the intent has settled\n") }
	od
}

inline apply() {
	api.exists = true;
	if :: api.policy = DELETE :: api.policy = RETAIN :: api.policy = PROTECT fi;
	printf("people: apply the object with %e\n", api.policy)
}

/* The object goes, and its status with it. */
inline vanish() {
	api.exists = false; api.deleting = false; api.finalizer = false; api.policy = DELETE;
	api.pool = NONE; api.creation = UNBEGUN; api.settled = false; api.client = false; api.suspect = false;
	CHANGED(REPLACED)
}

#define EDIT_TO(to) d_step { api.exists && api.policy != to && EDIT; api.policy = to; CHANGED(EDITED); \
	printf("people: set the policy to %e\n", to) }
#define SIGN_UP(p)  d_step { IS_OURS(p) && !pool[p].users -> pool[p].users = true; \
	printf("people: sign up to pool %d\n", p) }
#define CONSOLE(p)  d_step { IS_OURS(p) && EDIT; vacate(p); printf("people: delete pool %d\n", p) }
#define UNTAG(p)    d_step { IS_OURS(p) && tagged -> tagged = false; pool[p].tagged = false; pool[p].ours = false; \
	printf("people: take the tags off pool %d\n", p) }

/* People edit the object's policy, delete the object and apply it again (as from a backup: without its status); they sign
   up, delete a pool in the console, and once take our tags off one: it is theirs now. */
active proctype People() {
	bool tagged = true;
end:	do
	:: EDIT_TO(DELETE)
	:: EDIT_TO(RETAIN)
	:: EDIT_TO(PROTECT)
	:: d_step { api.exists && !api.deleting ->
		api.deleting = true; CHANGED(EDITED); printf("people: delete the object\n"); if
		:: !api.finalizer -> orphaned = orphaned || api.creation != UNBEGUN || api.pool != NONE; vanish()
		:: else
		fi }
	:: atomic { !api.exists && SHOWN && EDIT; apply() }
	:: SIGN_UP(2)
	:: SIGN_UP(3)
	:: SIGN_UP(4)
	:: CONSOLE(2)
	:: CONSOLE(3)
	:: CONSOLE(4)
	:: UNTAG(2)
	:: UNTAG(3)
	:: UNTAG(4)
	od
}
