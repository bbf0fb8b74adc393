using System.Runtime.CompilerServices;
using System.Text;
using Pulse.Shared;

namespace Pulse.Auth;

/// <summary>Reads a payload (RFC 7519 §4) into <see cref="TokenClaims"/>: types and grammar only, no judgement.</summary>
internal static class TokenClaimsReader
{
    public const int MaxRoles = 256;
    public const int MaxAudiences = 64;
    private const int MaxTextLength = 255;

    // RFC 7519 §4.1: the registered names are three letters each, and so are those of Keycloak and RFC 7800 that are read.
    private const int RegisteredNameLength = 3;

    [SkipLocalsInit]
    public static PulseTokenFailure TryRead(Span<byte> json, out TokenClaims claims)
    {
        claims = new TokenClaims();
        var reader = new StrictJsonReader(json, stackalloc uint[StrictJsonReader.NameSlots]);
        if (reader.Read() != JsonToken.ObjectStart)
        {
            return PulseTokenFailure.PayloadInvalid;
        }

        // The first wrong claim is reported only when the whole payload is one strict JSON text.
        var failure = PulseTokenFailure.None;
        var tenants = default(TenantClaims);
        while (reader.Read() == JsonToken.Name)
        {
            var name = reader.Text;
            reader.Read();
            var found = name.Length == RegisteredNameLength
                ? ReadRegistered(name, ref reader, claims)
                : ReadOther(name, ref reader, claims, ref tenants);
            failure = failure == PulseTokenFailure.None ? found : failure;
        }

        if (reader.Token != JsonToken.ObjectEnd || reader.Read() != JsonToken.End)
        {
            return PulseTokenFailure.PayloadInvalid;
        }

        if (failure != PulseTokenFailure.None)
        {
            return failure;
        }

        if (tenants.Disagree)
        {
            return PulseTokenFailure.TenantAmbiguous;
        }

        claims.Tenant = tenants.Organization ?? tenants.TenantId;
        return PulseTokenFailure.None;
    }

    private static PulseTokenFailure ReadRegistered(ReadOnlySpan<byte> name, ref StrictJsonReader reader, TokenClaims claims)
    {
        if (name.SequenceEqual("aud"u8))
        {
            return ReadAudiences(ref reader, claims.Audiences);
        }

        var understood = true;
        if (name.SequenceEqual("exp"u8))
        {
            understood = (claims.ExpiresAt = ReadInteger(ref reader)) is not null;
        }
        else if (name.SequenceEqual("iat"u8))
        {
            understood = (claims.IssuedAt = ReadInteger(ref reader)) is not null;
        }
        else if (name.SequenceEqual("nbf"u8))
        {
            understood = (claims.NotBefore = ReadInteger(ref reader)) is not null;
        }
        else if (name.SequenceEqual("iss"u8))
        {
            understood = (claims.Issuer = ReadText(ref reader)) is not null;
        }
        else if (name.SequenceEqual("sub"u8))
        {
            understood = (claims.Subject = ReadText(ref reader)) is not null;
        }
        else if (name.SequenceEqual("typ"u8))
        {
            understood = (claims.Type = ReadText(ref reader)) is not null;
        }
        else if (name.SequenceEqual("azp"u8))
        {
            understood = (claims.AuthorizedParty = ReadText(ref reader)) is not null;
        }
        else if (name.SequenceEqual("sid"u8))
        {
            understood = (claims.SessionId = ReadText(ref reader)) is not null;
        }
        else if (name.SequenceEqual("jti"u8))
        {
            understood = (claims.TokenId = ReadText(ref reader)) is not null;
        }
        else if (name.SequenceEqual("cnf"u8))
        {
            claims.HasConfirmation = true;
            claims.CertificateThumbprint = ConfirmationReader.ReadThumbprint(ref reader);
        }

        reader.Skip();
        return understood ? PulseTokenFailure.None : PulseTokenFailure.ClaimInvalid;
    }

    private static PulseTokenFailure ReadOther(ReadOnlySpan<byte> name, ref StrictJsonReader reader, TokenClaims claims, ref TenantClaims tenants)
    {
        if (name.SequenceEqual("realm_access"u8))
        {
            return ReadRealmAccess(ref reader, claims.Roles);
        }

        if (name.SequenceEqual("organization"u8))
        {
            return ReadOrganization(ref reader, out tenants.Organization);
        }

        if (name.SequenceEqual("tenant_id"u8))
        {
            return ReadTenant(ref reader, out tenants.TenantId);
        }

        var isName = name.SequenceEqual("preferred_username"u8);
        claims.PreferredUsername = isName ? ReadText(ref reader) : claims.PreferredUsername;
        reader.Skip();
        return isName && claims.PreferredUsername is null ? PulseTokenFailure.ClaimInvalid : PulseTokenFailure.None;
    }

    public static PulseTokenFailure ReadAudiences(ref StrictJsonReader reader, List<string> audiences) =>
        reader.Token == JsonToken.String
            ? AddText(reader.Text, audiences, MaxAudiences, PulseTokenFailure.ClaimInvalid)
            : ReadTexts(ref reader, audiences, MaxAudiences, PulseTokenFailure.ClaimInvalid);

