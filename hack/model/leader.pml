#define IS_UNDER(p, c) (IS_CHILD(p, c) -> BIT(c) : 0)

inline see(s) {
	if
	:: IS_ROOT && thing[s].owner != US && HOLDS(BY_NAME) && (!going || HOLDS(NO_OWNER)) ->
		owned[me] = false;
		if
		:: going ->
#if ROOTED
			if :: HOLDS(OTHERS_CHILDREN) -> /* what is under it is not ours any more, either */
				if :: child.under == s -> child.id = 0; child.digest = 0; child.verified = false; settled(child) :: else fi;
				child.retired = child.retired & ~(IS_UNDER(s, 4) | IS_UNDER(s, 5) | IS_UNDER(s, 6));
				if :: child.under == s -> child.under = 0 :: else fi
			:: else fi;
#endif
			drop(rec); done_with()
		:: else -> fail()
		fi
	:: else ->
		owned[me] = owned[me] || IS_ROOT;
		if :: going -> done_with()
		:: else -> have = true; differs = DIFFERS(s); go(DIFF)
		fi
	fi
}

/* Somebody else's tags are there. Ours may still come. */
inline yield(inDoubt) {
	if :: inDoubt && HOLDS(DOUBT_DROPPED) :: else -> settled(rec) fi;
	fail()
}

inline issue(w, s, d) {
	call[me].what = w; call[me].res = at[me]; call[me].thing = s; call[me].digest = d; call[me].under = PARENT; call[me].done = false
}
#define TARGET(x) (HAS(x, 1) -> 1 : (HAS(x, 2) -> 2 : (HAS(x, 3) -> 3 : (HAS(x, 4) -> 4 : (HAS(x, 5) -> 5 : 6)))))

#define ENOUGH (rec.pend != CREATE || rec.token) /* of the ids that there are */

