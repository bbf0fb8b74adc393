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

    private readonly Queue<AuditEvent> _seen = [];
    private readonly NpgsqlDataSource _database;
    private readonly IHost _host;
    private readonly (string Name, DeviceSubject Device, string? Serial) _command;
    private bool _isGivenUp;

    private CertAudit(NpgsqlDataSource database, string command, DeviceSubject device, string? serial)
    {
        _database = database;
        _command = (command, device, serial);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddPulseAudit(_ => { }).UsePostgres(_ => database);
        _host = builder.Build();
    }

    /// <param name="connectionString">The login that writes the trail.</param>
    /// <param name="command">What was typed.</param>
    /// <param name="device">Whose certificate it is about.</param>
    /// <param name="serial">Which of them; null for a first one.</param>
    /// <param name="stop">Ends the start.</param>
    /// <exception cref="UsageException">The connection string is none.</exception>
    public static async Task<CertAudit> StartAsync(
        string connectionString, string command, DeviceSubject device, string? serial, CancellationToken stop)
    {
        var database = WorkerDatabase.Open("cert", connectionString, "--audit-connection", "pulse_audit_login", "pulse_audit_writer");
        var audit = new CertAudit(database, command, device, serial);
        await audit._host.StartAsync(stop);
        return audit;
    }

    /// <summary>Records what is about to be done.</summary>
    /// <exception cref="UsageException">It cannot be recorded, so it is not done.</exception>
    public async Task RequireAsync(CancellationToken stop)
    {
        try
        {
            await using (await _database.OpenConnectionAsync(stop))
            {
                // Found out at once, and with the server's own words, where no attempt could succeed.
            }

            await Writer.WriteAsync(Create("certificate.command", AuditOutcome.Unknown), stop);
        }
        catch (Exception unavailable) when (unavailable is AuditUnavailableException or NpgsqlException)
        {
            throw new UsageException($"{_command.Name}: the audit trail cannot be written, so nothing was done: {unavailable.Message}");
        }
    }

    /// <summary>Remembers that it was not done.</summary>
    public void Refuse(string reason) => _seen.Enqueue(Create("certificate.command.refused", AuditOutcome.Failure, reason));

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

            while (_seen.TryDequeue(out var seen))
            {
                await Writer.WriteAsync(seen, stop);
            }

            return true;
        }
        catch (Exception unavailable) when (unavailable is AuditUnavailableException or NpgsqlException)
        {
            _isGivenUp = true;
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
        // Something failed or was cancelled after the change was made: it is recorded all the same.
        if (!_isGivenUp && _seen.Count > 0 && !await TellAsync(CancellationToken.None))
        {
            await Console.Error.WriteLineAsync($"{_command.Name}: what was done is not in the audit trail: it cannot be written.");
        }

        await _host.StopAsync();
        _host.Dispose();
        await _database.DisposeAsync();
    }

    private IAuditWriter Writer => _host.Services.GetRequiredService<IAuditWriter>();

    private AuditEvent Create(string type, AuditOutcome outcome, string? reason = null) => new()
    {
        Type = type,
        Class = AuditClass.Critical,
        Outcome = outcome,
        TenantId = _command.Device.TenantId,
        Actor = Operator,
        Reason = reason,
        Fields =
        [
            AuditField.Public("command", _command.Name),
            AuditField.Public("serial_number", _command.Serial ?? string.Empty),
            AuditField.Public("device", _command.Device.DeviceId),
        ],
    };

    private ValueTask Remember(AuditEvent auditEvent)
    {
        // Each event is told before the next begins.
        _seen.Enqueue(auditEvent);
        return ValueTask.CompletedTask;
    }
}
