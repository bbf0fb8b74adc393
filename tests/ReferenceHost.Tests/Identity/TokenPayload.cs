using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>Reads parts of a compact JWS without judging them.</summary>
internal static class TokenPayload
{
    public static JsonElement Header(string token) => Part(token, 0);

    public static JsonElement Read(string token) => Part(token, 1);

    public static string? Text(this JsonElement payload, string claim) =>
        payload.TryGetProperty(claim, out var value) ? value.GetString() : null;

    private static JsonElement Part(string token, int index) =>
        JsonDocument.Parse(WebEncoders.Base64UrlDecode(token.Split('.')[index])).RootElement;
}
