using System.Text;
using Pulse.Shared;

namespace Pulse.Auth;

/// <summary>Reads a payload (RFC 7519 §4) into <see cref="TokenClaims"/>: types and grammar only, no judgement.</summary>
internal static class TokenClaimsReader
{
    public const int MaxRoles = 256;
    public const int MaxAudiences = 64;
    private const int MaxTextLength = 255;

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
        string? organization = null;
        string? tenantId = null;
        while (reader.Read() == JsonToken.Name)
        {
            var name = reader.Text;
            reader.Read();
            PulseTokenFailure found;
            if (name.SequenceEqual("organization"u8))
            {
                found = ReadOrganization(ref reader, out organization);
            }
            else if (name.SequenceEqual("tenant_id"u8))
            {
                found = ReadTenant(ref reader, out tenantId);
            }
            else if (name.SequenceEqual("realm_access"u8))
            {
                found = ReadRealmAccess(ref reader, claims.Roles);
            }
            else if (name.SequenceEqual("aud"u8))
            {
                found = ReadAudiences(ref reader, claims.Audiences);
            }
            else
            {
                found = ReadPlain(name, ref reader, claims);
            }

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

        if (organization is not null && tenantId is not null && !string.Equals(organization, tenantId, StringComparison.Ordinal))
        {
            return PulseTokenFailure.TenantAmbiguous;
        }

        claims.Tenant = organization ?? tenantId;
        return PulseTokenFailure.None;
    }

    private static PulseTokenFailure ReadPlain(ReadOnlySpan<byte> name, ref StrictJsonReader reader, TokenClaims claims)
    {
        string? text = null;
        long? number = null;
        if (reader.Token == JsonToken.String)
        {
            text = ReadText(reader.Text);
        }
        else if (reader.Token == JsonToken.Number && reader.TryGetInteger(out var integer))
        {
            number = integer;
        }

        var understood = true;
        if (name.SequenceEqual("iss"u8))
        {
            understood = (claims.Issuer = text) is not null;
        }
        else if (name.SequenceEqual("sub"u8))
        {
            understood = (claims.Subject = text) is not null;
        }
        else if (name.SequenceEqual("typ"u8))
        {
            understood = (claims.Type = text) is not null;
        }
        else if (name.SequenceEqual("azp"u8))
        {
            understood = (claims.AuthorizedParty = text) is not null;
        }
        else if (name.SequenceEqual("sid"u8))
        {
            understood = (claims.SessionId = text) is not null;
        }
        else if (name.SequenceEqual("jti"u8))
        {
            understood = (claims.TokenId = text) is not null;
        }
        else if (name.SequenceEqual("preferred_username"u8))
        {
            understood = (claims.PreferredUsername = text) is not null;
        }
        else if (name.SequenceEqual("exp"u8))
        {
            understood = (claims.ExpiresAt = number) is not null;
        }
        else if (name.SequenceEqual("nbf"u8))
        {
            understood = (claims.NotBefore = number) is not null;
        }
        else if (name.SequenceEqual("iat"u8))
        {
            understood = (claims.IssuedAt = number) is not null;
        }
        else if (name.SequenceEqual("cnf"u8))
        {
            claims.HasConfirmation = true;
            claims.CertificateThumbprint = ConfirmationReader.ReadThumbprint(ref reader);
        }

        reader.Skip();
        return understood ? PulseTokenFailure.None : PulseTokenFailure.ClaimInvalid;
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
        tenant = reader.Token == JsonToken.String ? ReadText(reader.Text) : null;
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

    // Control characters break logs and PostgreSQL (NUL); no provider puts them into an identity.
    public static string? ReadText(ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxTextLength)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(value);
        return text.AsSpan().ContainsAnyInRange('\0', '\x1F') || text.AsSpan().ContainsAnyInRange('\x7F', '\x9F') ? null : text;
    }
}
