namespace Pulse.Certs;

/// <summary>permitted_subtrees and excluded_subtrees of RFC 5280 §6.1.2, growing from the trust anchor downwards.</summary>
internal sealed class NameConstraintState(PathBudget budget)
{
    // The intersection of permitted subtrees: a name must be inside one of each list that speaks of its form.
    private readonly List<Dictionary<GeneralNameForm, List<NameConstraint>>> _permitted = [];
    private readonly List<Dictionary<GeneralNameForm, List<NameConstraint>>> _excluded = [];

    public void Add(NameConstraints constraints)
    {
        _permitted.Add(ByForm(constraints.Permitted));
        _excluded.Add(ByForm(constraints.Excluded));
    }

    public CertificateRefusal Check(PathCertificate certificate)
    {
        if (_permitted.Count == 0)
        {
            return CertificateRefusal.None;
        }

        foreach (var name in SubjectName.Of(certificate))
        {
            var refusal = Check(name);
            if (refusal != CertificateRefusal.None)
            {
                return refusal;
            }
        }

        return CertificateRefusal.None;
    }

    private CertificateRefusal Check(SubjectName name)
    {
        for (var i = 0; i < _permitted.Count; i++)
        {
            var permitted = _permitted[i].GetValueOrDefault(name.Form, []);
            var excluded = _excluded[i].GetValueOrDefault(name.Form, []);
            if (!budget.TryCompare(permitted.Count + excluded.Count))
            {
                return CertificateRefusal.LimitExceeded;
            }

            if (!IsWithin(name, permitted, excluded))
            {
                return CertificateRefusal.NameConstraintViolated;
            }
        }

        return CertificateRefusal.None;
    }

    private static bool IsWithin(SubjectName name, List<NameConstraint> permitted, List<NameConstraint> excluded)
    {
        if (permitted.Count + excluded.Count == 0)
        {
            return true;
        }

        if (!name.CanBeJudged || excluded.Exists(constraint => constraint.Excludes(name)))
        {
            return false;
        }

        return permitted.Count == 0 || permitted.Exists(constraint => constraint.Permits(name));
    }

    private static Dictionary<GeneralNameForm, List<NameConstraint>> ByForm(IReadOnlyList<NameConstraint> constraints) =>
        constraints.GroupBy(static constraint => constraint.Form).ToDictionary(static form => form.Key, static form => form.ToList());
}
