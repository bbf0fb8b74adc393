namespace Pulse.Auth;

/// <summary>Reads the payload of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4): types only, no judgement.</summary>
internal static class LogoutClaimsReader
{
    public static bool TryRead(Span<byte> json, out LogoutClaims claims)
    {
        claims = new LogoutClaims();
        var reader = new StrictJsonReader(json, stackalloc uint[StrictJsonReader.NameSlots]);
        if (reader.Read() != JsonToken.ObjectStart)
        {
            return false;
        }

        var understood = true;
        while (reader.Read() == JsonToken.Name)
        {
            var name = reader.Text;
            reader.Read();
            understood &= ReadOne(name, ref reader, claims);
        }

        return understood && reader.Token == JsonToken.ObjectEnd && reader.Read() == JsonToken.End;
    }

    private static bool ReadOne(ReadOnlySpan<byte> name, ref StrictJsonReader reader, LogoutClaims claims)
    {
        if (name.SequenceEqual("aud"u8))
        {
            return TokenClaimsReader.ReadAudiences(ref reader, claims.Audiences) == PulseTokenFailure.None;
        }

        if (name.SequenceEqual("events"u8))
        {
            claims.HasLogoutEvent = ReadEvents(ref reader);
            return true;
        }

        var understood = ReadPlain(name, ref reader, claims);
        reader.Skip();
        return understood;
    }

    private static bool ReadPlain(ReadOnlySpan<byte> name, ref StrictJsonReader reader, LogoutClaims claims)
    {
        if (name.SequenceEqual("iss"u8))
        {
            return (claims.Issuer = ReadText(ref reader)) is not null;
        }

        if (name.SequenceEqual("sub"u8))
        {
            return (claims.Subject = ReadText(ref reader)) is not null;
        }

        if (name.SequenceEqual("sid"u8))
        {
            return (claims.SessionId = ReadText(ref reader)) is not null;
        }

        if (name.SequenceEqual("jti"u8))
        {
            return (claims.TokenId = ReadText(ref reader)) is not null;
        }

        if (name.SequenceEqual("typ"u8))
        {
            return (claims.Type = ReadText(ref reader)) is not null;
        }

        if (name.SequenceEqual("iat"u8))
        {
            return (claims.IssuedAt = TokenClaimsReader.ReadInteger(ref reader)) is not null;
        }

        if (name.SequenceEqual("exp"u8))
        {
            return (claims.ExpiresAt = TokenClaimsReader.ReadInteger(ref reader)) is not null;
        }

        claims.HasNonce |= name.SequenceEqual("nonce"u8);
        return true;
    }

    // An empty identifier names nobody, and would match whatever else lacks one.
    private static string? ReadText(ref StrictJsonReader reader)
    {
        var text = TokenClaimsReader.ReadText(ref reader);
        return string.IsNullOrEmpty(text) ? null : text;
    }

    private static bool ReadEvents(ref StrictJsonReader reader)
    {
        if (reader.Token != JsonToken.ObjectStart)
        {
            reader.Skip();
            return false;
        }

        var found = false;
        while (reader.Read() == JsonToken.Name)
        {
            var isLogout = reader.Text.SequenceEqual("http://schemas.openid.net/event/backchannel-logout"u8);
            found |= reader.Read() == JsonToken.ObjectStart && isLogout;
            reader.Skip();
        }

        return found;
    }
}
