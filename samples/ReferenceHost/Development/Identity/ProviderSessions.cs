using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>
/// The provider's sign-in sessions. What a session says is in its cookie; the ended ones are remembered, so that neither a
/// kept cookie nor a kept refresh token outlives the sign-out.
/// </summary>
internal sealed class ProviderSessions(TimeProvider time)
{
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;
    private const string SessionClaim = "sid";
    private const string TimeClaim = "auth_time";
    private readonly ConcurrentDictionary<string, bool> _ended = new(StringComparer.Ordinal);

    public ClaimsPrincipal Create(DevelopmentUser user) => new(new ClaimsIdentity(
        [
            new Claim("sub", user.Subject),
            new Claim(SessionClaim, RandomNumberGenerator.GetHexString(32, lowercase: true)),
            new Claim(TimeClaim, time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64),
        ],
        Scheme));

    public ProviderSession? Read(ClaimsPrincipal? principal)
    {
        var subject = principal?.FindFirst("sub")?.Value;
        var user = DevelopmentUsers.All.FirstOrDefault(known => known.Subject == subject);
        var id = principal?.FindFirst(SessionClaim)?.Value;
        if (user is null || id is null || _ended.ContainsKey(id))
        {
            return null;
        }

        var parsed = long.TryParse(
            principal!.FindFirst(TimeClaim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        return parsed ? new ProviderSession(id, user, DateTimeOffset.FromUnixTimeSeconds(seconds)) : null;
    }

    public void End(string id) => _ended[id] = true;
}

/// <summary>A live sign-in session.</summary>
internal sealed record ProviderSession(string Id, DevelopmentUser User, DateTimeOffset SignedInAt);
