namespace Pulse.Mqtt;

/// <summary>One compiled <c>topic</c> or <c>pattern</c> line.</summary>
internal sealed class AclRule
{
    private readonly byte[] _filter;
    private readonly int _clientTokens;

    private readonly int _stem;
    private readonly bool _isLiteral;

    public AclRule(byte[] filter, AclGrant grant, int line)
    {
        _filter = filter;
        Grant = grant;
        Line = line;
        _clientTokens = filter.AsSpan().Count("%c"u8);
        UserTokens = filter.AsSpan().Count("%u"u8);
        var wildcard = filter.AsSpan().IndexOfAny((byte)'+', (byte)'#');

        // The bytes before the level of the first wildcard, without the slash between: what every matching topic begins with.
        _stem = wildcard < 0 ? filter.Length : Math.Max(0, wildcard - 1);
        _isLiteral = wildcard < 0;
    }

    public ReadOnlySpan<byte> Filter => _filter;

    public AclGrant Grant { get; }

    public int Line { get; }

    public AclRuleProbe Probe => new(_filter.AsSpan(0, _stem), _isLiteral);

    public int UserTokens { get; }

    public bool HasTokens => _clientTokens + UserTokens > 0;

    /// <summary>Whether the rule is a grant of this access; <see cref="AclGrant.Deny"/> is asked of denials alone, and every one is meant.</summary>
    public bool Gives(AclGrant access) => access == AclGrant.Deny || (Grant & access) != 0;

    /// <summary>Whether the rule covers a topic, or all of what a filter can match. Neither may be empty.</summary>
    public bool Covers(ReadOnlySpan<byte> asked)
    {
        // Stryker disable once Block : the way below comes to the same answer, later
        if (_isLiteral)
        {
            return asked.SequenceEqual(_filter);
        }

        return asked.StartsWith(_filter.AsSpan(0, _stem)) && TopicFilter.Contains(_filter, asked);
    }

    /// <summary>The rule for one client, its tokens replaced; <see langword="null"/> when it holds for nothing that client could ask.</summary>
    public AclRule? For(AclClient client)
    {
        // Stryker disable once Block : expanded it would be the same rule, once more
        if (!HasTokens)
        {
            return this;
        }

        if (!AppliesTo(client))
        {
            return null;
        }

        var expanded = Expand(client, new byte[ExpandedLength(client)]);
        return expanded.IsEmpty ? null : new AclRule(expanded.ToArray(), Grant, Line);
    }

    /// <summary>A pattern with the user name says nothing about a client without one.</summary>
    public bool AppliesTo(AclClient client) => UserTokens == 0 || client.UserNameBytes is not null;

    public int ExpandedLength(AclClient client) =>
        _filter.Length + (_clientTokens * client.ClientIdBytes.Length) + (UserTokens * client.UserNameBytes.AsSpan().Length);

    /// <summary>Replaces the tokens in one pass from left to right; what was put in is not looked at again.</summary>
    public ReadOnlySpan<byte> Expand(AclClient client, Span<byte> buffer)
    {
        var length = 0;
        for (var i = 0; i < _filter.Length; i++)
        {
            var next = i + 1 < _filter.Length ? _filter[i + 1] : (byte)0;
            var isToken = next == 'c' || next == 'u';
            if (_filter[i] == '%' && isToken)
            {
                var value = next == 'c' ? client.ClientIdBytes : client.UserNameBytes.AsSpan();
                value.CopyTo(buffer[length..]);
                length += value.Length;
                i++;
                continue;
            }

            buffer[length++] = _filter[i];
        }

        return buffer[..length];
    }
}
