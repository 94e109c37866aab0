package userpool

import "time"

// A secret is replaced for its age as it is for its generation, which stays what it is.

// old says that the secret is to be replaced for its age, or is being replaced for it. One of which it is not known when it was issued
// counts from now on.
func (r *secret) old() (bool, error) {
	rec := r.record()
	if rec.Kept[keptTimed] != "" {
		return true, nil
	}
	if rec.Kept[KeptIssued] == "" {
		rec.Kept[KeptIssued] = written(r.p.Now())
	}
	spec := specClient(r.p, r.name)
	if spec == nil || spec.Secret == nil || spec.Secret.RotateEvery == "" {
		return false, nil
	}
	issued, err := time.Parse(time.RFC3339, rec.Kept[KeptIssued])
	if err != nil {
		return false, err
	}
	every, err := spec.Secret.RotateEvery.Parse()
	return err == nil && !r.p.Now().Before(issued.Add(every)), err
}

func written(at time.Time) string { return at.UTC().Format(time.RFC3339) }
