/* What is outside the operator: things in AWS, one object in Kubernetes, calls on their way; and what the two leaders know. */

/* A thing in AWS. */
typedef Thing {
	bool exists;
	bool listed;   /* lists show it */
	bool readable; /* a read shows it */
	byte owner;    /* whose tags it carries */
	bool ours;     /* made for this object and not given away, whatever its tags say */
	bool left;     /* behind on purpose */
	byte under;
	byte holds;
	bool open;     /* has a guarded method without our authorizer */
	bool proven    /* somebody proved it */
}
Thing thing[8];
#define NOBODY 0
#define US     1
#define RIVAL  2

/* The working copy of the definition: what a snapshot is made of. */
byte copyOf = 1;
bool copyOpen;

mtype = { NAMED, MUTABLE, EXCHANGED }
mtype kind = MUTABLE; /* how the child of CHANGES changes: under the id that we gave it, by an update, or another one is made */
bool goes;            /* AWS deletes the child with its parent */

typedef Object { bool exists, deleting, finalizer, retain; byte spec }
Object api;
Status saved;
bool over[RESOURCES]; /* the grace period of what is in doubt has passed */

/* What became of the object since a leader read it: the resourceVersion, as far as it matters. */
#define CURRENT  0
#define EDITED   1 /* spec or metadata changed */
#define WRITTEN  2 /* status changed */
#define REPLACED 3 /* gone, or another of that name; also: not read */
byte asOf[2] = REPLACED;
#define AGED(i, what) asOf[i] = (asOf[i] > what -> asOf[i] : what)
#define CHANGED(what) AGED(0, what); AGED(1, what)

/* The two leaders: what each is at, with which resource, and what it knows. */
mtype = { READ, FINALIZE, FORWARD, CLOCK, FIND, SETTLE, AFTER, BEFORE, READ_BACK, CLAIMED, OBSERVE, LOOK, LOST, DIFF,
	OWN, OWN_LOOK, INTEND, REREAD, CALL, REPLY, CALL_2, CARRIED, PROVE, PROVE_COPY, VERIFY,
	BACKWARD, SAVE, ERASE, ERASED, LOCATE, LOCATED, REMOVE, CHECK_GONE, LET_GO, END }
mtype step[2] = READ;
byte at[2];
Status mem[2];
bool young[2];   /* the intention was saved less than a quarter of the grace period ago */
bool owned[2];   /* in this pass, the root was seen to carry our tags */
byte erasing[2]; /* the ids that are still to be deleted */

/* Calls on their way: each leader's own, and one that nobody waits for any more. */
mtype = { IDLE, MAKE, PUT, SET, TAG, DROP }
#define MISSING 8 /* instead of a digest: AWS refuses to change what does not exist */
#define CALLS 3
#define ADRIFT 2
typedef Call { mtype what = IDLE; byte res, thing, digest, under; bool done }
Call call[CALLS];

#define FLIES(c)     (call[c].what != IDLE && !call[c].done)
#define NAMES(c, s)  (call[c].what != IDLE && (call[c].thing == s || call[c].under == s))
#define CALLED(s)    (NAMES(0, s) || NAMES(1, s) || NAMES(2, s))
#define AFLOAT(r)    (FLIES(ADRIFT) && call[ADRIFT].res == r)
#define CALLING      (FLIES(0) || FLIES(1) || FLIES(2))

#define KNOWS(x, s)     (x.id == s || x.token == s || x.unproven == s || x.under == s || HAS(x.retired, s))
#define MENTIONED(r, s) (KNOWS(saved.res[r], s) || KNOWS(mem[0].res[r], s) || KNOWS(mem[1].res[r], s))
#define IS_CHILD(p, c) (thing[c].exists && thing[c].under == p)
#define HAS_CHILD(p)   (IS_CHILD(p, 4) || IS_CHILD(p, 5) || IS_CHILD(p, 6))
#define FREE(s) (!thing[s].exists && !HAS_CHILD(s) && !EITHER(MENTIONED, s) && !CALLED(s) && !HAS(erasing[0], s) && !HAS(erasing[1], s))

/* What the properties ask of the past. */
bool wrong;    /* something was changed or deleted that is not ours */
bool orphaned; /* the object went, and left behind what it should not have */
bool guessed;  /* of two of ours, one was taken or deleted */
bool spent;    /* all ids were in use: from there on, `rests` asks nothing any more */

#define OURS(s)   (thing[s].exists && thing[s].ours)
#define ROOTS     (OURS(1) + OURS(2) + OURS(3))
#define STAYED(s) (OURS(s) && !thing[s].left)

/* Faults and edits are bounded; check.sh says how many there are. */
byte faults = FAULTS, edits = EDITS;
#define FAULT faults > 0 -> faults--
#define EDIT  edits > 0 -> edits--

inline vacate(s) {
	thing[s].exists = false; thing[s].listed = false; thing[s].readable = false; thing[s].owner = NOBODY; thing[s].ours = false;
	thing[s].under = 0; thing[s].holds = 0; thing[s].open = false; thing[s].left = false; thing[s].proven = false
}

#define WITH(p, c) if :: thing[c].exists && thing[c].under == p -> vacate(c) :: else fi
inline erase(s) {
#if ROOTED
	if :: goes -> WITH(s, 4); WITH(s, 5); WITH(s, 6)
	:: else fi;
#endif
	vacate(s)
}
inline clear(c) {
	call[c].what = IDLE; call[c].res = 0; call[c].thing = 0; call[c].digest = 0; call[c].under = 0; call[c].done = false
}

#define IS_NAMED_ID(s) (CAST == CHANGES && kind == NAMED || CAST == SNAPSHOT && s == STAGE)

/* Of a new thing, lists trail, or reads; the assumption is that not both do. What has the id that we gave it is read at once. */
inline appear(c) {
	s = call[c].thing;
	if
	:: call[c].under && call[c].under != STAYS && goes && !thing[call[c].under].exists /* refused: no such parent */
	:: else ->
		assert(!thing[s].exists);
		guessed = guessed || CAST == TWINS && call[c].res == 0 && ROOTS > 1;
		wrong = wrong || call[c].under && thing[call[c].under].exists && !thing[call[c].under].ours;
		thing[s].exists = true; thing[s].ours = true; thing[s].under = call[c].under; thing[s].holds = call[c].digest;
		thing[s].owner = (ROOTED && call[c].res == 0 && HOLDS(NO_TAGS) -> US : NOBODY);
		if :: CAST == SNAPSHOT && s != STAGE -> thing[s].holds = copyOf; thing[s].open = copyOpen :: else fi;
		if
		:: IS_NAMED_ID(s) -> thing[s].listed = true; thing[s].readable = true
		:: !IS_NAMED_ID(s) -> thing[s].listed = true; thing[s].readable = !ROOTED
		:: !IS_NAMED_ID(s) -> thing[s].readable = HOLDS(BOTH_TRAIL)
		fi
	fi
}
