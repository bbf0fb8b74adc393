using System.Security.Claims;
using System.Text.Json;

namespace Pulse.Audit;

/// <summary>Who is behind a request, as the token says.</summary>
internal static class RequestCaller
{
    public static string? ActorOf(ClaimsPrincipal user) => ActingOf(user) ?? SubjectOf(user);

    public static string? PrincipalOf(ClaimsPrincipal user)
    {
        var acting = ActingOf(user);
        var subject = SubjectOf(user);
        return acting is null || acting == subject ? null : subject;
    }

    private static string? SubjectOf(ClaimsPrincipal user) =>
        user.FindFirst("sub")?.Value ?? user.FindFirst(ClaimTypes.NameIdentifier)?.Value;

    private static string? ActingOf(ClaimsPrincipal user)
    {
        var act = user.FindFirst("act")?.Value;
        if (act is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(act);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return act;
            }

            document.RootElement.TryGetProperty("sub", out var subject);
            return subject.ValueKind == JsonValueKind.String ? subject.GetString() : act;
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException or InvalidOperationException)
        {
            // No object, as the RFC asks, or one with half a surrogate pair; but it says that somebody acts: recorded as it is.
            return act;
        }
    }
}
