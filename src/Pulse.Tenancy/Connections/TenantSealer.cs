namespace Pulse.Tenancy;

/// <inheritdoc/>
internal sealed class TenantSealer(string role, TenantSeal seal) : ITenantSealer
{
    public string EnterStatement { get; } = EnterCommand.Sql(role, seal, "@pulse_tenant");

    public string ParameterName => "pulse_tenant";

    public string Seal(TenantId tenant) => seal.Write(tenant);

    public static TenantSealer Create(TenancyDataSources sources) => sources.Mark is TenantSeal seal
        ? new TenantSealer(sources.App.Role, seal)
        : throw new InvalidOperationException(
            $"{nameof(ITenantSealer)} exists in sealed mode only: set {nameof(PulseTenancyOptions)}.{nameof(PulseTenancyOptions.Seal)}, and seal the schema.");
}
