/* How the engine makes, finds, changes, proves, adopts and deletes a resource: the protocol of controllers/engine, with all
   that may come between two of its steps. `make model` checks it, docs/design/model.md says what came of it.

     the model                              the code
     READ, FINALIZE, LET_GO, END            controllers: SecuredAPIReconciler.Reconcile, addFinalizer, letGo, conclude
     FORWARD, AFTER, DIFF                   engine: Of.forward, leave, difference
     CLOCK, FIND, SETTLE                    Pass.Settle, Of.settle, take, promote, retire
     BEFORE, REREAD, READ_BACK, CLAIMED     Of.fromBefore, adopt, claim, claimed
     OBSERVE, LOOK, LOST, OWN, OWN_LOOK     Of.observe, present, seen, Pass.own
     INTEND, CALL, REPLY, CALL_2, CARRIED   Pass.intend, Of.create, bring, Pass.carriedOut
     PROVE, PROVE_COPY, VERIFY              Of.prove, verify
     BACKWARD, SAVE, ERASE, ERASED          Of.backward, prune, Pass.confirm, Of.deleteAll
     LOCATE, LOCATED, REMOVE, CHECK_GONE    Of.locate, remove
     MAY_SAVE, MAY_PATCH                    controllers: statusWriter.Save; patches of metadata under optimistic lock

   A pass is a row of steps. A step is one request to Kubernetes or AWS, with all that is calculated until the next; between any
   two, others act. Defined for spin: CAST (casts.pml), BREACH (rules.pml), FAULTS and EDITS (how many), BOTH for two leaders
   that work on the object at once, as if there were no lease, RESTS to ask whether all comes to rest. */

#include "rules.pml"
#include "casts.pml"
#include "records.pml"
#include "world.pml"
#if CAST == ADOPTION
#include "rival.pml"
#else
#define CLAIMING 0
#endif
#include "people.pml"
#include "engine.pml"

/* Whether a pass has anything to do. If not, the object agrees, or a person has to act. */
#define IS(r)   thing[saved.res[r].id]
#define DONE(r) (saved.res[r].id && saved.res[r].verified && !saved.res[r].unproven && !saved.res[r].retired)
#if CAST == SNAPSHOT
#define AGREES  (DONE(0) && saved.res[0].digest == api.spec && copyOf == api.spec && !copyOpen && \
	DONE(1) && IS(1).holds == saved.res[0].id)
#elif CAST == CHANGES
#define AGREES  (!api.spec && ABSENT(saved.res[0]) || api.spec && DONE(0) && saved.res[0].digest == api.spec && \
	IS(0).exists && IS(0).holds == api.spec)
#else
#define GIVEN   (saved.res[0].id && IS(0).exists && IS(0).owner != US)
#define AGREES  (!api.deleting && (GIVEN || DONE(0) && IS(0).exists && DONE(1) && IS(1).exists && IS(1).under == saved.res[0].id))
#endif
#define DUE     (api.exists && !AGREES)
#define QUIET   (!DUE && !CALLING && step[0] == READ && step[1] == READ)

#define DOUBT(r)  (saved.res[r].pend && !saved.res[r].old && !over[r])
#define ANY_DOUBT (DOUBT(0) || RESOURCES == 2 && DOUBT(RESOURCES - 1))
#ifdef RESTS
#define WAKES     (DUE && !ANY_DOUBT) /* RequeueAfter */
#define MAY_SKIP  false
#define RUN_OUT   spent = spent || !ENOUGH
#else
#define RUN_OUT   skip
#define WAKES     api.exists
#define MAY_SKIP  true /* a pass may leave out what was verified; or it is a drift check */
#endif

#include "leader.pml"

init {
	atomic {
		GIVE_BREACH;
		api.exists = true; api.spec = 1; api.finalizer = CAST > TWINS;
#if CAST == LIFE || CAST == TWINS
		if :: goes = true :: goes = false fi;
#endif
#if CAST == TWINS
		thing[1].exists = true; thing[1].ours = true; thing[1].owner = US; thing[1].listed = true; thing[1].readable = true;
		thing[2].exists = true; thing[2].ours = true; thing[2].owner = US; thing[2].listed = true; thing[2].readable = true;
		thing[1].holds = 1; thing[2].holds = 1;
#elif CAST == ADOPTION
		goes = true;
		thing[1].exists = true; thing[1].ours = true; thing[1].listed = true; thing[1].readable = true; thing[1].holds = 1;
#elif CAST == SNAPSHOT
		thing[BY_HAND].exists = true; thing[BY_HAND].listed = true; thing[BY_HAND].readable = true; thing[BY_HAND].open = true;
#elif CAST == CHANGES
		if :: kind = NAMED :: kind = MUTABLE :: kind = EXCHANGED fi;
#endif
#ifdef BOTH
		run Leader(1);
#endif
		run Leader(0)
	}
}

#if CAST == SNAPSHOT
#define SERVED  thing[thing[STAGE].holds]
#define GUARDED (!thing[STAGE].exists || SERVED.exists && SERVED.proven && !SERVED.open)
#define HONEST  ((!DONE(0) || IS(0).holds == saved.res[0].digest) && (!DONE(1) || IS(1).exists && IS(1).holds == saved.res[1].digest))
ltl guarded { [] GUARDED } /* the stage serves only what was proven, and nothing open */
ltl honest  { [] HONEST }  /* what is verified is as the digest says: never another spec's result, never a change that still comes */
ltl right   { [] !wrong }  /* nothing of others is changed or deleted */
ltl safe    { [] (GUARDED && HONEST && !wrong) }
#elif CAST == CHANGES
#define HONEST  (!DONE(0) || IS(0).exists && IS(0).holds == saved.res[0].digest)
ltl honest  { [] HONEST }
ltl safe    { [] HONEST }
#elif CAST == ADOPTION
#define ALONE   (!(HAS_CHILD(1) || saved.res[0].verified) || !rivalUsed)
ltl alone   { [] ALONE }   /* an adopted root is used by one of the two that tagged it */
ltl safe    { [] ALONE }
#else
#define SINGLE(p) (IS_CHILD(p, 4) + IS_CHILD(p, 5) + IS_CHILD(p, 6) <= 1)
#define SINGLES (SINGLE(1) && SINGLE(2) && SINGLE(3))
#define HONEST  (!api.exists || api.deleting || !DONE(0) || !IS(0).exists || !DONE(1) || IS(1).exists && IS(1).under == saved.res[0].id)
ltl once    { [] (ROOTS <= 1) } /* there are never two roots of one object */
ltl single  { [] SINGLES }   /* nor two children in a root */
ltl honest  { [] HONEST }    /* a child of a former parent is never taken for the present one's */
ltl right   { [] !wrong }    /* nothing of others is changed or deleted */
ltl clean   { [] !orphaned } /* an object that goes leaves nothing behind, but for Retain */
ltl asks    { [] !guessed }  /* of two roots none is taken or deleted, and no third is made: a person is asked */
ltl safe    { [] (ROOTS <= 1 && SINGLES && HONEST && !wrong && !orphaned) }
#endif
ltl rests   { [] <> (QUIET || spent) }  /* when faults and edits end, all comes to rest */
