using System.Security.Cryptography;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A sealing key that program and server share.</summary>
internal static class SealedDatabase
{
    public const string KeyId = "k1";

    public static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    public static TenantSealOptions Seal => new() { KeyId = KeyId, Secret = Convert.ToBase64String(Secret) };

    public static string Sql => $"""
        {TenantSchema.Seal()}
        SELECT pulse.seal_key_add('{KeyId}', '\x{Convert.ToHexStringLower(Secret)}', now() + interval '1 day');
        """;
}
