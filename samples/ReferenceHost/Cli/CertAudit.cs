using Npgsql;
using Pulse.Audit;
using Pulse.Certs;
using Pulse.ReferenceHost.Composition;

namespace Pulse.ReferenceHost.Cli;

/// <summary>
/// Who changed which certificate at the command line. What gives access needs the trail before it begins; what takes access away
/// never waits for it, and says when it could not be told.
/// </summary>
internal sealed class CertAudit : ICertificateEvents, IAsyncDisposable
{
    private static readonly string Operator = "os:" + Environment.UserName;
    private static readonly CertificateAuditEvents Events = new(AuditClass.Critical, Operator);

    private readonly List<AuditEvent> _seen = [];
    private readonly NpgsqlDataSource _database;
    private readonly IHost _host;

    private CertAudit(NpgsqlDataSource database)
    {
        _database = database;
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddPulseAudit(_ => { }).UsePostgres(_ => database);
        _host = builder.Build();
    }

    /// <param name="connectionString">The login that writes the trail.</param>
    /// <param name="stop">Ends the start.</param>
    /// <exception cref="UsageException">The connection string is none.</exception>
    public static async Task<CertAudit> StartAsync(string connectionString, CancellationToken stop)
    {
        var audit = new CertAudit(WorkerDatabase.Open("cert", connectionString, "--audit-connection", "pulse_audit_login", "pulse_audit_writer"));
        await audit._host.StartAsync(stop);
        return audit;
    }

    /// <summary>Records what is about to be done.</summary>
    /// <exception cref="UsageException">It cannot be recorded, so it is not done.</exception>
    public async Task RequireAsync(string command, DeviceSubject device, string? serial, CancellationToken stop)
    {
        try
        {
            await using (await _database.OpenConnectionAsync(stop))
            {
                // Found out at once, and with the server's own words, where no attempt could succeed.
            }

            await Writer.WriteAsync(
                new AuditEvent
                {
                    Type = "certificate.command",
                    Class = AuditClass.Critical,
                    Outcome = AuditOutcome.Success,
                    TenantId = device.TenantId,
                    Actor = Operator,
                    Fields =
                    [
                        AuditField.Public("command", command),
                        AuditField.Public("serial_number", serial ?? string.Empty),
                        AuditField.Public("device", device.DeviceId),
                    ],
                },
                stop);
        }
        catch (Exception unavailable) when (unavailable is AuditUnavailableException or NpgsqlException)
        {
            throw new UsageException($"{command}: the audit trail cannot be written, so nothing was done: {unavailable.Message}");
        }
    }

    /// <summary>Records what was done.</summary>
    /// <returns>Whether all of it is in the database.</returns>
    public async Task<bool> TellAsync(CancellationToken stop)
    {
        try
        {
            await using (await _database.OpenConnectionAsync(stop))
            {
                // As above.
            }

            foreach (var seen in _seen)
            {
                await Writer.WriteAsync(seen, stop);
            }

            return true;
        }
        catch (Exception unavailable) when (unavailable is AuditUnavailableException or NpgsqlException)
        {
            return false;
        }
    }

    public ValueTask IssuedAsync(CertificateIssued e, CancellationToken cancellationToken) => Remember(Events.From(e));

    public ValueTask RotatedAsync(CertificateRotated e, CancellationToken cancellationToken) => Remember(Events.From(e));

    public ValueTask RevokedAsync(CertificateRevoked e, CancellationToken cancellationToken) => Remember(Events.From(e));

    public ValueTask HeldAsync(CertificateHeld e, CancellationToken cancellationToken) => Remember(Events.From(e));

    public ValueTask ReleasedAsync(CertificateReleased e, CancellationToken cancellationToken) => Remember(Events.From(e));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _database.DisposeAsync();
    }

    private IAuditWriter Writer => _host.Services.GetRequiredService<IAuditWriter>();

    private ValueTask Remember(AuditEvent auditEvent)
    {
        // Each event is told before the next begins.
        _seen.Add(auditEvent);
        return ValueTask.CompletedTask;
    }
}
