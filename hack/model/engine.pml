/* The engine: what a leader calculates between two requests. */

#define rec   mem[me].res[at[me]]
#define root  mem[me].res[0]
#define child mem[me].res[1]

/* What the resource that a leader is at is like: api/v1alpha1, engine.Meta. */

#if ROOTED
#define IS_ROOT   (at[me] == 0)
#define PARENT    (at[me] == 0 -> 0 : root.id)
#define WANT      (going -> 0 : 1)
#define LACKS     (at[me] == 1 && (!root.id || root.pend == ADOPT && HOLDS(CHILDREN_EARLY)))
#define PROVEN    0
#define IS_NAMED  0
#define REPLACES  0
#elif CAST == SNAPSHOT
#define IS_ROOT   0
#define PARENT    STAYS
#define WANT      (at[me] == 1 -> root.id : want)
#define LACKS     (at[me] == 1 && !root.id)
#define PROVEN    (at[me] == 0)
#define IS_NAMED  (at[me] == 1)
#define REPLACES  0
#else
#define IS_ROOT   0
#define PARENT    STAYS
#define WANT      want
#define LACKS     0
#define PROVEN    0
#define IS_NAMED  (kind == NAMED)
#define REPLACES  (kind == EXCHANGED)
#endif

#define MAY_SAVE  (asOf[me] < WRITTEN || asOf[me] < REPLACED && !HOLDS(NO_LOCK))
#define MAY_PATCH (asOf[me] == CURRENT)
#define OVER(r)   (mem[me].res[r].old || asOf[me] < WRITTEN && over[r] || !HOLDS(NO_WAIT))
/* The digest of several changes that may come in any order. */
#define SEVERAL 9
#define DOUBTED(r) (mem[me].res[r].pend && !OVER(r))

#define FIRST_LOOK (HOLDS(CLOCK_LAST) -> CLOCK : FIND)

inline go(next) { step[me] = next }

/* Pass.Save. What became uncertain in this pass is counted from now. */
inline save() {
	if :: !SAME_STATUS(saved, mem[me]) || renewed ->
		copy_status(saved, mem[me]); AGED(1 - me, WRITTEN);
		over[0] = over[0] && !HAS(renewed, 0);
		if :: saved.res[0].pend == 0 -> over[0] = false :: else fi;
#if RESOURCES == 2
		over[1] = over[1] && !HAS(renewed, 1);
		if :: saved.res[1].pend == 0 -> over[1] = false :: else fi;
#endif
		renewed = 0
	:: else
	fi;
	asOf[me] = CURRENT
}

inline drift() {
	call[ADRIFT].what = call[me].what; call[ADRIFT].res = call[me].res; call[ADRIFT].thing = call[me].thing;
	call[ADRIFT].digest = call[me].digest; call[ADRIFT].under = call[me].under
}
inline pass_over() {
	if :: FLIES(me) -> drift() :: else fi;
	clear(me); step[me] = READ; asOf[me] = REPLACED; at[me] = 0; drop_status(mem[me]); young[me] = false; erasing[me] = 0;
	want = 0; going = false; looks = false; owned[me] = false; failed = 0; renewed = 0; seen = false; found = 0; the = 0;
	differs = false; have = false; op = 0; then = READ; phase = 0; early = false; doubt = false
}
#define MAY_DRIFT (!FLIES(me) || call[ADRIFT].what == IDLE)

#define P_FORWARD  0
#define P_BACKWARD 1
#define P_LOCATE   2
#define P_REMOVE   3
inline done_with() {
	if
	:: phase == P_FORWARD -> at[me]++; go(FORWARD)
	:: phase == P_BACKWARD && at[me] == 0 -> go(END)
	:: phase == P_BACKWARD && at[me] > 0 -> at[me]--; go(BACKWARD)
	:: phase == P_LOCATE -> at[me]++; go(LOCATE)
	:: phase == P_REMOVE && at[me] == 0 -> go(LET_GO)
	:: phase == P_REMOVE && at[me] > 0 -> at[me]--; go(REMOVE)
	fi
}
inline fail() {
	failed = failed | BIT(at[me]); doubt = false;
	if
	:: going -> go(END)
	:: else -> done_with()
	fi
}
inline retire(s) { rec.retired = rec.retired | BIT(s) }

