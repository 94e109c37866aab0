/* Calls, lists and the clock, each in its own time; and people. */

inline perform(c) {
	if
	:: call[c].what == MAKE -> appear(c)
	:: call[c].what == PUT -> copyOf = call[c].digest; copyOpen = false
	:: call[c].what == SET ->
		if :: thing[call[c].thing].exists -> thing[call[c].thing].holds = call[c].digest :: else -> call[c].digest = MISSING fi
	:: call[c].what == TAG -> thing[call[c].thing].owner = call[c].digest
	:: call[c].what == DROP -> /* AWS refuses to delete a snapshot that the stage serves */
		if
		:: CAST == SNAPSHOT && call[c].thing != STAGE && thing[STAGE].exists && thing[STAGE].holds == call[c].thing
		:: else -> guessed = guessed || ROOTS > 1; erase(call[c].thing)
		fi
	fi;
	printf("AWS: %e %d\n", call[c].what, call[c].thing)
}

#define LATE(s) (thing[s].exists && (!thing[s].listed || !thing[s].readable))
#define SHOW(s) d_step { LATE(s) -> thing[s].listed = true; thing[s].readable = true; printf("AWS: shows %d\n", s) }

/* The assumption: calls that began while their intention was young have ended, and are shown, when its grace period has passed. */
#define YOUNG(i, r) (at[i] == r && young[i])
#define BUSY(i, r)  (at[i] == r && (young[i] || FLIES(i) || call[i].what == PUT || step[i] == CALL_2 || erasing[i]))
#define ENDED(r)    (HOLDS(SLOW_CALLS) -> !BUSY(0, r) && !BUSY(1, r) && !AFLOAT(r) && !LATES(r) && !CLAIMING : !YOUNG(0, r) && !YOUNG(1, r))
#define PASSES(r)   d_step { saved.res[r].pend && !saved.res[r].old && !over[r] && ENDED(r) && HOLDS(NO_END) -> over[r] = true; \
	printf("time: the grace period of %d has passed\n", r) }
#ifdef RESTS
#define AGES(i)     d_step { young[i] && FAULT; young[i] = false; printf("time: the intention of leader %d ages\n", i) }
#else
#define AGES(i)     d_step { young[i] -> young[i] = false; printf("time: the intention of leader %d ages\n", i) }
#endif

active proctype AWS() {
	byte s;
end:	do
	:: atomic { FLIES(0) -> perform(0); call[0].done = true; s = 0 }
	:: atomic { FLIES(1) -> perform(1); call[1].done = true; s = 0 }
	:: atomic { FLIES(2) -> perform(2); clear(2); s = 0 }
	:: d_step { FLIES(2) -> clear(2); printf("AWS: a call comes to nothing\n") }
	:: SHOW(1)
	:: SHOW(2)
	:: SHOW(3)
	:: SHOW(4)
	:: SHOW(5)
	:: SHOW(6)
	:: AGES(0)
	:: AGES(1)
	:: PASSES(0)
#if RESOURCES == 2
	:: PASSES(1)
#endif
	od
}

/* What is retained under a root that is gone is nobody's. */
#define RETAINED(c) if :: api.retain && !thing[thing[c].under].exists -> thing[c].left = true :: else fi

inline vanish() {
#if CAST == LIFE || CAST == TWINS
	RETAINED(4); RETAINED(5); RETAINED(6);
#endif
	api.exists = false; api.deleting = false; api.finalizer = false; api.retain = false;
	drop_status(saved); over[0] = false;
#if RESOURCES == 2
	over[1] = false;
#endif
	CHANGED(REPLACED)
}

#if CAST == LIFE || CAST == TWINS
#define MAKES(c) (FLIES(c) && call[c].what == MAKE && (call[c].res == 0 || !goes))
#define LEFT     (ROOTS || STAYED(4) || STAYED(5) || STAYED(6) || MAKES(0) || MAKES(1) || MAKES(ADRIFT))

