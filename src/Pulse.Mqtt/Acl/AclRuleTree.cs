namespace Pulse.Mqtt;

/// <summary>
/// The rules of a large section by the levels of their filters. One node is visited at most once per question, so a look-up never costs
/// more than looking at every rule.
/// </summary>
internal sealed class AclRuleTree
{
    private readonly Node _root = new();

    public AclRuleTree(IEnumerable<AclRule> rules)
    {
        foreach (var rule in rules)
        {
            Add(rule);
        }
    }

    /// <summary>The rule with the lowest line that covers a topic or filter and gives one of the accesses; <see cref="AclGrant.Deny"/> asks for denials.</summary>
    public AclRule? First(AclGrant access, ReadOnlySpan<byte> asked)
    {
        AclRule? best = null;
        var isServerTopic = asked[0] == '$';
        Visit(_root, access, asked, mayBeWild: !isServerTopic, ref best);
        return best;
    }

    private static void Visit(Node node, AclGrant access, ReadOnlySpan<byte> asked, bool mayBeWild, ref AclRule? best)
    {
        if (mayBeWild)
        {
            Take(node.Rest, access, ref best);
        }

        var slash = asked.IndexOf((byte)'/');
        var level = slash < 0 ? asked : asked[..slash];
        if (level.SequenceEqual("#"u8))
        {
            return;
        }

        Step(node.Find(level), access, asked, slash, ref best);
        if (mayBeWild)
        {
            Step(node.Plus, access, asked, slash, ref best);
        }
    }

    private static void Step(Node? node, AclGrant access, ReadOnlySpan<byte> asked, int slash, ref AclRule? best)
    {
        if (node is null)
        {
            return;
        }

        if (slash >= 0)
        {
            Visit(node, access, asked[(slash + 1)..], mayBeWild: true, ref best);
            return;
        }

        // "a/#" covers "a" too.
        Take(node.Rest, access, ref best);
        Take(node.Here, access, ref best);
    }

    private static void Take(List<AclRule> rules, AclGrant access, ref AclRule? best)
    {
        foreach (var rule in rules)
        {
            // Stryker disable once Equality : no two rules stand in one line
            if (best is not null && best.Line <= rule.Line)
            {
                return;
            }

            if (rule.Gives(access))
            {
                best = rule;
            }
        }
    }

    private void Add(AclRule rule)
    {
        var node = _root;
        foreach (var range in rule.Filter.Split((byte)'/'))
        {
            var level = rule.Filter[range];
            if (level.SequenceEqual("#"u8))
            {
                node.Rest.Add(rule);

                // Stryker disable once Statement : it covers its parent as well, where it would be found again
                return;
            }

            node = level.SequenceEqual("+"u8) ? node.Plus ??= new Node() : node.GetOrAdd(level);
        }

        node.Here.Add(rule);
    }

    private sealed class Node
    {
        private readonly Dictionary<byte[], Node> _children = new(ByteArrayComparer.Instance);

        public Node? Plus { get; set; }

        /// <summary>The rules that end at this level.</summary>
        public List<AclRule> Here { get; } = [];

        /// <summary>The rules that end in <c>#</c> below this level.</summary>
        public List<AclRule> Rest { get; } = [];

        public Node? Find(ReadOnlySpan<byte> level) =>
            _children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out var child) ? child : null;

        public Node GetOrAdd(ReadOnlySpan<byte> level)
        {
            var child = Find(level);
            if (child is null)
            {
                child = new Node();
                _children.Add(level.ToArray(), child);
            }

            return child;
        }
    }
}
