namespace Pulse.Mqtt;

/// <summary>
/// The rules of a document as they are for one client: its section found, its patterns with the tokens replaced. Immutable and safe for any
/// number of threads; checks do not allocate. A new document needs a new view.
/// </summary>
public sealed class AclClientView
{
    private readonly AclRuleList? _own;
    private readonly AclRuleList? _patterns;

    internal AclClientView(AclDocument document, AclClient client)
    {
        Document = document;
        Client = client;
        _own = document.RulesOf(client);
        if (document.Patterns is { } patterns && document.IsSafeInPatterns(client))
        {
            _patterns = new AclRuleList([.. Expand(patterns.Denies, client), .. Expand(patterns.Grants, client)]);
        }
    }

    /// <summary>The document these rules come from.</summary>
    public AclDocument Document { get; }

    /// <summary>The client they are for.</summary>
    public AclClient Client { get; }

    /// <summary>Decides about one topic, as <see cref="AclDocument.Check"/> does.</summary>
    /// <param name="access">What for.</param>
    /// <param name="topic">The topic in UTF-8; one with wildcards is never allowed.</param>
    /// <returns>The decision and the rule that made it.</returns>
    public AclDecision Check(AclAccess access, ReadOnlySpan<byte> topic) => Document.Decide(_own, Client, _patterns, access, topic);

    /// <summary>Decides about a subscription, as <see cref="AclDocument.CheckSubscribe"/> does.</summary>
    /// <param name="filter">The topic filter in UTF-8.</param>
    /// <returns>The decision and the rule that made it.</returns>
    public AclDecision CheckSubscribe(ReadOnlySpan<byte> filter) => Document.DecideSubscribe(_own, Client, _patterns, filter);

    private static IEnumerable<AclRule> Expand(AclRule[] patterns, AclClient client)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.For(client) is { } rule)
            {
                yield return rule;
            }
        }
    }
}