    private static PulseTokenFailure ReadRealmAccess(ref StrictJsonReader reader, List<string> roles)
    {
        if (reader.Token != JsonToken.ObjectStart)
        {
            reader.Skip();
            return PulseTokenFailure.RolesInvalid;
        }

        var failure = PulseTokenFailure.None;
        while (reader.Read() == JsonToken.Name)
        {
            var isRoles = reader.Text.SequenceEqual("roles"u8);
            reader.Read();
            if (isRoles)
            {
                failure = ReadTexts(ref reader, roles, MaxRoles, PulseTokenFailure.RolesInvalid);
            }
            else
            {
                reader.Skip();
            }
        }

        return failure;
    }

    // Keycloak writes an array of aliases, or an object of alias → details. Exactly one: taking the first of several
    // would let the order of a claim choose the tenant.
    private static PulseTokenFailure ReadOrganization(ref StrictJsonReader reader, out string? tenant)
    {
        tenant = null;
        var aliases = new List<string>(1);
        var failure = PulseTokenFailure.None;
        if (reader.Token == JsonToken.ObjectStart)
        {
            while (reader.Read() == JsonToken.Name)
            {
                var added = AddText(reader.Text, aliases, StrictJsonReader.MaxMembers, PulseTokenFailure.TenantInvalid);
                if (added != PulseTokenFailure.None)
                {
                    failure = added;
                }

                reader.Read();
                reader.Skip();
            }
        }
        else
        {
            failure = ReadTexts(ref reader, aliases, StrictJsonReader.MaxMembers, PulseTokenFailure.TenantInvalid);
        }

        if (failure != PulseTokenFailure.None)
        {
            return failure;
        }

        if (aliases.Count != 1)
        {
            return PulseTokenFailure.TenantAmbiguous;
        }

        tenant = aliases[0];
        return IdentifierGrammar.IsTenant(tenant) ? PulseTokenFailure.None : PulseTokenFailure.TenantInvalid;
    }

    private static PulseTokenFailure ReadTenant(ref StrictJsonReader reader, out string? tenant)
    {
        tenant = ReadText(ref reader);
        reader.Skip();
        return tenant is not null && IdentifierGrammar.IsTenant(tenant) ? PulseTokenFailure.None : PulseTokenFailure.TenantInvalid;
    }

    /// <summary>Reads an array of texts; reads it to its end even when an element is wrong.</summary>
    private static PulseTokenFailure ReadTexts(ref StrictJsonReader reader, List<string> texts, int limit, PulseTokenFailure wrong)
    {
        if (reader.Token != JsonToken.ArrayStart)
        {
            reader.Skip();
            return wrong;
        }

        var failure = PulseTokenFailure.None;
        while (reader.Read() is not (JsonToken.ArrayEnd or JsonToken.Invalid))
        {
            var added = reader.Token == JsonToken.String ? AddText(reader.Text, texts, limit, wrong) : wrong;
            if (added != PulseTokenFailure.None)
            {
                failure = added;
            }

            reader.Skip();
        }

        return failure;
    }

    private static PulseTokenFailure AddText(ReadOnlySpan<byte> value, List<string> texts, int limit, PulseTokenFailure wrong)
    {
        var text = texts.Count < limit ? ReadText(value) : null;
        if (text is null)
        {
            return wrong;
        }

        texts.Add(text);
        return PulseTokenFailure.None;
    }

    /// <summary>The text just read; null when it is no text, too long, or holds control characters.</summary>
    public static string? ReadText(ref StrictJsonReader reader) => reader.Token == JsonToken.String ? ReadText(reader.Text) : null;

    /// <summary>The integer just read; null when it is no number, or none of 64 bits written without fraction and exponent.</summary>
    public static long? ReadInteger(ref StrictJsonReader reader)
    {
        if (reader.Token != JsonToken.Number)
        {
            return null;
        }

        return reader.TryGetInteger(out var value) ? value : null;
    }

    // Control characters break logs and PostgreSQL (NUL); no provider puts them into an identity.
    private static string? ReadText(ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxTextLength)
        {
            return null;
        }

        // Nearly every identity is printable ASCII: one look at the bytes, and no decoding.
        // Stryker disable once Block : what is decoded below is the same, more slowly
        if (!value.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return Encoding.Latin1.GetString(value);
        }

        var text = Encoding.UTF8.GetString(value);
        return text.AsSpan().ContainsAnyInRange('\0', '\x1F') || text.AsSpan().ContainsAnyInRange('\x7F', '\x9F') ? null : text;
    }

    /// <summary>What the two claims that may name the tenant say.</summary>
    private struct TenantClaims
    {
        public string? Organization;
        public string? TenantId;

        public readonly bool Disagree =>
            Organization is not null && TenantId is not null && !string.Equals(Organization, TenantId, StringComparison.Ordinal);
    }
}