/* Of a root from before, only what is found by now: what is in it would be left behind. */
#define CONSOLE(s) d_step { OURS(s) && (goes || saved.res[0].id == s || !HAS_CHILD(s)) && EDIT; erase(s); printf("people: delete root %d\n", s) }
/* The assumption: tags are not taken off between the look at them and the calls that follow. */
#define UNOWNED    (!owned[0] && !owned[1] && call[0].what == IDLE && call[1].what == IDLE && call[ADRIFT].what == IDLE)
#define GIVE(p, c) if :: thing[c].under == p -> thing[c].ours = false :: else fi
#define UNTAG(s)   d_step { OURS(s) && !given && thing[s].readable && (UNOWNED || !HOLDS(LATE_TAGS)) -> \
	given = true; thing[s].owner = NOBODY; thing[s].ours = false; GIVE(s, 4); GIVE(s, 5); GIVE(s, 6); printf("people: take the tags off root %d\n", s) }
/* The assumption: an object is applied again when the lists show what the one before left. */
#define SHOWN (!LATES(0) && !LATES(1) || !HOLDS(APPLIED_AT_ONCE))

#define DROPS(c)  (FLIES(c) && call[c].what == DROP)
#define DROPPING  (DROPS(0) || DROPS(1) || DROPS(ADRIFT))

/* People delete the object and apply it again (as from a backup: without its status), change their mind for Retain, delete a
   root by hand, and once take our tags off one: it is theirs now, with what is in it. */
active proctype People() {
	bool given;
end:	do
	:: atomic { api.exists && !api.deleting && EDIT;
		api.deleting = true; if :: api.retain = true :: api.retain = false fi; CHANGED(EDITED);
		printf("people: delete the object, retain %d\n", api.retain);
		if
		:: !api.finalizer -> orphaned = orphaned || !ABSENT(saved.res[0]); vanish()
		:: else
		fi }
	:: d_step { api.deleting && !api.retain && !DROPPING && EDIT; api.retain = true; CHANGED(EDITED); printf("people: the object shall retain\n") }
	:: d_step { !api.exists && SHOWN -> api.exists = true; printf("people: apply the object\n") }
	:: CONSOLE(1)
	:: CONSOLE(2)
	:: CONSOLE(3)
	:: UNTAG(1)
	:: UNTAG(2)
	:: UNTAG(3)
	od
}
#elif CAST == SNAPSHOT
#define LEFT 0
#define BY_PEOPLE 3 /* instead of a digest */
/* People edit the spec, open a method in the working copy and close it, and once change there what a snapshot does not show:
   perhaps to what the other spec says. The assumption: they do not put that back before the proof. */
active proctype People() {
	bool byHand;
end:	do
	:: d_step { api.spec == 1 && EDIT; api.spec = 2; CHANGED(EDITED); printf("people: spec B\n") }
	:: d_step { api.spec == 2 && EDIT; api.spec = 1; CHANGED(EDITED); printf("people: spec A\n") }
	:: d_step { !copyOpen && EDIT; copyOpen = true; printf("people: open a method\n") }
	:: d_step { copyOpen -> copyOpen = false; printf("people: close it\n") }
	:: atomic { !byHand && EDIT; byHand = true;
		if :: copyOf = BY_PEOPLE :: api.spec == 1 -> copyOf = 2 fi; printf("people: change the working copy, to %d\n", copyOf) }
	:: d_step { byHand && !HOLDS(PUT_BACK) -> copyOf = api.spec; printf("people: put it back\n") }
	od
}
#elif CAST == CHANGES
#define LEFT 0
active proctype People() {
end:	do
	:: d_step { api.spec != 0 && EDIT; api.spec = 0; CHANGED(EDITED); printf("people: spec without\n") }
	:: d_step { api.spec != 1 && EDIT; api.spec = 1; CHANGED(EDITED); printf("people: spec A\n") }
	:: d_step { api.spec != 2 && EDIT; api.spec = 2; CHANGED(EDITED); printf("people: spec B\n") }
	od
}
#else
#define LEFT 0
#endif
