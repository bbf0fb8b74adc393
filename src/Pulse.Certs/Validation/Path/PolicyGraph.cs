namespace Pulse.Certs;

/// <summary>
/// The policies valid along a path (RFC 5280 §6.1 as changed by RFC 9618): a graph with one node for each policy and depth, so that
/// its size is bounded by the certificates' own, where the tree it replaces could double at each step.
/// </summary>
internal sealed class PolicyGraph
{
    private readonly List<Dictionary<string, Node>> _levels = [new(StringComparer.Ordinal) { [Oids.AnyPolicy] = new Node([Oids.AnyPolicy], []) }];

    /// <summary>No policy is valid any more; it stays so.</summary>
    public bool IsNull { get; private set; }

    /// <summary>RFC 5280 §6.1.3 (d) and (e).</summary>
    public void Assert(IReadOnlyList<string>? asserted, bool anyPolicyCounts)
    {
        if (IsNull || asserted is null)
        {
            IsNull = true;
            return;
        }

        var above = _levels[^1];
        var level = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var policy in asserted.Where(static policy => policy != Oids.AnyPolicy))
        {
            var parents = Expecting(above, policy);
            if (parents.Count == 0 && above.ContainsKey(Oids.AnyPolicy))
            {
                parents = [Oids.AnyPolicy];
            }

            if (parents.Count > 0)
            {
                level.Add(policy, new Node([policy], parents));
            }
        }

        if (anyPolicyCounts && asserted.Contains(Oids.AnyPolicy))
        {
            foreach (var policy in above.Values.SelectMany(static node => node.Expected).Distinct().Where(policy => !level.ContainsKey(policy)).ToList())
            {
                level.Add(policy, new Node([policy], Expecting(above, policy)));
            }
        }

        _levels.Add(level);
        IsNull = level.Count == 0;
    }

    /// <summary>RFC 5280 §6.1.4 (b).</summary>
    public void Map(IReadOnlyDictionary<string, HashSet<string>> mappings, bool mappingCounts)
    {
        if (IsNull)
        {
            return;
        }

        var level = _levels[^1];
        foreach (var (policy, mapped) in mappings)
        {
            if (!mappingCounts)
            {
                level.Remove(policy);
            }
            else if (level.TryGetValue(policy, out var node))
            {
                level[policy] = node with { Expected = mapped };
            }
            else if (level.ContainsKey(Oids.AnyPolicy))
            {
                level.Add(policy, new Node(mapped, [Oids.AnyPolicy]));
            }
        }

        IsNull = level.Count == 0;
    }

    /// <summary>
    /// RFC 5280 §6.1.5 (g): the policies, in the trust anchor's words, that the whole path is valid for, cut to what the user asked for
    /// (null for any). <c>anyPolicy</c> stands for all that was asked for.
    /// </summary>
    public IReadOnlySet<string> Intersect(IReadOnlySet<string>? wanted)
    {
        var valid = new HashSet<string>(StringComparer.Ordinal);
        if (IsNull)
        {
            return valid;
        }

        var reached = new HashSet<string>(_levels[^1].Keys, StringComparer.Ordinal);
        if (reached.Contains(Oids.AnyPolicy))
        {
            return wanted ?? new HashSet<string>([Oids.AnyPolicy], StringComparer.Ordinal);
        }

        foreach (var level in _levels.Skip(1).Reverse())
        {
            var above = new HashSet<string>(StringComparer.Ordinal);
            foreach (var policy in reached.Where(static policy => policy != Oids.AnyPolicy))
            {
                var parents = level[policy].Parents;
                above.UnionWith(parents);
                if (parents.Contains(Oids.AnyPolicy))
                {
                    valid.Add(policy);
                }
            }

            reached = above;
        }

        if (wanted is not null)
        {
            valid.IntersectWith(wanted);
        }

        return valid;
    }

    private static List<string> Expecting(Dictionary<string, Node> level, string policy) =>
        [.. level.Where(node => node.Value.Expected.Contains(policy)).Select(static node => node.Key)];

    /// <summary>A policy at its depth: what the certificate below must assert to go on from here, and the policies above it hangs from.</summary>
    private sealed record Node(HashSet<string> Expected, IReadOnlyList<string> Parents);
}
