using System.Security.Cryptography;
using System.Text.Json;

namespace Pulse.ReferenceHost.Development;

/// <summary>Random passwords made once per folder and kept in a file only its owner can read.</summary>
internal sealed class DevelopmentSecrets
{
    public required string Superuser { get; init; }

    public required string Migrator { get; init; }

    public required string App { get; init; }

    public required string Operator { get; init; }

    public required string Audit { get; init; }

    public required string Worker { get; init; }

    public required string AuthorityKey { get; init; }

    public required string WebClient { get; init; }

    public required string MqttService { get; init; }

    /// <summary>Everybody's password at the development provider: printed at start, worth nothing elsewhere.</summary>
    public const string UserPassword = "pulse-dev";

    public static async Task<DevelopmentSecrets> LoadOrCreateAsync(DevelopmentFolder folder, CancellationToken cancellationToken)
    {
        if (File.Exists(folder.Secrets))
        {
            await using var existing = File.OpenRead(folder.Secrets);
            return await JsonSerializer.DeserializeAsync<DevelopmentSecrets>(existing, cancellationToken: cancellationToken)
                ?? throw new UsageException($"{folder.Secrets} is empty: run ./run.sh reset.");
        }

        var created = new DevelopmentSecrets
        {
            Superuser = Generate(),
            Migrator = Generate(),
            App = Generate(),
            Operator = Generate(),
            Audit = Generate(),
            Worker = Generate(),
            AuthorityKey = Generate(),
            WebClient = Generate(),
            MqttService = Generate(),
        };
        await PrivateFile.WriteAsync(folder.Secrets, JsonSerializer.Serialize(created), cancellationToken);
        return created;
    }

    private static string Generate() => RandomNumberGenerator.GetHexString(40, lowercase: true);
}
