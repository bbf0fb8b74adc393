using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pulse.Tenancy;

/// <summary>Refuses to start, in every environment, while a login could see more than its role. Runs before any other service starts.</summary>
internal sealed class TenancyStartupCheck(
    TenancyDataSources sources, ILoginInspector inspector, IServiceProviderIsService services, ILogger<TenancyStartupCheck> logger)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var servesOperators = sources.Operator is not null || sources.OperatorWrite is not null;
        if (servesOperators && !services.IsService(typeof(IOperatorAccessRecorder)))
        {
            throw new InvalidOperationException(
                $"Operators' access is configured, but nothing records it. Register an {nameof(IOperatorAccessRecorder)}, or leave the operators' connection strings unset.");
        }

        foreach (var login in sources.All)
        {
            var facts = await inspector.InspectAsync(login, cancellationToken).ConfigureAwait(false);
            var problems = LoginRules.Examine(
                facts, login.Role, roleMayBypassRls: login.Role != sources.App.Role, isSealed: sources.Mark is TenantSeal);
            if (problems.Count > 0)
            {
                throw new InvalidOperationException(
                    $"Startup refused: the login {facts.Login} of {login.Option} does not keep tenants apart. It {string.Join("; it ", problems)}.");
            }

            Log.LoginAccepted(logger, login.Option, facts.Login, login.Role);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
