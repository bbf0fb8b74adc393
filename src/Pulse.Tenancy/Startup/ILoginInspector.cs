namespace Pulse.Tenancy;

/// <summary>Asks the server about a login.</summary>
internal interface ILoginInspector
{
    Task<LoginFacts> InspectAsync(TenancyLogin login, CancellationToken cancellationToken);
}
