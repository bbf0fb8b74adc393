namespace Pulse.Mqtt;

/// <summary>One compiled <c>topic</c> or <c>pattern</c> line.</summary>
internal sealed class AclRule(byte[] filter, AclGrant grant, int line)
{
    private readonly int _clientTokens = filter.AsSpan().Count("%c"u8);

    public ReadOnlySpan<byte> Filter => filter;

    public AclGrant Grant => grant;

    public int Line => line;

    public int UserTokens { get; } = filter.AsSpan().Count("%u"u8);

    public bool HasTokens => _clientTokens + UserTokens > 0;

    public int ExpandedLength(int clientIdLength, int userNameLength) =>
        filter.Length + (_clientTokens * clientIdLength) + (UserTokens * userNameLength);

    /// <summary>Replaces the tokens in one pass from left to right; what was put in is not looked at again.</summary>
    public ReadOnlySpan<byte> Expand(ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> userName, Span<byte> buffer)
    {
        var length = 0;
        for (var i = 0; i < filter.Length; i++)
        {
            var next = i + 1 < filter.Length ? filter[i + 1] : (byte)0;
            var isToken = next == 'c' || next == 'u';
            if (filter[i] == '%' && isToken)
            {
                var value = next == 'c' ? clientId : userName;
                value.CopyTo(buffer[length..]);
                length += value.Length;
                i++;
                continue;
            }

            buffer[length++] = filter[i];
        }

        return buffer[..length];
    }
}
