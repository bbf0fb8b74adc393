namespace Pulse.Tenancy;

/// <summary>How a transaction is told its tenant: the setting <c>pulse.tenant_id()</c> reads, and what it holds.</summary>
internal abstract class TenantMark
{
    public abstract string Setting { get; }

    public abstract string Write(TenantId tenant);
}

/// <summary>The tenant's name itself. What keeps it from being changed is that nobody but a login may call set_config.</summary>
internal sealed class PlainMark : TenantMark
{
    public override string Setting => "app.tenant_id";

    public override string Write(TenantId tenant) => tenant.Value;
}