proctype Leader(bit me) {
	byte want, failed, renewed, found, the, op, wanted;
	byte phase;
	bool going, looks, seen, differs, have, early, doubt;
	mtype then = READ;

end:	do
	:: d_step { step[me] != READ && MAY_DRIFT && FAULT; printf("leader %d dies at %e\n", me, step[me]); pass_over() }
	:: atomic {
	if
	:: d_step { ON(READ, WAKES)
		asOf[me] = CURRENT; copy_status(mem[me], saved); want = api.spec; going = api.deleting; at[me] = 0;
		phase = (going -> P_LOCATE : P_FORWARD);
		step[me] = (!api.finalizer && HOLDS(FINALIZER_LAST) -> FINALIZE : (going -> LOCATE : FORWARD));
		if
		:: going && api.retain && (ANY_DOUBT && HOLDS(RETAIN_IN_DOUBT)) -> pass_over()
		:: going && api.retain && !(ANY_DOUBT && HOLDS(RETAIN_IN_DOUBT)) -> go(LET_GO)
		:: else
		fi }
		if :: MAY_SKIP -> looks = false :: looks = true fi
	:: d_step { ON(FINALIZE, true) if
		:: MAY_PATCH -> api.finalizer = true; AGED(1 - me, EDITED); go(FORWARD)
		:: else -> pass_over()
		fi }

	/* Pass.Settle: the clock is read before the look */
	:: d_step { ON(CLOCK, true) seen = OVER(at[me]); step[me] = (HOLDS(CLOCK_LAST) -> FIND : SETTLE) }
	:: d_step { ON(FIND, true) found = FOUND; the = PICK(NEW); step[me] = (HOLDS(CLOCK_LAST) -> SETTLE : CLOCK) }

#if CAST == ADOPTION
	/* Of.adopt, claim: whose tags the root carries, once more right before ours, and what became of them */
	:: d_step { ON(BEFORE, true) if
		:: thing[1].owner == RIVAL -> yield(DOUBTED(0))
		:: thing[1].owner == US -> owned[me] = true; take(1, 0); go(CLAIMED)
		:: thing[1].owner == NOBODY -> op = ADOPT; go(INTEND)
		fi }
	:: d_step { ON(REREAD, true) if
		:: thing[1].owner == RIVAL -> yield(doubt)
		:: else -> go(CALL)
		fi }
	:: d_step { ON(READ_BACK, true) if
		:: thing[1].owner == RIVAL -> yield(doubt)
		:: else -> owned[me] = true; take(1, 0); go(CLAIMED)
		fi }
	:: d_step { ON(CLAIMED, true) if
		:: rec.pend == ADOPT && !(HOLDS(ADOPT_CLOCK) -> early : OVER(0)) && HOLDS(ADOPT_AT_ONCE) -> fail()
		:: else -> settled(rec); have = true; differs = DIFFERS(1); go(DIFF)
		fi }
#else
	/* Of.fromBefore, locateFormer */
	:: d_step { ON(BEFORE, true) found = FOUND; the = PICK(NEW); if
		:: found > 1 && HOLDS(TAKE_ONE) -> fail()
		:: TAKES(found) -> guessed = guessed || ROOTS > 1; take(the, 0); see(the)
		:: found == 0 && going -> drop(rec); done_with()
		:: found == 0 && !going -> have = false; go(DIFF)
		fi; found = 0; the = 0 }
#endif

	/* Of.present: of what is gone, two answers agree */
	:: d_step { ON(OBSERVE, true) if
		:: thing[rec.id].exists && thing[rec.id].readable -> see(rec.id)
		:: else -> step[me] = (HOLDS(ONE_ANSWER) && !IS_NAMED -> LOOK : LOST)
		fi }
	:: d_step { ON(LOOK, true) if
		:: thing[rec.id].exists && thing[rec.id].listed -> see(rec.id)
		:: else -> go(LOST)
		fi }
	/* Pass.own */
	:: d_step { ON(OWN, ROOTED && !IS_ROOT && !owned[me] && HOLDS(NO_OWN)) if
		:: thing[root.id].exists && thing[root.id].readable && thing[root.id].owner == US -> owned[me] = true; step[me] = then
		:: thing[root.id].exists && thing[root.id].readable && thing[root.id].owner != US -> fail()
		:: else -> go(OWN_LOOK)
		fi }
	:: d_step { ON(OWN_LOOK, true) if
		:: thing[root.id].exists && thing[root.id].listed && thing[root.id].owner == US -> owned[me] = true; step[me] = then
		:: else -> root.verified = false; fail()
		fi }

	/* Pass.intend */
	:: d_step { ON(INTEND, true)
		if
		:: op ->
			rec.token = (op == CREATE -> PICK(FREE) : 0);
			doubt = DOUBTED(at[me]) && op != CREATE && HOLDS(DOUBT_OVERTAKEN);
			rec.sent = (op == UPDATE && doubt && rec.sent != WANT -> SEVERAL : (op == CREATE || op == UPDATE -> WANT : 0));
			rec.pend = op; rec.old = false;
			if :: op == CREATE -> rec.under = PARENT :: else fi
		:: else
		fi;
		rec.verified = false; young[me] = true; early = false; renewed = renewed | BIT(at[me]);
		if
		:: !HOLDS(NO_INTENT) && ENOUGH -> renewed = 0; go(CALL)
		:: HOLDS(NO_INTENT) && MAY_SAVE && ENOUGH -> save(); step[me] = (rec.pend == ADOPT && HOLDS(STALE_CLAIM) -> REREAD : CALL)
		:: else -> RUN_OUT; pass_over()
		fi }

	/* the call, and its reply */
	:: d_step { ON(CALL, true) if
		:: young[me] || !HOLDS(NO_FRESH) ->
			young[me] = false; go(REPLY);
			if
			:: rec.pend == CREATE && PROVEN -> wanted = WANT; issue(PUT, 0, wanted)
			:: rec.pend == CREATE && !PROVEN -> wanted = WANT; issue(MAKE, rec.token, wanted)
			:: rec.pend == UPDATE -> wanted = WANT; issue(SET, rec.id, wanted)
			:: rec.pend == ADOPT -> issue(TAG, 1, US)
			:: rec.pend == DELETE ->
				erasing[me] = rec.retired | (rec.unproven -> BIT(rec.unproven) : 0) | (rec.id -> BIT(rec.id) : 0);
				go(ERASE)
			fi;
			op = 0; wanted = 0
		:: else -> op = 0; go(INTEND)
		fi }
	:: d_step { ON(CALL_2, true) issue(MAKE, rec.token, rec.sent); go(REPLY) }
	/* Of.prune: whom status names no more */
	:: d_step { ON(SAVE, true) if :: MAY_SAVE -> save(); go(ERASE) :: else -> pass_over() fi }
	:: d_step { ON(ERASE, true) if
		:: phase == P_REMOVE && (asOf[me] == REPLACED || api.retain) && HOLDS(NO_QUESTION) -> pass_over()
		:: else ->
			wrong = wrong || phase == P_REMOVE && (asOf[me] == REPLACED || api.retain) ||
				thing[TARGET(erasing[me])].exists && !thing[TARGET(erasing[me])].ours;
			issue(DROP, TARGET(erasing[me]), 0); go(REPLY)
		fi }
	:: d_step { ON(REPLY, call[me].what != IDLE && call[me].done)
		if
		:: call[me].what == DROP ->
			erasing[me] = erasing[me] & ~BIT(call[me].thing);
			if :: phase == P_BACKWARD && WANT -> rec.retired = rec.retired & ~BIT(call[me].thing) :: else fi;
			go(ERASED)
		:: call[me].what == PUT -> go(CALL_2)
		:: call[me].what == TAG -> go(READ_BACK)
		:: call[me].what == SET && call[me].digest == MISSING ->
			if :: !doubt -> settled(rec) :: else fi;
			fail()
		:: else -> go(CARRIED)
		fi; clear(me) }
	/* AWS refuses */
	:: d_step { step[me] == REPLY && FLIES(me) && FAULT; printf("AWS: refuses\n");
		if :: call[me].what != DROP && !doubt -> settled(rec) :: else fi;
		clear(me); erasing[me] = 0; fail() }
	/* the reply is lost, or the call is cut off */
	:: d_step { step[me] == REPLY && MAY_DRIFT && FAULT; printf("leader %d: no reply\n", me);
		if :: FLIES(me) -> drift() :: else fi;
		if :: call[me].what != DROP -> renewed = renewed | BIT(at[me]) :: else fi;
		if
		:: call[me].what == MAKE && !HOLDS(BLIND_RETRY) -> clear(me); the = PICK(FREE); wanted = WANT; issue(MAKE, the, wanted); the = 0; wanted = 0
		:: else -> clear(me); erasing[me] = 0; fail()
		fi }

	/* Of.prove: the snapshot, then the working copy */
	:: d_step { ON(PROVE, true) differs = !thing[rec.unproven].exists || thing[rec.unproven].open && HOLDS(COPY_ONLY); go(PROVE_COPY) }
	:: d_step { ON(PROVE_COPY, true) 
		differs = differs || (copyOf != WANT || copyOpen) && HOLDS(SNAPSHOT_ONLY);
		if
		:: differs -> retire(rec.unproven); rec.unproven = 0; rec.proving = 0; fail()
		:: else -> thing[rec.unproven].proven = true; wanted = WANT; promote(rec.unproven, wanted); wanted = 0; done_with()
		fi; differs = false }

	:: d_step { ON(CHECK_GONE, true) if
		:: thing[rec.id].exists && thing[rec.id].readable -> fail()
		:: else -> drop(rec); done_with();
#if ROOTED
			if :: goes -> drop(child) :: else fi
#endif
		fi }
	:: d_step { ON(LET_GO, true) if
		:: MAY_PATCH -> orphaned = orphaned || !api.retain && LEFT; vanish()
		:: else
		fi; pass_over() }
	:: d_step { ON(END, true) if :: MAY_SAVE -> save() :: else fi; pass_over() }
	fi;
	think()
	}
	od
}
