/* What an object's status says: a record for each resource. */

/* A record of status.resources: api/v1alpha1/record_types.go. */
typedef Record {
	byte id;
	byte under;    /* the parent's id */
	byte digest;
	bool verified;
	byte pend;     /* the operation that is in doubt */
	byte token;    /* here the id that the call will make: a call makes one thing */
	byte sent;     /* the digest of what was sent */
	bool old;      /* in doubt since before this status: there is no time to wait for */
	byte unproven;
	byte proving;  /* the digest of what is unproven */
	byte retired   /* a set of ids */
}
typedef Status { Record res[RESOURCES] }

#define CREATE 1
#define UPDATE 2
#define DELETE 3
#define ADOPT  4

#define BIT(s)      (1 << (s))
#define HAS(set, s) (((set) >> (s)) & 1)

#define copy(to, from) to.id = from.id; to.under = from.under; to.digest = from.digest; to.verified = from.verified; \
	to.pend = from.pend; to.token = from.token; to.sent = from.sent; to.old = from.old; \
	to.unproven = from.unproven; to.proving = from.proving; to.retired = from.retired
#define SAME(a, b) (a.id == b.id && a.under == b.under && a.digest == b.digest && a.verified == b.verified && \
	a.pend == b.pend && a.token == b.token && a.sent == b.sent && a.old == b.old && \
	a.unproven == b.unproven && a.proving == b.proving && a.retired == b.retired)
#define settled(r) r.pend = 0; r.token = 0; r.sent = 0; r.old = false
#define drop(r) r.id = 0; r.under = 0; r.digest = 0; r.verified = false; settled(r); r.unproven = 0; r.proving = 0; r.retired = 0
#define ABSENT(r) (!r.id && !r.under && !r.pend && !r.unproven && !r.retired)

#if RESOURCES == 1
#define EITHER(test, s) (test(0, s))
#define SAME_STATUS(a, b) SAME(a.res[0], b.res[0])
#define copy_status(to, from) copy(to.res[0], from.res[0])
#define drop_status(x) drop(x.res[0])
#else
#define EITHER(test, s) (test(0, s) || test(1, s))
#define SAME_STATUS(a, b) (SAME(a.res[0], b.res[0]) && SAME(a.res[1], b.res[1]))
#define copy_status(to, from) copy(to.res[0], from.res[0]); copy(to.res[1], from.res[1])
#define drop_status(x) drop(x.res[0]); drop(x.res[1])
#endif