/* Of.take */
inline take(s, what) {
	rec.id = s; rec.under = PARENT; rec.digest = what; rec.verified = false;
#if ROOTED
	if :: IS_ROOT && !mem[me].res[1].id && !mem[me].res[1].pend && HOLDS(UNASKED_CHILDREN) ->
		child.pend = CREATE; child.old = true; child.under = s;
		child.token = (IS_CHILD(s, 4) -> 4 : (IS_CHILD(s, 5) -> 5 : (IS_CHILD(s, 6) -> 6 : 0))) /* its name is known */
	:: else fi
#endif
}
/* Of.promote */
inline promote(s, what) {
	if :: rec.id && rec.id != s -> retire(rec.id) :: else fi;
	rec.id = s; rec.under = PARENT; rec.digest = what; rec.unproven = 0; rec.proving = 0; rec.verified = true
}

/* What a search finds: the root by its tags, a child by its name, a snapshot by its token, what we name by its id. */
#if ROOTED
#define SHOWS(s) (thing[s].exists && thing[s].listed && (IS_ROOT -> thing[s].owner == US || !HOLDS(BY_NAME) : thing[s].under == PARENT))
#elif CAST == SNAPSHOT
#define SHOWS(s) (thing[s].exists && (IS_NAMED -> thing[s].readable : thing[s].listed) && (s == rec.token || !HOLDS(NO_TOKEN)))
#else
#define SHOWS(s) (thing[s].exists && (IS_NAMED -> thing[s].readable : thing[s].listed))
#endif
#define NEW(s)  (SHOWS(s) && s != rec.id && (!HAS(rec.retired, s) || !HOLDS(NO_RETIRED)))
#define FOUND   (HOLDS(NO_LOOK) -> IDS(NEW) : 0)
#define TAKES(n) (n == 1 || n > 1 && !HOLDS(TAKE_ONE))

#if CAST == SNAPSHOT
#define DIFFERS(s) (at[me] == 0 -> copyOf != WANT || copyOpen : thing[s].holds != WANT)
#else
#define DIFFERS(s) (thing[s].holds != WANT)
#endif

#define ON(s, condition) step[me] == s && condition -> printf("leader %d: %e %d\n", me, s, at[me]);

#define LEAVES (!IS_ROOT && rec.under && rec.under != PARENT && HOLDS(NO_UNDER))

