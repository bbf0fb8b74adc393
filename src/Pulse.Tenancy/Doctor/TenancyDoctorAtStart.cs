using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Tenancy;

/// <summary>The doctor's visit before any service starts, with the application's own login.</summary>
internal sealed class TenancyDoctorAtStart(
    ICatalogSource catalog, IOptions<TenancyDoctorOptions> options, IHostEnvironment environment, ILogger<TenancyDoctor> logger)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var wanted = options.Value;
        if (wanted.AtStart == DoctorAtStart.Off)
        {
            Log.DoctorOff(logger);
            return;
        }

        var doctor = new TenancyDoctor(new TenancyDoctorOptions
        {
            Baseline = wanted.Baseline,
            AcceptServerBelowSecurityFloor = wanted.AcceptServerBelowSecurityFloor || environment.IsDevelopment(),
        });
        var report = doctor.Judge(await catalog.ReadAsync(cancellationToken).ConfigureAwait(false));
        foreach (var finding in report.Findings)
        {
            var level = Level(finding.Severity);
            Log.DoctorFound(logger, level, finding.Rule.Id, finding.Place, finding.Message);
        }

        if (wanted.AtStart == DoctorAtStart.Enforce)
        {
            report.ThrowIfFailed();
        }

        Log.DoctorLeft(logger, report.Database, report.TenantTables, report.Findings.Count, report.Accepted.Count);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static LogLevel Level(DoctorSeverity severity) => severity switch
    {
        DoctorSeverity.Error => LogLevel.Error,
        DoctorSeverity.Warning => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
