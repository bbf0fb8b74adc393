using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

/// <summary>A database with a trail in it, and the key that seals it.</summary>
internal sealed class SealedTrail : IAsyncDisposable
{
    public const string Origin = "example.com/audit";

    private SealedTrail(AuditDatabase database)
    {
        Database = database;
        Sealer = SealerOf(Signer);
    }

    public AuditDatabase Database { get; }

    public EcdsaAuditSigner Signer { get; } = NewSigner();

    public AuditSealer Sealer { get; private set; }

    public string PublicKey => PemEncoding.WriteString("PUBLIC KEY", Signer.PublicKey.Span);

    public static async Task<SealedTrail> CreateAsync(PostgresFixture postgres)
    {
        var name = await postgres.CreateDatabaseAsync();
        var database = new AuditDatabase((user, password) => postgres.ConnectionString(user, password, name), postgres.SuperuserConnectionString(name));
        await database.InitializeAsync();
        return new SealedTrail(database);
    }

    public static EcdsaAuditSigner NewSigner()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return EcdsaAuditSigner.FromPem(key.ExportPkcs8PrivateKeyPem());
    }

    public AuditSealer SealerOf(IAuditSigner signer, IAuditSigner? retiring = null, int most = 20_000) =>
        new(Database.Worker, signer, new AuditSealingOptions { Origin = Origin, RetiringSigner = retiring, MaxEventsPerSeal = most });

    /// <summary>Another process's sealer, which has seen nothing yet.</summary>
    public void Restart() => Sealer = SealerOf(Signer);

    /// <summary>Events of a new stream.</summary>
    public async Task WriteAsync(int events, string type = "test.event")
    {
        using var host = await Database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        for (var number = 0; number < events; number++)
        {
            await writer.WriteAsync(new AuditEvent
            {
                Type = type,
                Class = AuditClass.Security,
                TenantId = "acme",
                Actor = $"actor {number}",
                Peer = System.Net.IPAddress.Parse(number % 2 == 0 ? "192.0.2.7" : "2001:db8::ffff:192.0.2.7"),
                Fields = [AuditField.Public("number", number), AuditField.Personal("mail", "a@example.com")],
            });
        }

        await host.StopAsync();
    }

    public Task<SealResult> SealAsync() => Sealer.SealAsync(CancellationToken.None);

    public Task<AuditVerification> VerifyAsync(params string[] checkpoints) =>
        new AuditVerifier(PublicKey, checkpoints).VerifyAsync(Database.Worker);

    /// <summary>As a superuser who knows how to switch the triggers off.</summary>
    public Task<int> ForgeAsync(string sql) => AuditDatabase.ExecuteAsync(
        Database.Superuser,
        $"""
        DO $$ DECLARE target regclass; BEGIN
            FOR target IN SELECT oid FROM pg_class WHERE relnamespace = 'pulse_audit'::regnamespace AND relkind IN ('r', 'p') LOOP
                EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', target);
            END LOOP;
        END $$;
        {sql}
        """);

    public async ValueTask DisposeAsync()
    {
        Signer.Dispose();
        await Database.DisposeAsync();
    }
}