/* What is calculated, without a request to anybody. */
inline think() {
	do
	/* Of.forward, leave */
	:: step[me] == FORWARD -> d_step { if
		:: at[me] == RESOURCES -> phase = P_BACKWARD; at[me]--; go(BACKWARD)
		:: at[me] < RESOURCES && LACKS -> failed = failed | BIT(at[me]); at[me]++
		:: at[me] < RESOURCES && !LACKS ->
			if :: LEAVES && !(!goes && rec.pend == CREATE && HOLDS(FORMER_DOUBT) && !OVER(at[me])) ->
				if :: goes -> drop(rec)
				:: else ->
					if :: rec.pend == CREATE && HOLDS(FORMER_DOUBT) ->
						if :: rec.token -> retire(rec.token) :: else fi;
						settled(rec)
					:: else fi;
					if :: rec.id -> retire(rec.id) :: else fi;
					if :: rec.unproven -> retire(rec.unproven) :: else fi;
					rec.id = 0; rec.digest = 0; rec.verified = false; rec.unproven = 0; rec.proving = 0; rec.under = PARENT
				fi
			:: else fi;
			if
			:: LEAVES -> fail()
			:: !LEAVES && WANT == 0 -> done_with()
			:: !LEAVES && WANT && rec.pend == DELETE && DOUBTED(at[me]) && HOLDS(DELETE_LATER) -> fail()
			:: else ->
				if :: rec.unproven && rec.proving != WANT -> retire(rec.unproven); rec.unproven = 0; rec.proving = 0 :: else fi;
				step[me] = (rec.pend == CREATE -> FIRST_LOOK : AFTER)
			fi
		fi }

	/* Of.settle */
	:: step[me] == SETTLE -> d_step { if
		:: found > 1 && HOLDS(TAKE_ONE) -> fail()
		:: TAKES(found) ->
			op = (HOLDS(NO_SENT) || !WANT -> rec.sent : WANT); settled(rec);
			if
			:: PROVEN && op == WANT && HOLDS(NO_UNPROVEN) -> rec.unproven = the; rec.proving = op
			:: PROVEN && op == WANT && !HOLDS(NO_UNPROVEN) -> promote(the, op)
			:: !PROVEN && !rec.id -> take(the, op)
			:: !PROVEN && rec.id && op == WANT -> promote(the, op); rec.verified = false
			:: else -> retire(the)
			fi;
			go(AFTER)
		:: found == 0 && seen -> settled(rec); go(AFTER)
		:: found == 0 && !seen -> fail()
		fi;
		op = 0; found = 0; the = 0; seen = false;
		if :: step[me] == AFTER && phase == P_BACKWARD -> go(BACKWARD)
		:: step[me] == AFTER && phase == P_LOCATE -> go(LOCATED)
		:: else fi }
	:: step[me] == AFTER -> d_step { early = OVER(at[me]); if
		:: rec.unproven -> go(PROVE)
		:: !rec.unproven && rec.id && rec.verified && rec.digest == WANT && !looks -> done_with()
		:: !rec.unproven && !rec.id && IS_ROOT -> go(BEFORE)
		:: !rec.unproven && !rec.id && !IS_ROOT -> have = false; go(DIFF)
		:: else /* Of.claimed */ ->
			if
			:: rec.pend == ADOPT && !OVER(at[me]) && HOLDS(ADOPT_AT_ONCE) -> fail()
			:: rec.pend == ADOPT && (OVER(at[me]) || !HOLDS(ADOPT_AT_ONCE)) -> settled(rec); rec.verified = false; go(OBSERVE)
			:: else -> go(OBSERVE)
			fi
		fi }
	:: step[me] == LOST -> d_step { if
		:: going -> drop(rec); done_with()
		:: else ->
			rec.id = 0; rec.digest = 0; rec.verified = false; have = false;
			step[me] = (IS_ROOT -> BEFORE : DIFF)
		fi }
	:: step[me] == DIFF -> d_step { if
		:: !have -> op = CREATE
		:: have && !differs && (!PROVEN || rec.digest == WANT) -> go(VERIFY)
		:: have && (PROVEN && (differs || rec.digest != WANT) || differs && REPLACES) -> op = CREATE
		:: have && differs && !PROVEN && !REPLACES -> op = UPDATE
		fi;
		have = false; differs = false;
		if :: step[me] == DIFF -> then = INTEND; go(OWN) :: else fi }
	/* Pass.own */
	:: step[me] == OWN && (!ROOTED || IS_ROOT || owned[me] || !HOLDS(NO_OWN)) -> step[me] = then

	:: step[me] == VERIFY -> d_step { if
		:: rec.pend && rec.pend != ADOPT && rec.sent != WANT && !(HOLDS(VERIFY_CLOCK) -> early : OVER(at[me])) && HOLDS(NO_SENT_WAIT) -> fail()
		:: else ->
			if :: early || rec.pend == ADOPT || rec.sent == WANT && !HOLDS(DOUBT_OVERTAKEN) -> settled(rec) :: else fi;
			rec.digest = WANT; rec.verified = true; done_with()
		fi }
	:: step[me] == CARRIED -> d_step {
		if
		:: rec.pend == CREATE ->
			the = rec.token; found = rec.sent; settled(rec); owned[me] = owned[me] || IS_ROOT;
			if :: PROVEN && HOLDS(NO_PROOF) -> rec.unproven = the; rec.proving = found; go(PROVE)
			:: else -> promote(the, found); done_with()
			fi;
			the = 0; found = 0
		:: rec.pend == UPDATE ->
			if :: !doubt -> settled(rec) :: else fi;
			doubt = false;
			go(VERIFY)
		fi }

	/* Of.backward, prune */
	:: step[me] == BACKWARD -> d_step { if
		:: HAS(failed, at[me]) || ABSENT(rec) -> done_with()
#if CAST == SNAPSHOT
		:: !HAS(failed, at[me]) && !ABSENT(rec) && at[me] == 0 && failed -> done_with() /* Meta.Leaves */
#endif
		:: else -> if
			:: WANT && !rec.retired -> done_with()
			:: WANT && rec.retired -> erasing[me] = rec.retired; then = (HOLDS(PRUNE_UNSAVED) -> SAVE : ERASE); go(OWN)
			:: !WANT && !rec.id && rec.pend && rec.old -> drop(rec); done_with()
			:: !WANT && !(!rec.id && rec.pend && rec.old) ->
				if :: rec.unproven -> retire(rec.unproven); rec.unproven = 0; rec.proving = 0 :: else fi;
				if :: rec.pend == CREATE && HOLDS(NO_SETTLE) -> go(FIRST_LOOK)
				:: else -> if
					:: !rec.id && !rec.retired ->
						if :: IS_NAMED && DOUBTED(at[me]) && HOLDS(FORGET_IN_DOUBT) :: else -> drop(rec) fi;
						done_with()
					:: else -> op = DELETE; then = INTEND; go(OWN)
					fi
				fi
			fi
		fi }
	:: step[me] == ERASED -> d_step { if
		:: erasing[me] -> go(ERASE)
		:: !erasing[me] && phase == P_BACKWARD && WANT -> done_with()
		:: !erasing[me] && phase == P_BACKWARD && !WANT ->
			if :: doubt && IS_NAMED && HOLDS(FORGET_IN_DOUBT) -> rec.id = 0; rec.digest = 0; rec.retired = 0
			:: else -> drop(rec)
			fi;
			doubt = false; done_with()
		:: !erasing[me] && phase == P_REMOVE && IS_ROOT -> go(CHECK_GONE)
		:: !erasing[me] && phase == P_REMOVE && !IS_ROOT -> drop(rec); done_with()
		fi }

	/* Of.locate */
	:: step[me] == LOCATE -> d_step { if
		:: at[me] == RESOURCES -> phase = P_REMOVE; at[me]--; go(REMOVE)
		:: at[me] < RESOURCES && (IS_ROOT || !ABSENT(rec) && !goes && root.id && !(LEAVES && HOLDS(FORMER_DOUBT))) ->
			step[me] = (rec.pend == CREATE && HOLDS(NO_SETTLE) -> FIRST_LOOK : LOCATED)
		:: at[me] < RESOURCES && !IS_ROOT && !ABSENT(rec) && !goes && (!root.id || LEAVES && HOLDS(FORMER_DOUBT)) ->
			if :: DOUBTED(at[me]) -> fail() :: else -> done_with() fi
		:: at[me] < RESOURCES && !IS_ROOT && (ABSENT(rec) || goes) -> done_with()
		fi }
	:: step[me] == LOCATED -> d_step { if
		:: !IS_ROOT -> done_with()
		:: IS_ROOT && !rec.id -> go(BEFORE)
		:: IS_ROOT && rec.id ->
			if :: rec.pend == ADOPT && !OVER(at[me]) -> fail() :: else -> go(OBSERVE) fi
		fi }
	:: step[me] == REMOVE -> d_step { if
		:: ABSENT(rec) -> done_with()
		:: !ABSENT(rec) && !IS_ROOT && goes ->
			if :: ABSENT(root) || !HOLDS(EARLY_FORGET) -> drop(rec) :: else fi;
			done_with()
		:: else ->
			erasing[me] = rec.retired | (rec.unproven -> BIT(rec.unproven) : 0) | (rec.id -> BIT(rec.id) : 0) |
				(rec.pend == CREATE && HOLDS(FORMER_DOUBT) && rec.token -> BIT(rec.token) : 0);
			go(ERASED)
		fi }
	:: else -> break
	od
}

